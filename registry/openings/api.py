"""Openings over HTTP: read by anyone where public, by those entitled with a token; erasures; receipts."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import Row

from registry import clock
from registry.db import Database
from registry.openings import actions
from registry.openings.rules import Reason
from registry.openings.schemas import EraseIn, ErasureOut, ErasuresOut, OpeningField, OpeningOut, ReceiptOut
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import RecordedOut
from registry.policy import Policies
from registry.verification.commitments import write_base64url
from registry.web.body import Nothing, StrictBody
from registry.web.guards import TokenVerifier
from registry.web.idempotency import Attempt

Cursor = Annotated[str, QueryParameter(pattern="^[!-~]*$", max_length=40)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class OpeningsApi(Controller):
    """What commitments in the log stand for. No token is needed for what is public."""

    path = "/log/opening"
    tags = ("log",)

    @get("/{index:int}", sync_to_thread=True)
    def read_opening(
        self,
        index: FromPath[int],
        request: Request[Any, Any, Any],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        verifier: NamedDependency[TokenVerifier],
        field: FromQuery[OpeningField] = "entry",
    ) -> OpeningOut:
        """Read what a sealed entry says, or who acted, where that is public or the caller is entitled."""
        header, now = request.headers.get("authorization"), clock.now()
        acting = Acting(verifier.verify(header, now), now, policies) if header else None
        with db.read() as reading:
            return _opening(actions.read(reading, index, field, acting=acting))


class ErasuresApi(Controller):
    """Erasing openings, which two people decide, and receipts of one's own acts."""

    path = "/api/v1/log"
    tags = ("log",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/receipts/{index:int}", sync_to_thread=True)
    def read_own_receipt(
        self, index: FromPath[int], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> ReceiptOut:
        """Read what proves the caller's own act: the entry, what opens it, and its proof."""
        with db.read() as reading:
            found = actions.receipt(reading, index, acting=acting)
        openings = [_opening(row) for row in found.openings]
        return ReceiptOut(index=found.index, entry=found.entry, openings=openings, proof=found.proof)

    @get("/erasures", sync_to_thread=True)
    def list_erasures(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> ErasuresOut:
        """List the erasures that people of the caller's organisation asked for."""
        with db.read() as reading:
            rows = actions.list_erasures(reading, after=cursor, limit=limit + 1, acting=acting)
        page = [_erasure(row) for row in rows[:limit]]
        return ErasuresOut(results=page, next=page[-1].id if len(rows) > limit else None)

    @post("/erasures", sync_to_thread=True)
    def ask(
        self,
        data: JSONBody[EraseIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Ask that an opening be erased, as the first of two people."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.ask(tx, data, acting=acting), status=201)

    @post("/erasures/{identifier:str}/confirm", status_code=200, sync_to_thread=True)
    def confirm(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """Erase an opening, as the second of two people."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.confirm(tx, identifier, acting=acting))


def _opening(row: Row[Any]) -> OpeningOut:
    salt = write_base64url(bytes(row.salt))
    return OpeningOut(index=row.idx, field=row.field, salt=salt, value=row.value)


def _erasure(row: Row[Any]) -> ErasureOut:
    return ErasureOut(
        id=row.id,
        index=row.idx,
        field=row.field,
        reason=Reason(row.reason_code),
        asked_at=row.asked_at,
        status="asked-for" if row.log_index is None else "erased",
        log_index=row.log_index,
    )
