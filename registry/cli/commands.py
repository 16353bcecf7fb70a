"""The group of all commands."""

import click

from registry.cli.clients import clients
from registry.cli.output import Commands
from registry.cli.people import people
from registry.cli.records import export, import_file, log, verify_export
from registry.cli.serving import demo, serve
from registry.cli.upkeep import doctor, init, keys, migrate


@click.group(cls=Commands)
def main() -> None:
    """Run and look after an Information Sharing Registry.

    Settings come from the environment (`REGISTRY_*`) and a file `.env`; `registry doctor` says which.
    """


for command in (
    *(serve, demo, init, migrate, doctor, keys),
    *(import_file, people, clients, export, verify_export, log),
):
    main.add_command(command)
