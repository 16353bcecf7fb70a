"""Exit duties over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Row

from registry.db import Database
from registry.records.actions import Acting, exits
from registry.records.api.frame import IfMatch, answer, provide_acting
from registry.records.schemas import ExitEvidenceIn, ExitOut, ExitsOut, RecordedOut
from registry.web.body import StrictBody
from registry.web.etags import tag
from registry.web.idempotency import Attempt


class ExitsApi(Controller):
    """What recipients have to return or destroy when an agreement is over, and the evidence that they did."""

    path = "/api/v1/exits"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ref: FromQuery[str | None] = None,
    ) -> ExitsOut:
        """List the duties that the end of an agreement left, or the caller's organisation's own."""
        with db.read() as reading:
            rows = exits.find(reading, ref, acting=acting)
        return ExitsOut(results=[_exit(row, acting) for row in rows])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[ExitOut]:
        """Read one duty."""
        with db.read() as reading:
            row = exits.read(reading, identifier, acting=acting)
        return Response(_exit(row, acting), headers={"etag": tag(row.revision)})

    @post("/{identifier:str}/evidence", status_code=200, sync_to_thread=True)
    def evidence(
        self,
        identifier: FromPath[str],
        data: JSONBody[ExitEvidenceIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Show what became of the information."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: exits.evidence(tx, identifier, data, acting=acting, if_match=if_match),
            )


def _exit(row: Row[tuple[object, ...]], acting: Acting) -> ExitOut:
    overdue = "overdue" if row.due_on < acting.today else exits.DUE
    status = overdue if row.done_on is None else exits.EVIDENCED
    return ExitOut.model_validate({**row._mapping, "status": status})
