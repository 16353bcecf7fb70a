"""Delegations over JSON: what a body lent to whom, and the document whose digest stands in the log."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.db import Database
from registry.organisations import actions
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING, change
from registry.organisations.schemas import DelegationsOut, RecordedOut
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt


class DelegationsApi(Controller):
    """Roles lent at the caller's organisation."""

    path = "/api/v1/delegations"
    tags = ("people",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_delegations(
        self, db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> DelegationsOut:
        """List what the caller's organisation lent, with the documents that prove it."""
        with db.read() as reading:
            return actions.list_delegations(reading, acting=acting)

    @post("/{identifier:str}/agree", status_code=200, sync_to_thread=True)
    def agree(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """Agree, as the second of two people, to a delegation that another asked for."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.agree(tx, identifier, acting=acting))

    @post("/{identifier:str}/end", status_code=200, sync_to_thread=True)
    def end(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
    ) -> Response[RecordedOut]:
        """End a delegation before its last day."""
        with db.write() as tx:
            return change(tx, acting, attempt, lambda: actions.end(tx, identifier, acting=acting))
