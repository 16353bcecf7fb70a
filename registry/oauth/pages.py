"""The officer's side of the authorization server: the way to a client through a plain sign-in page."""

from typing import Any

from authlib.oauth2 import OAuth2Error
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody
from litestar.response import Redirect

from registry import clock
from registry.db import Database, Transaction
from registry.oauth import sessions
from registry.oauth.adapter import MAX_FORM_BYTES, Answer, OAuthRequest, read_parameters
from registry.oauth.passwords import is_password
from registry.oauth.rules import ForeignForm, Strength, local_path
from registry.oauth.server import Server
from registry.oauth.sessions import Parameters
from registry.oauth.tokens import Issuer
from registry.oauth.visit import Visit, read_cookie, refused_page
from registry.organisations import queries as organisations
from registry.web.forms import is_own_form
from registry.web.pages import FieldFault, Language, in_language, language_of, lazy, page

MAX_REQUEST_BYTES = 8192
ENTER = {"username": lazy("Enter your user name"), "password": lazy("Enter your password")}
WRONG = FieldFault("username", lazy("The user name or password is not right"))
STALE = FieldFault("username", lazy("This page was open for too long. Sign in again"))
Face = Request[Any, Any, Any]


class AuthorizationPage(Controller):
    """The authorization endpoint."""

    include_in_schema = False

    @get("/oauth/authorize", sync_to_thread=True)
    def authorize(
        self, request: Face, db: NamedDependency[Database], issuer: NamedDependency[Issuer]
    ) -> Response[Any]:
        """Send the browser back to the client with a code, after a sign-in where there was none."""
        encoded = request.scope["query_string"]
        if len(encoded) > MAX_REQUEST_BYTES:
            return refused_page(Answer(400, {"error": "invalid_request"}), "en")
        parameters = _parameters(encoded)
        language: Language = "cy" if dict(parameters).get("ui_locales", "").startswith("cy") else "en"
        with db.write() as tx:
            session = sessions.resume(tx, read_cookie(request, issuer.url), clock.now())
            answer = _answer(tx, issuer, parameters, session.person)
            if answer is None:
                sessions.remember_request(tx, session, parameters)
        visit = Visit(session, issuer.url, language)
        return visit.go("/login") if answer is None else visit.go_to_client(answer)


class SignInPages(Controller):
    """Sign in, see who is signed in, sign out. Mounted twice: at the root and, in Welsh, under `/cy`."""

    include_in_schema = False

    @get("/login", sync_to_thread=True)
    def show_login(
        self, request: Face, db: NamedDependency[Database], issuer: NamedDependency[Issuer]
    ) -> Response[Any]:
        """Show the sign-in page. `next` is the page of ours that the person wants to see."""
        wanted = local_path(request.query_params.get("next"))
        with db.write() as tx:
            session = sessions.resume(tx, read_cookie(request, issuer.url), clock.now())
            if wanted is not None:
                session = sessions.remember_path(tx, session, wanted)
        visit = Visit(session, issuer.url, language_of(request.url.path))
        return visit.login_page() if session.person is None else visit.go_on()

    @post("/login", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def sign_in(
        self, request: Face, body: RawBody, db: NamedDependency[Database], issuer: NamedDependency[Issuer]
    ) -> Response[Any]:
        """Sign a person in, and send them on to the client they came from."""
        language = language_of(request.url.path)
        if not is_own_form(request.headers, issuer.url):
            raise ForeignForm
        form = dict(_parameters(body))
        username, password = form.get("username", "").strip().casefold(), form.get("password", "")
        address = request.client.host if request.client else ""
        now = clock.now()
        with db.write() as tx:
            session = sessions.resume(tx, read_cookie(request, issuer.url), now)
            visit = Visit(session, issuer.url, language)
            if not session.owns(form.get("csrf_token", "")):
                return visit.login_page(403, username, (STALE,))
            if faults := _missing(username=username, password=password):
                return visit.login_page(400, username, faults)
            wait = sessions.count_attempt(tx, username=username, address=address, now=now)
            person = organisations.find_person(tx, username)
        if wait:
            return visit.wait_page(username, wait)
        # Between the transactions, so that no database lock waits for the slow hash.
        if not is_password(password, person.password_hash if person else None) or person is None:
            return visit.login_page(400, username, (WRONG,))
        strength: Strength = "demo" if person.demo and issuer.is_loopback else "password"
        with db.write() as tx:
            sessions.forget_attempts(tx, username)
            signed_in = sessions.sign_in(tx, session, person.id, clock.now(), strength=strength)
            answer = _answer(tx, issuer, session.pending, person.id) if session.pending else None
        visit = Visit(signed_in, issuer.url, language)
        return visit.go_on() if answer is None else visit.go_to_client(answer)

    @get("/account", sync_to_thread=True)
    def show_account(
        self, request: Face, db: NamedDependency[Database], issuer: NamedDependency[Issuer]
    ) -> Response[Any]:
        """Show who is signed in and for which organisations."""
        language = language_of(request.url.path)
        now = clock.now()
        with db.write() as tx:
            session = sessions.resume(tx, read_cookie(request, issuer.url), now)
            person = organisations.find_person_by_id(tx, session.person) if session.person else None
            if person is None:
                return Visit(session, issuer.url, language).go("/login")
            places = organisations.list_organisations_of(tx, person.id, now)
            rows = [organisations.get_organisation(tx, place) for place in places]
        return page(
            "account",
            "/account",
            language,
            name=person.name,
            organisations=[row.name_cy if language == "cy" else row.name_en for row in rows],
            csrf_token=session.csrf_token,
        )

    @post("/logout", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def sign_out(
        self, request: Face, body: RawBody, db: NamedDependency[Database], issuer: NamedDependency[Issuer]
    ) -> Response[Any]:
        """End the session of this browser."""
        language = language_of(request.url.path)
        token = dict(_parameters(body)).get("csrf_token", "")
        with db.write() as tx:
            session = sessions.find(tx, read_cookie(request, issuer.url), clock.now())
            if session is None or not session.owns(token) or not is_own_form(request.headers, issuer.url):
                raise ForeignForm
            sessions.sign_out(tx, session)
        return Redirect(in_language("/", language), status_code=302)


def _answer(tx: Transaction, issuer: Issuer, parameters: Parameters, person: str | None) -> Answer | None:
    """What the authorization endpoint answers; None when a person has to sign in first."""
    wanted = OAuthRequest("GET", f"{issuer.url}/oauth/authorize", parameters)
    return Server(tx, issuer, clock.now()).answer_authorization_request(wanted, person)


def _parameters(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a query or a form; none where they cannot be read, which is refused as missing."""
    try:
        return read_parameters(encoded)
    except OAuth2Error:
        return []


def _missing(**fields: str) -> tuple[FieldFault, ...]:
    return tuple(FieldFault(field, ENTER[field]) for field, value in fields.items() if not value)
