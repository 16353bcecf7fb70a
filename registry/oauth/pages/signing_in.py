"""Signing in: with a password and a second step, with a passkey, or in the demo as anyone of its people."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import RawBody
from litestar.response import Redirect

from registry import clock
from registry.oauth import demo, proving, sessions, steps
from registry.oauth.pages.reception import MAX_FORM_BYTES, Face, Reception, form_of
from registry.oauth.passwords import is_password
from registry.oauth.proving import Steps
from registry.oauth.rules import ATTEMPTS_AT_CODE, Strength, local_path
from registry.oauth.visit import Visit, read_cookie
from registry.organisations import queries as organisations
from registry.web.pages import FieldFault, Form, in_language, language_of, lazy, page

ENTER = {"username": lazy("Enter your user name"), "password": lazy("Enter your password")}
WRONG = FieldFault("username", lazy("The user name or password is not right"))
STALE = FieldFault("username", lazy("This page was open for too long. Sign in again"))
NO_PASSKEY = FieldFault("username", lazy("That passkey is not known here. Sign in another way"))
WRONG_CODE = FieldFault("code", lazy("The code is not right, or was used before"))
WRONG_PASSKEY = FieldFault("passkey", lazy("That passkey is not yours. Use another, or a code"))


class SignInPages(Controller):
    """Sign in and out."""

    include_in_schema = False

    @get("/login", sync_to_thread=True)
    def show_login(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Show the sign-in page. `next` is the page of ours that the person wants to see."""
        wanted, now = local_path(request.query_params.get("next")), clock.now()
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            if wanted is not None:
                visit = visit.wanting(sessions.remember_path(tx, visit.session, wanted))
            if visit.session.person is not None:
                return reception.onwards(tx, visit, now)
        return _login_page(reception, visit, Form())

    @post("/login", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def sign_in(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """Take a password, and send the person on to where they came from, or to their second step."""
        form, now = form_of(body), clock.now()
        username, password = form.value("username").strip().casefold(), form.value("password")
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            session = visit.session
            if not session.owns(form.value("csrf_token")):
                return _login_page(reception, visit, form.refused(STALE), status=403)
            reception.check_own(request, session, form)
            if faults := _missing(username=username, password=password):
                return _login_page(reception, visit, form.refused(*faults), status=400)
            wait = sessions.count_attempt(tx, username=username, address=_address(request), now=now)
            person = organisations.find_person(tx, username)
        if wait:
            return _login_page(reception, visit, form.refused(_too_many("username", wait)), wait=wait)
        # Between the transactions, so that no database lock waits for the slow hash.
        if not is_password(password, person.password_hash if person else None) or person is None:
            return _login_page(reception, visit, form.refused(WRONG), status=400)
        strength: Strength = "demo" if person.demo and reception.issuer.is_loopback else "password"
        with reception.db.write() as tx:
            sessions.forget_attempts(tx, username)
            admitted = reception.admit(tx, request, session, person.id, strength, clock.now())
            return reception.onwards(tx, admitted, now)

    @post("/login/passkey", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def use_passkey(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """Sign a person in by the passkey they used, or take it as their second step."""
        form, now = form_of(body), clock.now()
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            session = visit.session
            reception.check_own(request, session, form)
            shown = form.value("passkey")
            proof = proving.check_passkey(tx, session, shown, ceremony=reception.ceremony)
            admitted = reception.prove(tx, request, session, proof, now)
            if admitted is not None:
                return reception.onwards(tx, admitted, now)
            if session.person is not None:
                found = proving.steps_of(tx, session.person)
                return _step_page(reception, visit, found, Form().refused(WRONG_PASSKEY), status=400)
        return _login_page(reception, visit, Form().refused(NO_PASSKEY), status=400)

    @get("/login/demo", sync_to_thread=True)
    def list_demo(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """List the demo's people, on loopback only: anywhere else there is no such address."""
        if not reception.issuer.is_loopback:
            raise NotFoundException
        now = clock.now()
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            places = demo.list_places(tx, reception.policies.law.roles, now)
        return page(
            "oauth/demo",
            "/login/demo",
            visit.language,
            **visit.answering(200),
            csrf_token=visit.session.csrf_token,
            places=places,
        )

    @post("/login/demo", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def become(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """Become one of the demo's people, on loopback only: anywhere else there is no such address."""
        if not reception.issuer.is_loopback:
            raise NotFoundException
        form, now = form_of(body), clock.now()
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            reception.check_own(request, visit.session, form)
            person = organisations.find_person(tx, form.value("username"))
            if person is None or not person.demo:
                raise NotFoundException
            admitted = reception.admit(tx, request, visit.session, person.id, "demo", now)
            return reception.onwards(tx, admitted, now)

    @get("/login/step", sync_to_thread=True)
    def show_step(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Ask for the second step; who has none is led to enrol one."""
        wanted, now = local_path(request.query_params.get("next")), clock.now()
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now)
            if wanted is not None:
                visit = visit.wanting(sessions.remember_path(tx, visit.session, wanted))
            session = visit.session
            if session.person is None:
                return visit.go("/login")
            found = proving.steps_of(tx, session.person)
            if session.is_proved(now):
                return reception.onwards(tx, visit, now)
        return _step_page(reception, visit, found, Form()) if found.count else visit.go("/account/sign-in")

    @post("/login/step", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def take_step(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """Take a code of the person's app, or one of their recovery codes."""
        form, now = form_of(body), clock.now()
        with reception.db.write() as tx:
            session, person = reception.find_session(tx, request, now)
            visit = reception.visit(request, session)
            reception.check_own(request, session, form)
            name, address = f"code:{person}", _address(request)
            wait = sessions.count_attempt(tx, username=name, address=address, now=now, limit=ATTEMPTS_AT_CODE)
            found = proving.steps_of(tx, person)
        if wait:
            return _step_page(reception, visit, found, Form().refused(_too_many("code", wait)), wait=wait)
        typed = steps.read_code(form.value("code"))
        with reception.db.read() as reading:
            proof = proving.check_code(reading, person, typed, keys=reception.keys, now=now)
        with reception.db.write() as tx:
            admitted = reception.prove(tx, request, session, proof, now)
            if admitted is not None:
                sessions.forget_attempts(tx, name)
                return reception.onwards(tx, admitted, now)
        return _step_page(reception, visit, found, Form().refused(WRONG_CODE), status=400)

    @post("/logout", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def sign_out(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """End the session of this browser; with `everywhere`, all sessions of the person."""
        form = form_of(body)
        with reception.db.write() as tx:
            session = sessions.find(tx, read_cookie(request, reception.issuer.url), clock.now())
            reception.check_own(request, session, form)
            if session is not None:
                sessions.sign_out(tx, session, everywhere=bool(form.value("everywhere")))
        return Redirect(in_language("/", language_of(request.url.path)), status_code=302)


def _login_page(
    reception: Reception, visit: Visit, form: Form[Any], *, status: int = 200, wait: int = 0
) -> Response[str]:
    with reception.db.read() as reading:
        is_demo = reception.issuer.is_loopback and organisations.has_demo_people(reading)
    return page(
        "oauth/login",
        "/login",
        visit.language,
        **visit.answering(429 if wait else status, wait),
        faults=form.faults,
        form=form,
        csrf_token=visit.session.csrf_token,
        options=reception.ceremony.sign_in_options(visit.session.challenge, []),
        is_demo=is_demo,
    )


def _step_page(
    reception: Reception, visit: Visit, found: Steps, form: Form[Any], *, status: int = 200, wait: int = 0
) -> Response[str]:
    credentials = [bytes(row.credential) for row in found.passkeys]
    return page(
        "oauth/step",
        "/login/step",
        visit.language,
        **visit.answering(429 if wait else status, wait),
        faults=form.faults,
        form=form,
        csrf_token=visit.session.csrf_token,
        options=reception.ceremony.sign_in_options(visit.session.challenge, credentials),
        has_code=found.app is not None or found.recovery_codes > 0,
        has_passkey=bool(credentials),
    )


def _missing(**fields: str) -> tuple[FieldFault, ...]:
    return tuple(FieldFault(field, ENTER[field]) for field, value in fields.items() if not value)


def _too_many(field: str, seconds: int) -> FieldFault:
    minutes = -(-seconds // 60)
    return FieldFault(
        field, lazy("There were too many attempts. Minutes to wait: %(minutes)s", minutes=minutes)
    )


def _address(request: Face) -> str:
    return request.client.host if request.client else ""
