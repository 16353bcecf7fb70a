"""One's account: who is signed in, for whom they act, and where else they are signed in."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody
from litestar.response import Redirect

from registry import clock
from registry.db import Reading
from registry.oauth import queries, sessions
from registry.oauth.browsers import named
from registry.oauth.pages.reception import MAX_FORM_BYTES, Face, Reception, form_of
from registry.oauth.rules import SignInNeeded
from registry.organisations import queries as organisations
from registry.web.pages import in_language, language_of, page


class AccountPages(Controller):
    """The account of whoever is signed in."""

    include_in_schema = False
    path = "/account"

    @get("/", sync_to_thread=True)
    def show_account(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Show who is signed in, and let them choose for which of their organisations they act."""
        now = clock.now()
        with reception.db.read() as reading:
            session, person = reception.find_session(reading, request, now)
            name = _name(reading, person)
            places = organisations.list_organisations_of(reading, person, now)
            bodies = [organisations.get_organisation(reading, place) for place in places]
        if not session.is_complete:
            return reception.visit(request, session).go("/login/step")
        return page(
            "oauth/account",
            "/account",
            language_of(request.url.path),
            visitor=session,
            name=name,
            bodies=[(row.id, {"en": row.name_en, "cy": row.name_cy}) for row in bodies],
            acting=session.organisation if session.organisation in places else next(iter(places), None),
            csrf_token=session.csrf_token,
        )

    @post("/organisation", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def choose_organisation(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """Act for another of one's organisations from now on. Any other choice changes nothing."""
        form, now = form_of(body), clock.now()
        with reception.db.write() as tx:
            session, person = reception.find_session(tx, request, now)
            reception.check_own(request, session, form)
            chosen = form.value("organisation")
            if chosen in organisations.list_organisations_of(tx, person, now):
                sessions.act_for(tx, session, chosen)
        return Redirect(in_language("/account", language_of(request.url.path)), status_code=303)

    @get("/sessions", sync_to_thread=True)
    def list_sessions(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Show in which browsers the person is signed in."""
        now = clock.now()
        with reception.db.read() as reading:
            session, person = reception.find_session(reading, request, now)
            rows = queries.list_sessions(reading, person, now)
        if not session.is_complete:
            return reception.visit(request, session).go("/login/step")
        own = queries.digest(session.cookie)
        return page(
            "oauth/sessions",
            "/account/sessions",
            language_of(request.url.path),
            visitor=session,
            sessions=[
                (row.digest, named(row.browser), row.started_at, row.seen_at, row.digest == own)
                for row in rows
            ],
            csrf_token=session.csrf_token,
        )

    @post("/sessions/end", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def end_session(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """End one of one's own sessions, in whatever browser it is."""
        form, now = form_of(body), clock.now()
        with reception.db.write() as tx:
            session, person = reception.find_session(tx, request, now)
            reception.check_own(request, session, form)
            queries.delete_sessions_of(tx, person, only=form.value("session"))
        return Redirect(in_language("/account/sessions", language_of(request.url.path)), status_code=303)


def _name(reading: Reading, person: str) -> str:
    """The name of the person signed in.

    Raises:
        SignInNeeded: the account is there no more.
    """
    row = organisations.find_person_by_id(reading, person)
    if row is None:
        raise SignInNeeded
    return str(row.name)
