"""What an organisation can show for itself, over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.callers import Caller
from registry.db import Database
from registry.organisations import actions, queries
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import AssuranceIn, AssuranceOut, AssurancesOut, RecordedOut
from registry.web.body import StrictBody
from registry.web.guards import check_scope
from registry.web.idempotency import Attempt


class AssurancesApi(Controller):
    """Registration with the regulator, toolkits, certificates. Every reader sees them."""

    path = "/api/v1/organisations/{identifier:str}/assurances"
    tags = ("organisations",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_assurances(
        self, identifier: FromPath[str], db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> AssurancesOut:
        """List what an organisation can show, oldest record first."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            primary = queries.get_primary(reading, identifier)
            rows = queries.list_assurances(reading, primary)
        return AssurancesOut(organisation=primary, results=[AssuranceOut.of(row) for row in rows])

    @post("/", sync_to_thread=True)
    def record_assurance(
        self,
        identifier: FromPath[str],
        data: JSONBody[AssuranceIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Record what the caller's organisation can show, and the last day it counts."""
        with db.write() as tx:
            return change(
                tx,
                acting,
                attempt,
                lambda: actions.record_assurance(tx, identifier, data, acting=acting),
                status=201,
            )
