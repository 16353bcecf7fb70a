"""The rarer steps in an agreement's life over JSON: calling a review, letting a party join, archiving."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from registry.agreements import actions
from registry.agreements.api.frame import Acting, IfMatch, Ref, provide_acting
from registry.agreements.schemas import AccessionIn, ArchiveIn, CallReviewIn, ChangedOut
from registry.db import Database
from registry.web.body import StrictBody


class LifecycleApi(Controller):
    """What parties do to an agreement between its signature and the day it leaves the register."""

    path = "/api/v1/agreements"
    tags = ("agreements",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @post("/{ref:str}/review-now", status_code=200, sync_to_thread=True)
    def call_review(
        self,
        ref: Ref,
        data: JSONBody[CallReviewIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Start a review before its date."""
        with db.write() as tx:
            return acting.answer(tx, actions.call_review, ref, data, if_match=if_match)

    @post("/{ref:str}/accede", status_code=200, sync_to_thread=True)
    def accede(
        self,
        ref: Ref,
        data: JSONBody[AccessionIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Draft a further version that lets a party join."""
        with db.write() as tx:
            return acting.answer(tx, actions.accede, ref, data, if_match=if_match)

    @post("/{ref:str}/archive", status_code=200, sync_to_thread=True)
    def archive(
        self,
        ref: Ref,
        data: JSONBody[ArchiveIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        if_match: IfMatch = None,
    ) -> Response[ChangedOut]:
        """Take a version that is over out of the register; nothing of it is removed."""
        with db.write() as tx:
            return acting.answer(tx, actions.archive, ref, data, if_match=if_match)
