"""The group of all commands, each imported when it is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import click

from registry.cli.output import Commands
from registry.sweeping import unswept

COMMANDS = {
    "serve": "serving:serve",
    "demo": "serving:demo",
    "init": "upkeep:init",
    "migrate": "upkeep:migrate",
    "doctor": "upkeep:doctor",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "keys": "keys:keys",
    "daily-pass": "passing:daily_pass",
    "people": "people:people",
    "clients": "clients:clients",
    "import": "records:import_file",
    "export": "exporting:export",
    "bundle": "bundles:bundle",
    "log": "records:log",
    "verify": "verifying:verify_export",
    "replay": "replaying:replay",
    "receipts": "receipts:receipts",
    "witness": "witnessing:witness",
}
"""Where each command is. Verifying is done on machines that run no registry: it should start at once."""


class OnDemand(Commands):
    """A group that imports a command when it is called, or when its help is wanted."""

    places: ClassVar[Mapping[str, str]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in order."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when there is no such one."""
        if cmd_name not in self.places:
            return None
        module, _, name = self.places[cmd_name].partition(":")
        with unswept():
            command: click.Command = getattr(import_module(f"registry.cli.{module}"), name)
        return command


@click.group(cls=OnDemand)
def main() -> None:
    """Run and look after an Information Sharing Registry.

    Settings come from the environment (`REGISTRY_*`) and a file `.env`; `registry doctor` says which.
    """
