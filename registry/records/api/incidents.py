"""Incidents over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Row

from registry.db import Database, Reading
from registry.records.actions import Acting, incidents
from registry.records.api.frame import IfMatch, answer, provide_acting
from registry.records.rules import Running
from registry.records.schemas import (
    ClockOut,
    IncidentCloseIn,
    IncidentIn,
    IncidentOut,
    IncidentsOut,
    IncidentUpdateIn,
    RecordedOut,
)
from registry.web.body import StrictBody
from registry.web.etags import tag
from registry.web.idempotency import Attempt


class IncidentsApi(Controller):
    """Breaches, or what may be one, of what flows under an agreement; their clocks."""

    path = "/api/v1/incidents"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @post("/", sync_to_thread=True)
    def report(
        self,
        data: JSONBody[IncidentIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Report an incident, which starts its clocks."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: incidents.report(tx, data, acting=acting),
                created_under=self.path,
            )

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ref: FromQuery[str | None] = None,
    ) -> IncidentsOut:
        """List the incidents of an agreement, or those the caller's organisation reported, newest first."""
        with db.read() as reading:
            rows = incidents.find(reading, ref, acting=acting)
            return IncidentsOut(results=[_incident(reading, row, acting) for row in rows])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[IncidentOut]:
        """Read an incident and its clocks."""
        with db.read() as reading:
            row = incidents.read(reading, identifier, acting=acting)
            return Response(_incident(reading, row, acting), headers={"etag": tag(row.revision)})

    @post("/{identifier:str}/update", status_code=200, sync_to_thread=True)
    def update(
        self,
        identifier: FromPath[str],
        data: JSONBody[IncidentUpdateIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Say what is known of an incident now, and who has been told."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: incidents.update(tx, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/close", status_code=200, sync_to_thread=True)
    def close(
        self,
        identifier: FromPath[str],
        data: JSONBody[IncidentCloseIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Close an incident of which everyone who must know has been told."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: incidents.close(tx, identifier, data, acting=acting, if_match=if_match),
            )


def _incident(reading: Reading, row: Row[tuple[object, ...]], acting: Acting) -> IncidentOut:
    clocks = incidents.clocks_of(row)
    return IncidentOut.model_validate(
        {
            **row._mapping,
            "suspended_flows": acting.register.suspended_for(reading, row.id),
            "partner_notice": _clock(clocks["incident-partner"], acting),
            "regulator_notice": _clock(clocks["incident-regulator"], acting),
        }
    )


def _clock(running: Running, acting: Acting) -> ClockOut:
    return ClockOut(due_at=running.due_at, met_at=running.met_at, overdue=running.is_overdue(acting.now))
