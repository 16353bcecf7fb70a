"""What if: the agreements, flows and clients that a change of law, rules or papers would touch."""
