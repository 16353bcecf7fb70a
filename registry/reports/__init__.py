"""How well the register is kept: who approves how fast, who keeps whom waiting, which reviews are overdue."""
