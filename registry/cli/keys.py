"""The commands about the registry's own keys. A signer should start at once, so nothing is imported here."""

from collections.abc import Mapping
from typing import ClassVar

import click

from registry.cli.commands import OnDemand


class Keys(OnDemand):
    """The commands, each imported when it is called."""

    places: ClassVar[Mapping[str, str]] = {
        "list": "keyring:list_keys",
        "rotate": "keyring:rotate_keys",
        "signer": "signing:serve_signer",
    }


@click.group(cls=Keys)
def keys() -> None:
    """The registry's own keys."""
