"""`registry bundle`: what organisations answer their own questions from, away from the registry."""

import json
from pathlib import Path

import click

from registry import clock
from registry.bundles.actions import Maker
from registry.bundles.api import EVALUATORS, HERE
from registry.callers import Mode
from registry.cli.opening import opened, signer_of
from registry.cli.output import answer, as_json_option
from registry.organisations.queries import get_primary
from registry.settings import Settings
from registry.vocabulary.actions import Folders, policies_in_force


@click.group()
def bundle() -> None:
    """Write signed bundles, the keys they are signed with, and what answers from them."""


@bundle.command()
@click.argument("organisation")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@click.option(
    "--mode",
    type=click.Choice(["enforce", "advise"]),
    default="enforce",
    show_default=True,
    help="Whether it is for a system that enforces decisions, or for one that advises people.",
)
@as_json_option
def write(organisation: str, out: Path, mode: Mode, as_json: bool) -> None:
    """Write the bundle of an ORGANISATION, by any of its identifiers."""
    settings = Settings()
    with opened(settings) as db, db.read() as reading:
        maker = Maker.of(settings, signer_of(settings, reading).name)
        policies = policies_in_force(reading, Folders.of(settings))
        owner = get_primary(reading, organisation)
        made = maker.make(reading, owner, mode, now=clock.now(), policies=policies)
    out.write_text(made, encoding="ascii")
    hours = maker.lifetime.total_seconds() / 3600
    document = {"path": str(out), "organisation": owner, "mode": mode, "hours": hours, "octets": len(made)}
    answer(as_json, document, f"{out}: the bundle of {owner}, {len(made)} octets, good for {hours:g} hours")


@bundle.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json_option
def tools(folder: Path, as_json: bool) -> None:
    """Write what checks and asks bundles into a FOLDER: both evaluators, and the public keys."""
    settings = Settings()
    folder.mkdir(parents=True, exist_ok=True)
    for name in EVALUATORS:
        (folder / name).write_bytes((HERE / name).read_bytes())
    keys = {"keys": [Maker.of(settings, "").key.public]}
    (folder / "keys.json").write_text(json.dumps(keys, indent=1) + "\n", encoding="ascii")
    names = [*EVALUATORS, "keys.json"]
    answer(as_json, {"folder": str(folder), "files": names}, f"{folder}: {', '.join(names)}")
