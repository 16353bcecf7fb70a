"""Commands about the programs that may ask for tokens. The operator acts as the registry itself."""

from pathlib import Path
from typing import Any

import click

from registry import clock
from registry.callers import SYSTEM, Mode
from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option, words
from registry.oauth import queries
from registry.oauth.actions import register_client, revoke_client
from registry.oauth.rules import SCOPES, Algorithm, BadClient, NewOfficerClient, NewPartner
from registry.settings import Settings
from registry.web.body import MalformedJson, parse_json


@click.group()
def clients() -> None:
    """Partner systems, and the programs in which officers sign in."""


@clients.command("add")
@click.argument("client_id")
@click.option("--organisation", required=True, help="The body it speaks for: any of its identifiers.")
@click.option("--name", required=True, type=words, help="What it is called.")
@click.option(
    "--mode",
    required=True,
    type=click.Choice(["enforce", "advise"]),
    help="Whether machines act on the answers it gets (enforce) or people do (advise).",
)
@click.option("--scope", "scopes", required=True, multiple=True, help="What it may ask for; one or more.")
@click.option("--alg", required=True, type=click.Choice(["ES256", "Ed25519", "RS512"]), help="How it signs.")
@click.option(
    "--jwks",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with its public keys (RFC 7517).",
)
@click.option("--nhs-legacy", is_flag=True, help="It follows the NHS signed-JWT pattern, as RS512 must.")
@as_json_option
def add_partner(
    client_id: str,
    organisation: str,
    name: str,
    mode: Mode,
    scopes: tuple[str, ...],
    alg: Algorithm,
    jwks: Path,
    nhs_legacy: bool,
    as_json: bool,
) -> None:
    """Register a partner system with its public keys."""
    wanted = NewPartner(
        client_id=client_id,
        name=name,
        organisation=organisation,
        mode=mode,
        scopes=frozenset(scopes),
        alg=alg,
        jwks=_read_keys(jwks),
        nhs_legacy=nhs_legacy,
    )
    _register(wanted, as_json=as_json)


@clients.command("add-officer")
@click.argument("client_id")
@click.option("--name", required=True, type=words, help="What it is called.")
@click.option("--redirect-uri", "redirect_uris", required=True, multiple=True, help="Where codes are sent.")
@click.option("--scope", "scopes", multiple=True, default=SCOPES, help="What it may ask for; default: all.")
@as_json_option
def add_officer_client(
    client_id: str, name: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...], as_json: bool
) -> None:
    """Register a program in which officers sign in. It keeps no secret."""
    wanted = NewOfficerClient(
        client_id=client_id, name=name, scopes=frozenset(scopes), redirect_uris=redirect_uris
    )
    _register(wanted, as_json=as_json)


def _register(wanted: NewPartner | NewOfficerClient, *, as_json: bool) -> None:
    with opened(Settings()) as db, db.write() as tx:
        register_client(tx, wanted, caller=SYSTEM, now=clock.now())
    answer(as_json, {"client_id": wanted.client_id}, f"{wanted.client_id} may ask for tokens")


@clients.command("revoke")
@click.argument("client_id")
@as_json_option
def revoke(client_id: str, as_json: bool) -> None:
    """Give a client no more tokens, and let those it has be refused."""
    with opened(Settings()) as db, db.write() as tx:
        revoke_client(tx, client_id, caller=SYSTEM, now=clock.now())
    answer(as_json, {"client_id": client_id}, f"{client_id} is revoked")


@clients.command("list")
@as_json_option
def list_all(as_json: bool) -> None:
    """List every client, the revoked ones too."""
    with opened(Settings()) as db, db.read() as reading:
        listed = [
            {
                "client_id": row.client_id,
                "name": row.name,
                "kind": row.kind,
                "organisation": row.organisation,
                "mode": row.mode,
                "scopes": row.scopes.split(),
                "alg": row.alg,
                "is_revoked": row.revoked_at is not None,
            }
            for row in queries.list_clients(reading)
        ]
    answer(as_json, {"clients": listed}, "\n".join(map(_line, listed)))


def _line(client: dict[str, Any]) -> str:
    state = "revoked" if client["is_revoked"] else " ".join(client["scopes"])
    whose = f"{client['organisation']} {client['mode']}" if client["organisation"] else "officers"
    return f"{client['client_id']:<32}{client['name']} ({whose}): {state}"


def _read_keys(path: Path) -> Any:
    """The JSON of a file of keys; `register_client` judges what it says.

    Raises:
        BadClient: it is not JSON.
    """
    try:
        return parse_json(path.read_bytes())
    except MalformedJson as fault:
        raise BadClient(reason=f"jwks ({fault.facts['reason']})") from fault
