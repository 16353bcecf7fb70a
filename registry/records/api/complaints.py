"""Complaints and rights contacts over JSON."""

from dataclasses import asdict

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from sqlalchemy import Row

from registry.db import Database
from registry.policy import Policies
from registry.records.actions import Acting, complaints
from registry.records.api.frame import IfMatch, answer, provide_acting
from registry.records.register import AgreementRegister
from registry.records.schemas import (
    AcknowledgeIn,
    BodyContactsOut,
    ComplaintCloseIn,
    ComplaintIn,
    ComplaintOut,
    ComplaintsOut,
    ContactsOut,
    RecordedOut,
)
from registry.web.body import StrictBody
from registry.web.etags import tag
from registry.web.idempotency import Attempt


class ComplaintsApi(Controller):
    """Complaints about sharing at the caller's organisation, and the clock of their acknowledgement."""

    path = "/api/v1/complaints"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @post("/", sync_to_thread=True)
    def record(
        self,
        data: JSONBody[ComplaintIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Record a complaint, which starts its clock."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: complaints.record(tx, data, acting=acting),
                created_under=self.path,
            )

    @get("/", sync_to_thread=True)
    def find(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> ComplaintsOut:
        """List the complaints at the caller's organisation, newest first."""
        with db.read() as reading:
            rows = complaints.find(reading, acting=acting)
        return ComplaintsOut(results=[_complaint(row, acting) for row in rows])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[ComplaintOut]:
        """Read a complaint."""
        with db.read() as reading:
            row = complaints.read(reading, identifier, acting=acting)
        return Response(_complaint(row, acting), headers={"etag": tag(row.revision)})

    @post("/{identifier:str}/acknowledge", status_code=200, sync_to_thread=True)
    def acknowledge(
        self,
        identifier: FromPath[str],
        data: JSONBody[AcknowledgeIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Say that receipt of a complaint was acknowledged."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: complaints.acknowledge(tx, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/close", status_code=200, sync_to_thread=True)
    def close(
        self,
        identifier: FromPath[str],
        data: JSONBody[ComplaintCloseIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Say how a complaint was answered."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: complaints.close(tx, identifier, data, acting=acting, if_match=if_match),
            )


class ContactsApi(Controller):
    """Who answers people who use their rights: open to everyone, without a token."""

    path = "/agreements/{ref:str}/contacts"
    tags = ("records",)

    @get("/", sync_to_thread=True)
    def read_contacts(
        self,
        ref: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        living: NamedDependency[AgreementRegister],
    ) -> ContactsOut:
        """Read who answers subject access requests, complaints and FOI requests about an agreement."""
        with db.read() as reading:
            found = complaints.contacts(reading, ref, living)
        days = found.complaints_acknowledged_days or policies.records.days(complaints.CLOCK).days
        return ContactsOut(
            ref=ref,
            subject_access=found.subject_access,
            complaints=found.complaints,
            complaints_acknowledged_days=days,
            bodies=[BodyContactsOut(**asdict(body)) for body in found.bodies],
        )


def _complaint(row: Row[tuple[object, ...]], acting: Acting) -> ComplaintOut:
    overdue = (row.acknowledged_on or acting.today) > row.acknowledge_by
    return ComplaintOut.model_validate({**row._mapping, "overdue": overdue})
