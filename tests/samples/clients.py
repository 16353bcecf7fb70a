"""Partner systems of the sample bodies."""

from typing import Any
from uuid import uuid4

from joserfc.jwk import ECKey

from registry import clock
from registry.callers import SYSTEM, Caller, Mode
from registry.db import Database
from registry.oauth.actions import register_client, revoke_client
from registry.oauth.rules import NewPartner

KEY = ECKey.generate_key("P-256", {"kid": "sample"})
ASKING = frozenset({"decisions:ask", "register:read"})


def let_in(db: Database, organisation: str, *, mode: Mode = "enforce", **changes: Any) -> str:
    """Register a partner system of an organisation, and return its client identifier."""
    client_id = f"c{uuid4().hex}"
    wanted = NewPartner(
        client_id=client_id,
        name="A case system",
        organisation=organisation,
        mode=mode,
        scopes=ASKING,
        alg="ES256",
        jwks={"keys": [KEY.as_dict(private=False)]},
        **changes,
    )
    with db.write() as tx:
        register_client(tx, wanted, caller=SYSTEM, now=clock.now())
    return client_id


def revoke(db: Database, client_id: str) -> None:
    """Take a partner system's access away."""
    with db.write() as tx:
        revoke_client(tx, client_id, caller=SYSTEM, now=clock.now())


def speaking(client_id: str, organisation: str, *, mode: Mode = "enforce") -> Caller:
    """A partner system as its token says it."""
    return Caller(organisation, client=client_id, scopes=ASKING, mode=mode)
