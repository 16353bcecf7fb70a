"""`registry keys signer`: the other side of a `command:` key. It knows no database and no settings."""

import sys
from pathlib import Path

import click

from registry.cli.output import answer, as_json_option
from registry.signers.serving import Desk, Ledger
from registry.signers.sources import Opener
from registry.tlog.signing import Signers

PATH = click.Path(path_type=Path)


@click.command("signer")
@click.argument("origin")
@click.argument("sources", nargs=-1, required=True)
@click.option("--passphrase-file", type=PATH, help="The passphrase of key files that name none of their own.")
@click.option("--ledger", type=PATH, help="Where to keep the largest checkpoint signed.")
@click.option("--policies", is_flag=True, help="Also sign the log's policy, for a rotation of its keys.")
@as_json_option
def serve_signer(
    origin: str,
    sources: tuple[str, ...],
    passphrase_file: Path | None,
    ledger: Path | None,
    policies: bool,
    as_json: bool,
) -> None:
    """Sign as ORIGIN, with the keys in SOURCES, for a registry that runs this as a `command:`.

    Give it to a user of its own: then who takes the registry over can carry off no key, and can have nothing
    signed that goes back behind what was signed before. With --json it tells its public keys and ends.
    """
    opener = Opener(origin, Path.cwd(), passphrase_file)
    signer = Signers(tuple(opener.open(source) for source in sources))
    if as_json:
        answer(as_json, {"origin": origin, "keys": [key.text() for key in signer.keys]}, "")
        return
    kept = ledger or Path.cwd() / f"{signer.keys[0].key_id.hex()}.ledger"
    Desk(signer, Ledger(kept), signs_policies=policies).serve(sys.stdin, sys.stdout)
