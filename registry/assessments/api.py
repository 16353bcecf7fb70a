"""Assessments over JSON. DPIAs and data-ethics assessments take the same steps under two addresses."""

from collections.abc import Callable
from typing import Annotated, ClassVar

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import BaseModel

from registry import clock
from registry.assessments import actions
from registry.assessments.actions import Acting, AssessmentChanged
from registry.assessments.covers import AgreementDirectory
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.schemas import (
    AdoptionIn,
    AdviceIn,
    AssessmentOut,
    ChangedOut,
    ConsultationIn,
    DecisionIn,
    RevocationIn,
)
from registry.assessments.transitions import Kind
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.policy import Policies
from registry.web.body import Nothing, StrictBody
from registry.web.idempotency import Attempt, once

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]


def provide_acting(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    directory: NamedDependency[AgreementDirectory],
) -> Acting:
    """Who acts, now."""
    return Acting(caller=caller, now=clock.now(), policies=policies, agreements=directory)


class _Steps(Controller):
    """The steps that both kinds take. Inherited: a Litestar 2 handler in a thread cannot have two paths."""

    kind: ClassVar[Kind]

    tags = ("assessments",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[AssessmentOut]:
        """Read an assessment, what was said and decided about it, and where the log says so."""
        with db.read() as reading:
            found, etag = actions.read(reading, self.kind, identifier, acting=acting)
        return Response(found, headers={"etag": etag})

    @post("/{identifier:str}/submit", status_code=200, sync_to_thread=True)
    def submit(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Freeze the text and send it for advice."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.submit(tx, self.kind, identifier, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/decide", status_code=200, sync_to_thread=True)
    def decide(
        self,
        identifier: FromPath[str],
        data: JSONBody[DecisionIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Approve an assessment, with or without conditions, or reject it."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.decide(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/revoke", status_code=200, sync_to_thread=True)
    def revoke(
        self,
        identifier: FromPath[str],
        data: JSONBody[RevocationIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Take an approval back."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.revoke(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/adopt", status_code=200, sync_to_thread=True)
    def adopt(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdoptionIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Make another controller's approved assessment the caller's organisation's own."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.adopt(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )


class DpiasApi(_Steps):
    """Data protection impact assessments."""

    path = "/api/v1/dpias"
    kind = Kind.DPIA

    @post("/", sync_to_thread=True)
    def create(
        self,
        data: JSONBody[DpiaDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[ChangedOut]:
        """Begin a DPIA for the caller's organisation."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.create(tx, self.kind, data, acting=acting),
                created_under=self.path,
            )

    @put("/{identifier:str}", sync_to_thread=True)
    def edit(
        self,
        identifier: FromPath[str],
        data: JSONBody[DpiaDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Replace the text of a DPIA. `If-Match` is required."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.edit(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/advice", status_code=200, sync_to_thread=True)
    def advise(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdviceIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the advice of the data protection officer."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.advise(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/regulator-consultation", status_code=200, sync_to_thread=True)
    def consult(
        self,
        identifier: FromPath[str],
        data: JSONBody[ConsultationIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the regulator's reply about a high residual risk."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.consult(tx, identifier, data, acting=acting, if_match=if_match),
            )


class EthicsApi(_Steps):
    """Data-ethics assessments."""

    path = "/api/v1/ethics-assessments"
    kind = Kind.ETHICS

    @post("/", sync_to_thread=True)
    def create(
        self,
        data: JSONBody[EthicsDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[ChangedOut]:
        """Begin a data-ethics assessment for the caller's organisation."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.create(tx, self.kind, data, acting=acting),
                created_under=self.path,
            )

    @put("/{identifier:str}", sync_to_thread=True)
    def edit(
        self,
        identifier: FromPath[str],
        data: JSONBody[EthicsDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Replace the text of a data-ethics assessment. `If-Match` is required."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.edit(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post("/{identifier:str}/panel-advice", status_code=200, sync_to_thread=True)
    def advise(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdviceIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the advice of the ethics panel."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.advise(tx, self.kind, identifier, data, acting=acting, if_match=if_match),
            )


def _change(
    tx: Transaction,
    acting: Acting,
    attempt: Attempt,
    do: Callable[[], AssessmentChanged],
    *,
    created_under: str | None = None,
) -> Response[ChangedOut]:
    """The answer to a change; to the same attempt again, the answer it got."""

    def respond() -> Response[BaseModel]:
        changed = do()
        out = ChangedOut(
            id=changed.id,
            status=changed.status,
            hash=changed.hash,
            log_index=changed.log_index,
            log_size=changed.log_size,
        )
        headers = {"etag": changed.etag}
        if created_under is not None:
            headers["location"] = f"{created_under}/{changed.id}"
        return Response(out, status_code=201 if created_under else 200, headers=headers)

    return once(tx, attempt, acting.now, respond)
