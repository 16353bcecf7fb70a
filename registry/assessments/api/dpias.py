"""Data protection impact assessments over JSON."""

from typing import Annotated

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from registry.assessments import actions
from registry.assessments.actions import Acting
from registry.assessments.api.frame import Asking, IfMatch
from registry.assessments.api.steps import Steps
from registry.assessments.dpia import DpiaDocument
from registry.assessments.schemas import (
    AdviceIn,
    ChangedOut,
    ConsultationIn,
    ExtensionIn,
    MatrixIn,
    MatrixOut,
    ReplyIn,
    ReviewCallIn,
    ReviewHeldIn,
    TightenedOut,
)
from registry.assessments.screening import ScreeningAnswer
from registry.assessments.transitions import Kind
from registry.db import Database
from registry.web.idempotency import once

Criteria = Annotated[list[str] | None, QueryParameter(max_items=50)]


class DpiasApi(Steps):
    """Data protection impact assessments."""

    path = "/api/v1/dpias"
    kind = Kind.DPIA

    @post("/", sync_to_thread=True)
    def create(
        self, data: JSONBody[DpiaDocument], db: NamedDependency[Database], asking: NamedDependency[Asking]
    ) -> Response[ChangedOut]:
        """Begin a DPIA for the caller's organisation."""
        with db.write() as tx:
            return asking.answer(tx, actions.create, self.kind, data, created_under=self.path)

    @put("/{identifier:str}", sync_to_thread=True)
    def edit(
        self,
        identifier: FromPath[str],
        data: JSONBody[DpiaDocument],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Replace the text of a DPIA. `If-Match` is required."""
        with db.write() as tx:
            return asking.answer(tx, actions.edit, self.kind, identifier, data, if_match=if_match)

    @get("/screening", sync_to_thread=True)
    def screen(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        criterion: Criteria = None,
    ) -> ScreeningAnswer:
        """Say whether a DPIA is needed where these criteria apply, and why."""
        with db.read() as reading:
            return actions.screening(reading, criterion or [], acting=acting)

    @get("/risk-matrix", sync_to_thread=True)
    def read_matrix(self, db: NamedDependency[Database], acting: NamedDependency[Acting]) -> MatrixOut:
        """Read the risk matrix of the caller's organisation."""
        with db.read() as reading:
            return actions.read_matrix(reading, acting=acting)

    @post("/risk-matrix", status_code=200, sync_to_thread=True)
    def tighten_matrix(
        self, data: JSONBody[MatrixIn], db: NamedDependency[Database], asking: NamedDependency[Asking]
    ) -> Response[TightenedOut]:
        """Raise cells of the risk matrix for the caller's organisation."""
        acting = asking.acting
        with db.write() as tx:
            return once(
                tx,
                asking.attempt,
                acting.now,
                lambda: Response(actions.tighten_matrix(tx, data, acting=acting)),
            )

    @post("/{identifier:str}/advice", status_code=200, sync_to_thread=True)
    def advise(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdviceIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the advice of the data protection officer."""
        with db.write() as tx:
            return asking.answer(tx, actions.advise, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/regulator-consultation", status_code=200, sync_to_thread=True)
    def consult(
        self,
        identifier: FromPath[str],
        data: JSONBody[ConsultationIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record that the regulator was asked about a high residual risk, and its reply if it came."""
        with db.write() as tx:
            return asking.answer(tx, actions.consult, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/regulator-extension", status_code=200, sync_to_thread=True)
    def extend(
        self,
        identifier: FromPath[str],
        data: JSONBody[ExtensionIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record that the regulator takes more time to reply."""
        with db.write() as tx:
            return asking.answer(tx, actions.extend, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/regulator-reply", status_code=200, sync_to_thread=True)
    def reply(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReplyIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record the regulator's reply about a high residual risk."""
        with db.write() as tx:
            return asking.answer(tx, actions.reply, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/call-review", status_code=200, sync_to_thread=True)
    def call_review(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReviewCallIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Call for a review of an approved DPIA."""
        with db.write() as tx:
            return asking.answer(tx, actions.call_review, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/confirm-review", status_code=200, sync_to_thread=True)
    def confirm_review(
        self,
        identifier: FromPath[str],
        data: JSONBody[ReviewHeldIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record that a DPIA was reviewed and goes on unchanged."""
        with db.write() as tx:
            return asking.answer(tx, actions.confirm_review, self.kind, identifier, data, if_match=if_match)
