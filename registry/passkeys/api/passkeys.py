"""A person's own passkeys over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry import clock
from registry.db import Database
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import RecordedOut
from registry.passkeys.actions import enrolling
from registry.passkeys.ceremonies import Ceremony
from registry.passkeys.schemas import EnrolmentIn, EnrolmentOptionsOut, PasskeyOut, PasskeysOut
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt


class PasskeysApi(Controller):
    """The passkeys of the caller's organisation."""

    path = "/api/v1/passkeys"
    tags = ("passkeys",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_passkeys(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> PasskeysOut:
        """List the passkeys of the caller's organisation, oldest first."""
        with db.read() as reading:
            rows = enrolling.list_passkeys(reading, acting=acting)
        return PasskeysOut(
            results=[
                PasskeyOut(
                    id=row.id,
                    person=row.person,
                    credential=row.credential_digest,
                    synced=row.synced,
                    backed_up=row.backed_up,
                    enrolled_at=clock.stamp(row.enrolled_at),
                    ended_at=clock.stamp(row.ended_at) if row.ended_at else None,
                )
                for row in rows
            ]
        )

    @get("/options", sync_to_thread=True)
    def options(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
    ) -> EnrolmentOptionsOut:
        """What a browser needs to make a passkey for the caller; it lasts ten minutes."""
        with db.read() as reading:
            statement, options = enrolling.begin(reading, acting=acting, ceremony=ceremony)
        return EnrolmentOptionsOut(statement=statement.octets().decode(), options=options)

    @post("/", sync_to_thread=True)
    def enrol(
        self,
        data: JSONBody[EnrolmentIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Enrol the passkey that the browser made. The person must have been verified."""
        with db.write() as tx:
            return change(
                tx,
                acting,
                attempt,
                lambda: enrolling.enrol(tx, data, acting=acting, ceremony=ceremony),
                status=201,
            )

    @post("/{identifier:str}/end", status_code=200, sync_to_thread=True)
    def end(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """End a passkey that was lost: one's own, or a colleague's."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: enrolling.end(tx, identifier, acting=acting))
