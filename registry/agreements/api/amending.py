"""Texts side by side over JSON: what a version changed, agreements like the one meant, a clone."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from registry import clock
from registry.agreements import actions
from registry.agreements.api.comparison import alike, differing
from registry.agreements.api.frame import Acting, Ref, provide_acting
from registry.agreements.queries import Wish
from registry.agreements.schemas import ChangedOut, CloneIn, DifferencesOut, SimilarIn, SimilarOut
from registry.callers import Caller
from registry.db import Database
from registry.policy import Policies
from registry.web.body import StrictBody

Earlier = Annotated[int | None, QueryParameter(name="from", ge=1, le=2**31 - 1)]


class AmendingApi(Controller):
    """What helps to write the next text: the last one, those like it, and what differs."""

    path = "/api/v1/agreements"
    tags = ("agreements",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @post("/similar", status_code=200, sync_to_thread=True)
    def find_similar(
        self,
        data: JSONBody[SimilarIn],
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
    ) -> SimilarOut:
        """Find agreements like the one meant: two of its parties, and one of its purposes or categories."""
        wish = Wish(frozenset(data.parties), frozenset(data.purposes), frozenset(data.categories))
        if data.terms:
            wish = Wish.of(data.terms)
        with db.read() as reading:
            return SimilarOut(results=alike(actions.find_similar(reading, wish, caller=caller)))

    @get("/{ref:str}/versions/{number:int}/differences", sync_to_thread=True)
    def differences(
        self,
        ref: Ref,
        number: FromPath[int],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        earlier: Earlier = None,
    ) -> DifferencesOut:
        """Read what a version changed of another: of the one it was made from, unless another is named."""
        with db.read() as reading:
            base, found = actions.differences_between(
                reading, ref, number, earlier, caller=caller, now=clock.now(), policies=policies
            )
        return DifferencesOut(ref=ref, version=number, compared_with=base, differences=differing(found))

    @post("/{ref:str}/clone", sync_to_thread=True)
    def clone(
        self,
        ref: Ref,
        data: JSONBody[CloneIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[ChangedOut]:
        """Make a draft of a new agreement out of one that is there, under days of its own."""
        with db.write() as tx:
            return acting.answer(tx, actions.clone, ref, data, status=201)
