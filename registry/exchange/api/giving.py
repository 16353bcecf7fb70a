"""Agreements and records in other people's forms, over HTTP."""

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from registry import clock
from registry.agreements import actions
from registry.agreements.api import Acting, provide_acting
from registry.agreements.schemas import AttestIn, ChangedOut
from registry.callers import Caller
from registry.db import Database
from registry.exchange.forms import FORMS
from registry.exchange.giving import give_calendar, give_register
from registry.exchange.linked import Web
from registry.exchange.papers import read_paper
from registry.exchange.rules import MEDIA_TYPES, NoSuchForm
from registry.exchange.voice import Voice
from registry.policy import Policies
from registry.web.body import StrictBody
from registry.web.documents import digest

Lang = Annotated[Literal["en", "cy"], QueryParameter()]
ANY = "document"
"""The form that the `Accept` header chooses."""


class ExchangeApi(Controller):
    """Agreements as documents and linked data, records as tables, days as a calendar."""

    path = "/api/v1"
    tags = ("exchange",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}
    dto = StrictBody
    return_dto = None

    @get(
        "/agreements/{ref:str}/versions/{number:int}/{form:str}",
        media_type="application/octet-stream",
        sync_to_thread=True,
    )
    def read_form(
        self,
        request: Request[Any, Any, Any],
        ref: FromPath[str],
        number: FromPath[int],
        form: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        web: NamedDependency[Web],
        lang: Lang = "en",
    ) -> Response[bytes]:
        """Read one version as `pdf`, `docx`, `odrl`, `dcat`, `ics`, `terms.json`; `document`: as accepted."""
        chosen = _accepted(request) if form == ANY else form
        if chosen is None or chosen not in FORMS:
            raise NoSuchForm(form=form[:40], forms=", ".join(FORMS))
        now = clock.now()
        with db.read() as reading:
            paper = read_paper(reading, ref, number, caller=caller, now=now, policies=policies)
        made = FORMS[chosen](paper, Voice(lang, policies.law, paper.names), web, now)
        return _file(made, MEDIA_TYPES[chosen], f"{paper.name}.{_ending(chosen)}")

    @get("/exports/{name:str}", media_type="text/csv", sync_to_thread=True)
    def read_register(
        self,
        name: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        lang: Lang = "en",
    ) -> Response[bytes]:
        """Read the caller's organisation's `ropa.csv`, `dea.csv` or `hdr.csv`."""
        with db.read() as reading:
            table = give_register(reading, name, lang, caller=caller, now=clock.now(), policies=policies)
        return _file(table, "text/csv; charset=utf-8", name)

    @get("/calendar.ics", media_type="text/calendar", sync_to_thread=True)
    def read_calendar(
        self,
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
        web: NamedDependency[Web],
        lang: Lang = "en",
    ) -> Response[bytes]:
        """Read the days of the caller's organisation: start, review and expiry, and when DPIAs run out."""
        with db.read() as reading:
            days = give_calendar(reading, lang, web, caller=caller, now=clock.now(), policies=policies)
        return _file(days, "text/calendar; charset=utf-8", "calendar.ics")

    @post("/agreements/{ref:str}/attest", status_code=200, sync_to_thread=True)
    def attest(
        self,
        ref: FromPath[str],
        data: JSONBody[AttestIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> Response[ChangedOut]:
        """Attest that a draft is the text of an agreement signed outside; a second person repeats it."""
        with db.write() as tx:
            return acting.answer(tx, actions.attest, ref, data)


def _accepted(request: Request[Any, Any, Any]) -> str | None:
    """The form that the caller would rather have, or None."""
    by_type = {media_type: form for form, media_type in reversed(MEDIA_TYPES.items())}
    return by_type.get(request.accept.best_match(list(MEDIA_TYPES.values())) or "")


def _ending(form: str) -> str:
    return f"{form}.jsonld" if form in ("odrl", "dcat") else form


def _file(octets: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "etag": f'"{digest(octets).removeprefix("sha256:")[:32]}"',
    }
    return Response(octets, media_type=media_type, headers=headers)
