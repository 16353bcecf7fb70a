"""The command `registry`. Each command has `--json`, and ends with 0 (well), 1 (refused) or 2 (misused)."""

from registry.cli.commands import main

__all__ = ["main"]
