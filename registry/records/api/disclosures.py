"""Disclosure reports over JSON."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, QueryParameter

from registry.db import Database
from registry.records.actions import Acting, disclosures
from registry.records.api.frame import answer, provide_acting
from registry.records.schemas import DisclosuresIn, DisclosuresOut, DisclosureSummaryOut, RecordedOut
from registry.web.body import StrictBody
from registry.web.idempotency import Attempt

Month = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{4}-[0-9]{2}$")]


class DisclosuresApi(Controller):
    """How often partner systems disclosed under which answers, for logs and for reviews."""

    path = "/api/v1/disclosures"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @post("/", sync_to_thread=True)
    def report(
        self,
        data: JSONBody[DisclosuresIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Report how often the caller's organisation disclosed or received under one answer."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: disclosures.report(tx, data, acting=acting),
                created_under=self.path,
            )

    @get("/", sync_to_thread=True)
    def summarise(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ref: FromQuery[str | None] = None,
        flow: FromQuery[str | None] = None,
        month: Month = None,
    ) -> DisclosureSummaryOut:
        """Sum what was reported of an agreement, or by the caller's organisation, by month and flow."""
        with db.read() as reading:
            rows = disclosures.summary(reading, ref, flow=flow, month=month, acting=acting)
        results = [
            DisclosuresOut(
                ref=row.ref,
                flow=row.flow,
                month=row.month,
                reported_by=row.organisation,
                method=row.method,
                reports=row.reports,
                count=int(row.total),
            )
            for row in rows
        ]
        return DisclosureSummaryOut(results=results)
