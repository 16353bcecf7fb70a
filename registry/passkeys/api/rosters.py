"""Rosters over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from registry.db import Database
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import RecordedOut
from registry.passkeys.actions import rostering
from registry.passkeys.ceremonies import Ceremony
from registry.passkeys.schemas import NextRosterOut, RosterIn, RosterOut, RostersOut
from registry.verification.dsse import ROSTER
from registry.verification.spelling import digest
from registry.web.body import StrictBody
from registry.web.idempotency import Attempt


class RostersApi(Controller):
    """Which passkeys the caller's organisation vouches for."""

    path = "/api/v1/rosters"
    tags = ("passkeys",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_rosters(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> RostersOut:
        """List the rosters of the caller's organisation with what signed them, oldest first."""
        with db.read() as reading:
            rows = rostering.list_rosters(reading, acting=acting)
        return RostersOut(
            results=[
                RosterOut(
                    organisation=row.organisation,
                    version=row.version,
                    document=bytes(row.document).decode(),
                    digest=row.digest,
                    evidence=bytes(row.evidence).decode(),
                    log_index=row.log_index,
                )
                for row in rows
            ]
        )

    @get("/next", sync_to_thread=True)
    def next_roster(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
    ) -> NextRosterOut:
        """Write the next roster: everyone's passkeys, for the roles they hold. Sign it and send it."""
        with db.read() as reading:
            document = rostering.next_roster(reading, acting=acting, ceremony=ceremony).octets()
        return NextRosterOut(document=document.decode(), digest=digest(document), payload_type=ROSTER)

    @post("/", sync_to_thread=True)
    def sign(
        self,
        data: JSONBody[RosterIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Put a roster in force that the organisation's key, or two people of the one before, have signed."""
        with db.write() as tx:
            return change(
                tx,
                acting,
                attempt,
                lambda: rostering.sign(tx, data, acting=acting, ceremony=ceremony),
                status=201,
            )
