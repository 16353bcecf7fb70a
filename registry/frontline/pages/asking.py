"""Can we share? The question and its answer. Each page has its Welsh twin."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from sqlalchemy.exc import OperationalError

from registry import clock
from registry.agreements.queries import get as get_version
from registry.db import Database
from registry.decisions.desk import Asked, Desk
from registry.decisions.index import Body, Index
from registry.decisions.words.rendering import encode
from registry.decisions.words.wording import wording
from registry.errors import Refusal
from registry.frontline import views
from registry.frontline.choices import Choices, Parameters, read_choices
from registry.frontline.finding import NOTHING, Found, Search, find_bodies, list_items, names_someone
from registry.oauth.visitors import Visitor
from registry.policy import Law, Policies
from registry.web.forms import is_own_form
from registry.web.guards import check_scope
from registry.web.pages import FieldFault, Form, in_language, language_of, page
from registry.web.pages.forms import NotAForm, typed_values
from registry.web.problems import HANDLERS, of_refusal

Face = Request[Any, Any, Any]
QUESTION, ANSWER = "/can-we-share", "/can-we-share/answer"
MAX_FORM_BYTES = 16_384


def unanswered(usual: Callable[[Face, Any], Response[Any]]) -> Callable[[Face, Any], Response[Any]]:
    """Whatever goes wrong, it is never taken for a finding: the emergency sentence is told (DOMAIN 7.2a)."""

    def answer(request: Face, fault: Any) -> Response[Any]:
        status = usual(request, fault).status_code or HTTP_500_INTERNAL_SERVER_ERROR
        refused = of_refusal(fault) if isinstance(fault, Refusal) else None
        return page(
            "frontline/unanswered",
            QUESTION,
            language_of(request.url.path),
            status=status,
            advice=wording().advise("unanswered", "emergency")._asdict(),
            reason={"en": refused["detail"], "cy": refused["detail_cy"]} if refused else None,
        )

    return answer


class CanWeSharePages(Controller):
    """The form, and the answer that the permission check gives to it."""

    path = QUESTION
    include_in_schema = False
    exception_handlers = {kind: unanswered(HANDLERS[kind]) for kind in (Refusal, OperationalError, Exception)}

    @get("/", sync_to_thread=True)
    def ask(
        self,
        request: Face,
        guest: NamedDependency[Visitor | None],
        desk: NamedDependency[Desk],
        policies: NamedDependency[Policies],
    ) -> Response[Any]:
        """The questions, with what the address says already; to a stranger how to get an answer.

        Whose sharing may be asked about depends on who asks (CONTRACT), so that a stranger gets no answer.
        """
        if guest is None:
            return page("frontline/welcome", QUESTION, language_of(request.url.path))
        asker = Asker(guest, desk.index, policies.law)
        parameters = _parameters(request.scope["query_string"])
        search = Search(is_dropped=names_someone(parameters))
        return asker.form_page(request, asker.choices(parameters), search=search)

    @post("/", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def choose(
        self,
        request: Face,
        body: RawBody,
        visitor: NamedDependency[Visitor],
        desk: NamedDependency[Desk],
        policies: NamedDependency[Policies],
    ) -> Response[Any]:
        """Find the other body by part of its name, and go on to the answer when everything is chosen."""
        parameters = _parameters(body)
        visitor.check_form(request, Form({name: (value,) for name, value in parameters}))
        asker = Asker(visitor, desk.index, policies.law)
        choices, search = asker.choices(parameters), Search.of(parameters)
        found = asker.find(search.part) if search.is_asked or not choices.other else NOTHING
        if search.part and (search.is_asked or found.bodies):
            choices = replace(choices, other=found.only)
        if not search.is_asked and not choices.missing():
            return _go(f"{ANSWER}?{choices.query()}", request)
        faults = views.faults_of(choices, found.bodies, search)
        return asker.form_page(request, choices, search=search, found=found, faults=faults)

    @get("/answer", sync_to_thread=True)
    def answer(
        self,
        request: Face,
        visitor: NamedDependency[Visitor],
        desk: NamedDependency[Desk],
        policies: NamedDependency[Policies],
        db: NamedDependency[Database],
    ) -> Response[Any]:
        """What the permission check says to the question in the address.

        An emergency leaves something to be recorded, so that a link from elsewhere only fills the form in.
        """
        asker = Asker(visitor, desk.index, policies.law)
        choices = asker.choices(_parameters(request.scope["query_string"]))
        is_foreign = not is_own_form(request.headers, visitor.base_url)
        if choices.missing() or (choices.urgent and is_foreign):
            return _go(f"{QUESTION}?{choices.query()}", request)
        check_scope(visitor.caller, "decisions:ask")
        question = choices.question(asker.ours)
        asked = Asked(question, clock.now(), encode(question))
        context = json.loads(desk.advise(asked, visitor.caller))
        found = views.Answer.of(context, language_of(request.url.path))
        return asker.answer_page(request, choices, found, db)


@dataclass(frozen=True, slots=True)
class Asker:
    """A visitor in front of the form, with what the register and the law have to choose from."""

    visitor: Visitor
    index: Index
    law: Law

    @property
    def ours(self) -> str:
        """The body that the visitor acts for."""
        return self.index.primary(self.visitor.caller.organisation)

    def choices(self, parameters: Parameters) -> Choices:
        """What of some parameters is a choice."""
        return read_choices(parameters, ours=self.ours, law=self.law, index=self.index)

    def find(self, part: str) -> Found:
        """The bodies whose names have a part."""
        return find_bodies(self.index, part, ours=self.ours)

    def form_page(
        self,
        request: Face,
        choices: Choices,
        *,
        search: Search,
        found: Found = NOTHING,
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[Any]:
        """The questions, with what was chosen."""
        shown: tuple[Body, ...] = found.bodies
        if choices.other and not shown:
            shown = (self.index.bodies[choices.other],)
        items = list_items(self.index, choices.pair(self.ours), choices.chosen("category"), asker=self.ours)
        dropped = wording().reasons["personal-identity-dropped"]
        return page(
            "frontline/question",
            _with_query(QUESTION, choices),
            language_of(request.url.path),
            status=400 if faults else 200,
            faults=faults,
            visitor=self.visitor,
            form=_form_of(choices, search.part, faults),
            labels=views.LABELS,
            extra=views.EXTRA,
            options=views.options_of(self.law),
            holders=views.holders(self.index.bodies[self.ours]),
            bodies=views.bodies(shown),
            is_cut=found.is_cut,
            items=views.items(items),
            is_more_open=not choices.missing() or any(map(choices.chosen, views.EXTRA)),
            dropped=dropped._asdict() if search.is_dropped else None,
        )

    def answer_page(
        self, request: Face, choices: Choices, answer: views.Answer, db: Database
    ) -> Response[Any]:
        """The answer to a question."""
        return page(
            "frontline/answer",
            _with_query(ANSWER, choices),
            language_of(request.url.path),
            visitor=self.visitor,
            answer=answer,
            labels=views.LABELS,
            title=self._title(answer.clause or answer.near, db),
            question=views.summary(choices, self.ours, law=self.law, index=self.index),
            is_urgent=choices.urgent,
            change=_with_query(QUESTION, choices),
        )

    def _title(self, clause: views.Clause | None, db: Database) -> views.Pair | None:
        """What the agreement is called that an answer names."""
        if clause is None:
            return None
        with db.read() as reading:
            title = get_version(reading, clause.ref, clause.version).terms.title
        return {"en": title.en, "cy": title.cy}


def _form_of(choices: Choices, part: str, faults: tuple[FieldFault, ...]) -> Form[Any]:
    """The form with what was chosen, as its fields take it."""
    typed = {name: (code,) for name, code in choices.facts}
    single = {"held_by": choices.held_by, "other": choices.other, "use": choices.use, "part": part}
    typed |= {name: (value,) for name, value in single.items()}
    return Form(
        {**typed, "items": choices.items, "urgent": ("yes",) if choices.urgent else ()}, faults=faults
    )


def _parameters(encoded: bytes) -> Parameters:
    """The parameters of an address or a form; none where they cannot be read."""
    try:
        typed = typed_values(encoded)
    except NotAForm:
        return ()
    return [(name, value) for name, values in typed.items() for value in values]


def _with_query(path: str, choices: Choices) -> str:
    query = choices.query()
    return f"{path}?{query}" if query else path


def _go(path: str, request: Face) -> Response[Any]:
    """Send the browser to a page of ours, in its language."""
    address = in_language(path, language_of(request.url.path))
    return Redirect(address, status_code=303, headers={"cache-control": "no-store"})
