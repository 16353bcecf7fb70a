"""The steps that both kinds of assessment take."""

from typing import Annotated, ClassVar

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry.assessments import actions
from registry.assessments.actions import Acting
from registry.assessments.api.frame import Asking, IfMatch, provide_acting, provide_asking
from registry.assessments.schemas import (
    AdoptionIn,
    AnswerIn,
    AssessmentOut,
    ChangedOut,
    ConditionMetIn,
    DecisionIn,
    DifferencesOut,
    FoundOut,
    RevisionIn,
    RevocationIn,
    VersionOut,
)
from registry.assessments.transitions import Kind
from registry.db import Database
from registry.web.body import Nothing, StrictBody

Cursor = Annotated[str, QueryParameter(max_length=40)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Digest = Annotated[str | None, QueryParameter(max_length=71)]


class Steps(Controller):
    """The steps that both kinds take. Inherited: a Litestar 2 handler in a thread cannot have two paths."""

    kind: ClassVar[Kind]

    tags = ("assessments",)
    dto = StrictBody
    return_dto = None
    dependencies = {
        "acting": Provide(provide_acting, sync_to_thread=False),
        "asking": Provide(provide_asking, sync_to_thread=False),
    }

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        covers: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> FoundOut:
        """Find the assessments of the caller's organisation, or what covers an agreement it is party to."""
        with db.read() as reading:
            return actions.find(
                reading, self.kind, covers=covers, status=status, after=cursor, limit=limit, acting=acting
            )

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[AssessmentOut]:
        """Read an assessment, what was said and decided about it, and where the log says so."""
        with db.read() as reading:
            found, etag = actions.read(reading, self.kind, identifier, acting=acting)
        return Response(found, headers={"etag": etag})

    @get("/{identifier:str}/versions", sync_to_thread=True)
    def list_versions(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> list[VersionOut]:
        """List the versions of an assessment and of those it replaced, oldest first."""
        with db.read() as reading:
            return actions.list_versions(reading, self.kind, identifier, acting=acting)

    @get("/{identifier:str}/differences", sync_to_thread=True)
    def compare(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        before: Digest = None,
        after: Digest = None,
    ) -> DifferencesOut:
        """Say what differs between two versions, named by their hashes; by default the last two."""
        with db.read() as reading:
            return actions.compare(reading, self.kind, identifier, before, after, acting=acting)

    @post("/revisions", sync_to_thread=True)
    def revise(
        self, data: JSONBody[RevisionIn], db: NamedDependency[Database], asking: NamedDependency[Asking]
    ) -> Response[ChangedOut]:
        """Begin a new version of a decided assessment, which holds until the new one is approved."""
        with db.write() as tx:
            return asking.answer(tx, actions.revise, self.kind, data, created_under=self.path)

    @post("/{identifier:str}/submit", status_code=200, sync_to_thread=True)
    def submit(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        data: JSONBody[Nothing | None] = None,
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Freeze the text and send it for advice."""
        with db.write() as tx:
            return asking.answer(tx, actions.submit, self.kind, identifier, if_match=if_match)

    @post("/{identifier:str}/decide", status_code=200, sync_to_thread=True)
    def decide(
        self,
        identifier: FromPath[str],
        data: JSONBody[DecisionIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Approve an assessment, with or without conditions, or reject it."""
        with db.write() as tx:
            return asking.answer(tx, actions.decide, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/advice-answer", status_code=200, sync_to_thread=True)
    def answer(
        self,
        identifier: FromPath[str],
        data: JSONBody[AnswerIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Say why an approval goes against the advice."""
        with db.write() as tx:
            return asking.answer(tx, actions.answer, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/condition-met", status_code=200, sync_to_thread=True)
    def meet(
        self,
        identifier: FromPath[str],
        data: JSONBody[ConditionMetIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Record that a condition of an approval is met."""
        with db.write() as tx:
            return asking.answer(tx, actions.meet, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/revoke", status_code=200, sync_to_thread=True)
    def revoke(
        self,
        identifier: FromPath[str],
        data: JSONBody[RevocationIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Take an approval back."""
        with db.write() as tx:
            return asking.answer(tx, actions.revoke, self.kind, identifier, data, if_match=if_match)

    @post("/{identifier:str}/adopt", status_code=200, sync_to_thread=True)
    def adopt(
        self,
        identifier: FromPath[str],
        data: JSONBody[AdoptionIn],
        db: NamedDependency[Database],
        asking: NamedDependency[Asking],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Make another controller's approved assessment the caller's organisation's own."""
        with db.write() as tx:
            return asking.answer(tx, actions.adopt, self.kind, identifier, data, if_match=if_match)
