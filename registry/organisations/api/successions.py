"""Orders of succession over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.callers import Caller
from registry.db import Database
from registry.organisations import actions
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import RecordedOut, SuccessionIn, SuccessionsOut
from registry.web.body import Nothing, StrictBody
from registry.web.guards import check_scope
from registry.web.idempotency import Attempt


class SuccessionsApi(Controller):
    """How bodies merge, are split or are abolished. Every reader sees the orders."""

    path = "/api/v1/successions"
    tags = ("organisations",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_successions(
        self, db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> SuccessionsOut:
        """List orders of succession, oldest first."""
        check_scope(caller, "register:read")
        with db.read() as reading:
            return actions.list_successions(reading)

    @post("/", sync_to_thread=True)
    def propose(
        self,
        data: JSONBody[SuccessionIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[RecordedOut]:
        """Put an order on record. A second person confirms it."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.propose_succession(tx, data, acting=acting), status=201
            )

    @post("/{identifier:str}/confirm", status_code=200, sync_to_thread=True)
    def confirm(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """Confirm an order as the second person. It takes effect on its day."""
        with db.write() as tx:
            return change(
                tx, acting, attempt, lambda: actions.confirm_succession(tx, identifier, acting=acting)
            )
