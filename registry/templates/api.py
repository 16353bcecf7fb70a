"""Templates over JSON: the library, publishing, localising, and what differs from the template."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel
from sqlalchemy import Row

from registry import clock
from registry.agreements.api import Acting, Ref, provide_acting
from registry.agreements.api.comparison import differing
from registry.agreements.schemas import ChangedOut
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.policy import Policies
from registry.templates import actions
from registry.templates.actions import Localised, Published
from registry.templates.schemas import (
    FollowIn,
    FromAgreementIn,
    LibraryOut,
    LocalisationOut,
    LocalisedOut,
    LocaliseIn,
    PublishedOut,
    TemplateIn,
    TemplateLineOut,
    TemplateOut,
)
from registry.web.body import StrictBody, parse_json
from registry.web.idempotency import once

Identifier = FromPath[str]
Cursor = Annotated[str, QueryParameter(pattern="^[!-~]*$", max_length=40)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Number = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)]


class TemplatesApi(Controller):
    """The library of templates, and the agreements made from them."""

    path = "/api/v1"
    tags = ("templates",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @get("/templates", sync_to_thread=True)
    def list_templates(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> LibraryOut:
        """List the newest version of each template."""
        with db.read() as reading:
            rows = actions.list_templates(
                reading, after=cursor, limit=limit + 1, caller=caller, now=clock.now(), policies=policies
            )
        page = [_line(row) for row in rows[:limit]]
        return LibraryOut(results=page, next=page[-1].id if len(rows) > limit else None)

    @get("/templates/{identifier:str}", sync_to_thread=True)
    def read_template(
        self,
        identifier: Identifier,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        version: Number = None,
    ) -> TemplateOut:
        """Read a template, and the agreements made from it that the caller may see."""
        with db.read() as reading:
            row, made = actions.read_template(
                reading, identifier, version, caller=caller, now=clock.now(), policies=policies
            )
        localisations = [
            LocalisedOut(ref=one.ref, version=one.number, behind=one.number < row.latest) for one in made
        ]
        return TemplateOut(
            id=row.template,
            version=row.number,
            latest=row.latest,
            organisation=row.organisation,
            hash=row.hash,
            published_at=clock.stamp(row.published_at),
            template=parse_json(row.document),
            localisations=localisations,
        )

    @post("/templates", sync_to_thread=True)
    def publish(
        self,
        data: JSONBody[TemplateIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[PublishedOut]:
        """Publish a new template of the caller's organisation."""
        with db.write() as tx:
            return _published(tx, acting, actions.publish, data)

    @post("/templates/from-agreement", sync_to_thread=True)
    def publish_from(
        self,
        data: JSONBody[FromAgreementIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[PublishedOut]:
        """Publish a template made of an agreement, some of whose parties become places."""
        with db.write() as tx:
            return _published(tx, acting, actions.publish_from, data)

    @post("/templates/{identifier:str}/versions", sync_to_thread=True)
    def publish_version(
        self,
        identifier: Identifier,
        data: JSONBody[TemplateIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[PublishedOut]:
        """Publish the next version of a template."""
        with db.write() as tx:
            return _published(tx, acting, actions.publish_version, identifier, data)

    @post("/templates/{identifier:str}/localise", sync_to_thread=True)
    def localise(
        self,
        identifier: Identifier,
        data: JSONBody[LocaliseIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[ChangedOut]:
        """Make a draft from a template, with bodies in its places."""
        with db.write() as tx:
            return acting.answer(tx, actions.localise, identifier, data, status=201)

    @get("/agreements/{ref:str}/localisation", sync_to_thread=True)
    def localisation(
        self,
        ref: Ref,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> LocalisationOut:
        """Read what differs from the template that an agreement was made from."""
        with db.read() as reading:
            return _localised(
                actions.localisation(reading, ref, caller=caller, now=clock.now(), policies=policies)
            )

    @post("/agreements/{ref:str}/localisation", status_code=200, sync_to_thread=True)
    def follow(
        self,
        ref: Ref,
        data: JSONBody[FollowIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[PublishedOut]:
        """Say that an agreement has taken over what its template changed."""
        with db.write() as tx:
            return _published(tx, acting, actions.follow, ref, data, status=200)


def _published(
    tx: Transaction, acting: Acting, action: Callable[..., Published], *what: Any, status: int = 201
) -> Response[PublishedOut]:
    """The answer to what an action published; to the same attempt again, the answer it got."""

    def do() -> Response[BaseModel]:
        made = action(tx, *what, caller=acting.caller, now=acting.now, policies=acting.policies)
        headers = {"location": f"/api/v1/templates/{made.id}"} if status == 201 else {}
        return Response(PublishedOut(**asdict(made)), status_code=status, headers=headers)

    return once(tx, acting.attempt, acting.now, do)


def _line(row: Row[Any]) -> TemplateLineOut:
    return TemplateLineOut(
        id=row.template,
        version=row.number,
        organisation=row.organisation,
        pattern=row.pattern,
        title={"en": row.title_en, "cy": row.title_cy},
        published_at=clock.stamp(row.published_at),
    )


def _localised(found: Localised) -> LocalisationOut:
    version = found.found.version
    return LocalisationOut(
        ref=version.ref,
        version=version.number,
        template=found.row.template,
        template_version=found.row.number,
        latest=found.latest,
        behind=found.row.number < found.latest,
        parties=found.row.parties,
        differences=differing(found.own),
        template_differences=differing(found.behind),
    )
