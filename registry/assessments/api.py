"""Assessments over JSON. DPIAs and data-ethics assessments take the same steps under two addresses."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post, put
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
from registry.web.body import StrictBody
from registry.web.idempotency import Attempt, once

DPIAS, ETHICS = "/dpias", "/ethics-assessments"
ONE_DPIA, ONE_ETHICS = f"{DPIAS}/{{identifier:str}}", f"{ETHICS}/{{identifier:str}}"

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]


def provide_kind(request: Request[Any, Any, Any]) -> Kind:
    """Which kind of assessment an address is about."""
    return Kind.DPIA if request.url.path.startswith(f"/api/v1{DPIAS}") else Kind.ETHICS


def provide_acting(
    caller: NamedDependency[Caller],
    policies: NamedDependency[Policies],
    directory: NamedDependency[AgreementDirectory],
) -> Acting:
    """Who acts, now."""
    return Acting(caller=caller, now=clock.now(), policies=policies, agreements=directory)


class AssessmentsApi(Controller):
    """Write, advise on, decide and adopt assessments."""

    path = "/api/v1"
    tags = ("assessments",)
    dto = StrictBody
    return_dto = None
    dependencies = {
        "kind": Provide(provide_kind, sync_to_thread=False),
        "acting": Provide(provide_acting, sync_to_thread=False),
    }

    @post(DPIAS, sync_to_thread=True)
    def create_dpia(
        self,
        data: JSONBody[DpiaDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[Any]:
        """Begin a DPIA for the caller's organisation."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.create(tx, Kind.DPIA, data, acting=acting),
                status=201,
            )

    @post(ETHICS, sync_to_thread=True)
    def create_ethics_assessment(
        self,
        data: JSONBody[EthicsDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
    ) -> Response[Any]:
        """Begin a data-ethics assessment for the caller's organisation."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.create(tx, Kind.ETHICS, data, acting=acting),
                status=201,
            )

    @get([ONE_DPIA, ONE_ETHICS], sync_to_thread=True)
    def read(
        self,
        identifier: FromPath[str],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[AssessmentOut]:
        """Read an assessment, what was said and decided about it, and where the log says so."""
        with db.read() as reading:
            found, etag = actions.read(reading, kind, identifier, acting=acting)
        return Response(found, headers={"etag": etag})

    @put(ONE_DPIA, sync_to_thread=True)
    def edit_dpia(
        self,
        identifier: FromPath[str],
        data: JSONBody[DpiaDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Replace the text of a DPIA. `If-Match` is required."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.edit(tx, Kind.DPIA, identifier, data, acting=acting, if_match=if_match),
            )

    @put(ONE_ETHICS, sync_to_thread=True)
    def edit_ethics_assessment(
        self,
        identifier: FromPath[str],
        data: JSONBody[EthicsDocument],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Replace the text of a data-ethics assessment. `If-Match` is required."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.edit(tx, Kind.ETHICS, identifier, data, acting=acting, if_match=if_match),
            )

    @post([f"{ONE_DPIA}/submit", f"{ONE_ETHICS}/submit"], status_code=200, sync_to_thread=True)
    def submit(
        self,
        identifier: FromPath[str],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Freeze the text and send it for advice."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.submit(tx, kind, identifier, acting=acting, if_match=if_match),
            )

    @post([f"{ONE_DPIA}/advice", f"{ONE_ETHICS}/panel-advice"], status_code=200, sync_to_thread=True)
    def advise(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdviceIn],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Record the advice of the data protection officer or the ethics panel."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.advise(tx, kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post(f"{ONE_DPIA}/regulator-consultation", status_code=200, sync_to_thread=True)
    def consult(
        self,
        identifier: FromPath[str],
        data: JSONBody[ConsultationIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Record the regulator's reply about a high residual risk."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.consult(tx, identifier, data, acting=acting, if_match=if_match),
            )

    @post([f"{ONE_DPIA}/decide", f"{ONE_ETHICS}/decide"], status_code=200, sync_to_thread=True)
    def decide(
        self,
        identifier: FromPath[str],
        data: JSONBody[DecisionIn],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Approve an assessment, with or without conditions, or reject it."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.decide(tx, kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post([f"{ONE_DPIA}/revoke", f"{ONE_ETHICS}/revoke"], status_code=200, sync_to_thread=True)
    def revoke(
        self,
        identifier: FromPath[str],
        data: JSONBody[RevocationIn],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Take an approval back."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.revoke(tx, kind, identifier, data, acting=acting, if_match=if_match),
            )

    @post([f"{ONE_DPIA}/adopt", f"{ONE_ETHICS}/adopt"], status_code=200, sync_to_thread=True)
    def adopt(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdoptionIn],
        kind: NamedDependency[Kind],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        if_match: IfMatch = None,
    ) -> Response[Any]:
        """Make another controller's approved assessment the caller's organisation's own."""
        with db.write() as tx:
            return _change(
                tx,
                acting,
                attempt,
                lambda: actions.adopt(tx, kind, identifier, data, acting=acting, if_match=if_match),
            )


def _change(
    tx: Transaction,
    acting: Acting,
    attempt: Attempt,
    do: Callable[[], AssessmentChanged],
    *,
    status: int = 200,
) -> Response[Any]:
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
        return Response(out, status_code=status, headers={"etag": changed.etag})

    return once(tx, attempt, acting.now, respond)
