"""Reading organisations and role mailboxes over JSON. Any identifier of an organisation is accepted.

Bodies join the register by `registry import`: no role at one body reaches as far as making another.
"""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.organisations import queries
from registry.organisations.schemas import OrganisationOut, OrganisationsOut, RoleMailboxesOut
from registry.web.guards import check_scope

Cursor = Annotated[str, QueryParameter(pattern="^[!-~]*$", max_length=80)]
Limit = Annotated[int, QueryParameter(ge=1, le=500)]


class OrganisationsApi(Controller):
    """The bodies of the register, and the mailbox behind each role."""

    path = "/api/v1"
    tags = ("organisations",)

    @get("/organisations", sync_to_thread=True)
    def list_organisations(
        self,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        cursor: Cursor = "",
        limit: Limit = 100,
    ) -> OrganisationsOut:
        """List organisations in order of primary identifier."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            rows = queries.list_organisations(reading, after=cursor, limit=limit + 1)
            aliases = queries.list_aliases(reading, [row.id for row in rows])
        results = [OrganisationOut.of(row, aliases[row.id]) for row in rows[:limit]]
        return OrganisationsOut(results=results, next=results[-1].id if len(rows) > limit else None)

    @get("/organisations/{identifier:str}", sync_to_thread=True)
    def read_organisation(
        self, identifier: FromPath[str], db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> OrganisationOut:
        """Read one organisation, named by its primary identifier or an alias."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            row = queries.get_organisation(reading, identifier)
            aliases = queries.list_aliases(reading, [row.id])
        return OrganisationOut.of(row, aliases[row.id])

    @get("/people", sync_to_thread=True)
    def list_role_mailboxes(
        self,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        organisation: FromQuery[str | None] = None,
    ) -> RoleMailboxesOut:
        """List the roles held now and the mailbox of each body. Names are not given out."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            primary = None if organisation is None else queries.get_primary(reading, organisation)
            results = queries.list_role_mailboxes(reading, clock.now(), primary)
        return RoleMailboxesOut(results=results)
