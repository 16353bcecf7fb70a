"""The log of receipts over HTTP. Its roots are in the public log; all but the keys needs a token."""

from typing import Annotated, Any

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, StringConstraints

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.receipts import proving
from registry.receipts.actions import deposit
from registry.receipts.issuing import Issuer
from registry.receipts.keys import every_key, jwk
from registry.web.body import StrictBody, WireModel
from registry.web.guards import check_scope

FRESH = {"cache-control": "private, max-age=60"}
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}

Jws = Annotated[str, StringConstraints(min_length=1, max_length=16_384)]


class ReceiptIn(WireModel):
    """A receipt, as the answer carried it."""

    receipt: Jws


class KeysOut(BaseModel):
    """Every key that receipts have been signed with, the present one first (RFC 7517)."""

    keys: list[dict[str, Any]]


class DecisionLogApi(Controller):
    """The second log: a hash for each receipt, in the layout of c2sp.org/tlog-tiles."""

    path = "/decisions"
    tags = ("receipts",)
    dto = StrictBody
    return_dto = None

    @get("/checkpoint", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_checkpoint(
        self, db: NamedDependency[Database], issuer: NamedDependency[Issuer], caller: NamedDependency[Caller]
    ) -> Response[str]:
        """Read the newest checkpoint of the log of receipts."""
        _check_asks(caller)
        with db.read() as reading:
            note = proving.newest_checkpoint(reading, issuer.signer)
        return Response(note, media_type=MediaType.TEXT, headers=FRESH)

    @get("/tile/{coordinates:path}", media_type="application/octet-stream", sync_to_thread=True)
    def read_tile(
        self,
        coordinates: FromPath[str],
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
    ) -> Response[bytes]:
        """Read a tile `<L>/<N>[.p/<W>]` or an entry bundle `entries/<N>` of the log of receipts."""
        _check_asks(caller)
        with db.read() as reading:
            octets = proving.read_tile(reading, f"tile/{coordinates.lstrip('/')}")
        return Response(octets, media_type="application/octet-stream", headers=FOREVER)

    @get("/proof/{digest:str}", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_proof(
        self,
        digest: FromPath[str],
        db: NamedDependency[Database],
        issuer: NamedDependency[Issuer],
        caller: NamedDependency[Caller],
    ) -> Response[str]:
        """Read the proof (c2sp.org/tlog-proof) of a receipt, by the SHA-256 of its JWS in hexadecimal."""
        _check_asks(caller)
        with db.read() as reading:
            proof = proving.prove(reading, digest, issuer.signer)
        return Response(proof, media_type=MediaType.TEXT, headers=FOREVER)

    @post("/receipts", status_code=202, sync_to_thread=True)
    def deposit(
        self,
        data: JSONBody[ReceiptIn],
        db: NamedDependency[Database],
        issuer: NamedDependency[Issuer],
        caller: NamedDependency[Caller],
    ) -> None:
        """Deposit a receipt again that the registry signed and does not know. One it knows stays as it is."""
        _check_asks(caller)
        with db.write() as tx:
            deposit(tx, data.receipt, present=issuer.signer.key, now=clock.now())


class ReceiptKeysApi(Controller):
    """The keys of receipts. No token is needed."""

    path = "/decisions/jwks"
    tags = ("receipts",)

    @get("/", sync_to_thread=True)
    def read_keys(self, db: NamedDependency[Database], issuer: NamedDependency[Issuer]) -> Response[KeysOut]:
        """Read every key that receipts have been signed with, as a JWK set."""
        with db.read() as reading:
            keys = every_key(reading, issuer.signer.key)
        headers = {"cache-control": "public, max-age=300"}
        return Response(KeysOut(keys=[jwk(key) for key in keys]), headers=headers)


def _check_asks(caller: Caller) -> None:
    """Let people of any organisation read, and of systems those that ask.

    Raises:
        ScopeMissing: the system's token is for something else.
    """
    if caller.kind == "client":
        check_scope(caller, "decisions:ask")
