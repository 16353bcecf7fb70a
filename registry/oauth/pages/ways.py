"""How one signs in: passkeys, the app that makes codes, recovery codes.

Whoever has a password alone gets no further than here, and here they may only enrol a second step. Those who
have one show it again before they change anything.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import segno
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import RawBody
from markupsafe import Markup
from pydantic import ValidationError

from registry import clock
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.oauth import enrolling, proving, steps
from registry.oauth.pages.reception import MAX_FORM_BYTES, Face, Reception, form_of
from registry.oauth.passwords import hash_password
from registry.oauth.principals import caller_of
from registry.oauth.rules import Strength
from registry.oauth.visit import Visit
from registry.organisations import queries as organisations
from registry.organisations.actions import Acting
from registry.organisations.actions.acting import check_may
from registry.organisations.rules import NotAuthorised
from registry.passkeys.actions import enrolling as passkeys
from registry.passkeys.rules import BadAssertion, PasskeyKnown, StatementExpired
from registry.passkeys.schemas import EnrolmentIn
from registry.web.pages import FieldFault, Form, language_of, lazy, page

HERE = "/account/sign-in"
NOT_MADE = FieldFault("passkey", lazy("The passkey could not be taken. Try again"))
WRONG_CODE = FieldFault("code", lazy("The code is not right. Enter the code that your app shows now"))


class WaysPages(Controller):
    """Look at how one signs in, and change it."""

    include_in_schema = False
    path = "/account/sign-in"

    @get("/", sync_to_thread=True)
    def show_ways(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Show how the person signs in."""
        now = clock.now()
        with reception.db.read() as reading:
            session, person = reception.find_session(reading, request, now)
            found = proving.steps_of(reading, person)
            if not session.is_complete and found.count:
                return reception.visit(request, session).go("/login/step")
            caller = caller_of(reading, person, now, session.organisation)
            acting = Acting(caller=caller, now=now, policies=reception.policies)
            may_have_passkey = _may_have_passkey(reading, acting)
        return page(
            "oauth/ways",
            "/account/sign-in",
            language_of(request.url.path),
            visitor=session if session.is_complete else None,
            found=found,
            may_have_passkey=may_have_passkey,
            may_remove=caller.demo or found.count > 1,
            csrf_token=session.csrf_token,
        )

    @get("/passkey", sync_to_thread=True)
    def offer_passkey(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Offer to make a passkey."""
        with reception.db.read() as reading:
            changing = Changing.find(reading, request, reception)
            return changing.passkey_page(reading, Form())

    @post("/passkey", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def enrol_passkey(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """Enrol the passkey that the browser made; it counts for the session at once."""
        form = form_of(body)
        with reception.db.read() as reading:
            changing = Changing.find(reading, request, reception, form)
        try:
            wanted = EnrolmentIn.model_validate_json(form.value("passkey"))
            with reception.db.write() as tx:
                passkeys.enrol(tx, wanted, acting=changing.acting, ceremony=reception.ceremony)
                visit = changing.admit(tx, "passkey")
        except (ValidationError, BadAssertion, StatementExpired, PasskeyKnown):
            with reception.db.read() as reading:
                return changing.passkey_page(reading, Form().refused(NOT_MADE), status=400)
        return changing.go_on(visit)

    @post("/passkey/end", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def end_passkey(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """End one of one's own passkeys."""
        form = form_of(body)
        with reception.db.write() as tx:
            changing = Changing.find(tx, request, reception, form)
            enrolling.end_passkey(tx, form.value("id"), caller=changing.caller, now=changing.now)
        return changing.visit.go("/account/sign-in")

    @get("/app", sync_to_thread=True)
    def offer_app(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Show the secret to an app that makes codes."""
        with reception.db.read() as reading:
            return Changing.find(reading, request, reception).app_page(reading, Form())

    @post("/app", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def enrol_app(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """Enrol the app, which shows by a code that it has the secret."""
        form = form_of(body)
        typed = steps.read_code(form.value("code"))
        with reception.db.write() as tx:
            changing = Changing.find(tx, request, reception, form)
            offered, caller, now = changing.visit.session.app, changing.caller, changing.now
            if not enrolling.enrol_app(tx, typed, offered, caller=caller, keys=reception.keys, now=now):
                return changing.app_page(tx, Form().refused(WRONG_CODE), status=400)
            visit = changing.admit(tx, "code")
        return changing.go_on(visit)

    @post("/app/end", request_max_body_size=MAX_FORM_BYTES, sync_to_thread=True)
    def end_app(self, request: Face, body: RawBody, reception: NamedDependency[Reception]) -> Response[Any]:
        """Let the app count no more."""
        form = form_of(body)
        with reception.db.write() as tx:
            changing = Changing.find(tx, request, reception, form)
            enrolling.end_app(tx, caller=changing.caller, now=changing.now)
        return changing.visit.go("/account/sign-in")

    @post("/recovery-codes", request_max_body_size=MAX_FORM_BYTES, status_code=200, sync_to_thread=True)
    def make_recovery_codes(
        self, request: Face, body: RawBody, reception: NamedDependency[Reception]
    ) -> Response[Any]:
        """Make new recovery codes and show them, this once."""
        with reception.db.read() as reading:
            changing = Changing.find(reading, request, reception, form_of(body))
            found = proving.steps_of(reading, changing.caller.acting_person)
        if not found.count:
            return changing.visit.go("/account/sign-in")
        return changing.recovery_page(changing.visit)


@dataclass(frozen=True, slots=True)
class Changing:
    """Someone who may change how they sign in, at one of these pages."""

    request: Face
    reception: Reception
    visit: Visit
    caller: Caller
    now: datetime

    @classmethod
    def find(
        cls, reading: Reading, request: Face, reception: Reception, form: Form[Any] | None = None
    ) -> "Changing":
        """Whoever is at this page, when the form they sent is theirs.

        Raises:
            SignInNeeded, ProofNeeded, ForeignForm: see `Reception`.
        """
        now = clock.now()
        session, caller = reception.find_changer(reading, request, now)
        if form is not None:
            reception.check_own(request, session, form)
        return cls(request, reception, reception.visit(request, session), caller, now)

    @property
    def acting(self) -> Acting:
        """The person, as the rules of passkeys see them."""
        return Acting(caller=self.caller, now=self.now, policies=self.reception.policies)

    def admit(self, tx: Transaction, strength: Literal["code", "passkey"]) -> Visit:
        """The browser in a new session, in which the person has shown the step that they just enrolled."""
        session = self.visit.session
        kept: Strength = "demo" if session.strength == "demo" else strength
        return self.reception.admit(tx, self.request, session, self.caller.acting_person, kept, self.now)

    def go_on(self, visit: Visit) -> Response[Any]:
        """After an enrolment: to fresh recovery codes where the person has none, else back."""
        with self.reception.db.read() as reading:
            found = proving.steps_of(reading, self.caller.acting_person)
        if found.recovery_codes or self.caller.demo:
            return visit.go("/account/sign-in" if self.visit.session.is_complete else "/login")
        return self.recovery_page(visit)

    def recovery_page(self, visit: Visit) -> Response[str]:
        """New recovery codes, shown this once."""
        codes = steps.new_recovery_codes()
        hashes = [hash_password(code) for code in codes]
        with self.reception.db.write() as tx:
            enrolling.keep_recovery_codes(tx, hashes, caller=self.caller, now=self.now)
        shown = steps.shown(codes)
        return page(
            "oauth/recovery",
            HERE,
            visit.language,
            **visit.answering(200),
            visitor=visit.signed_in,
            codes=shown,
        )

    def passkey_page(self, reading: Reading, form: Form[Any], *, status: int = 200) -> Response[str]:
        """The page at which a browser makes a passkey.

        Raises:
            NotAuthorised: the person holds no role that approves.
        """
        statement, options = passkeys.begin(reading, acting=self.acting, ceremony=self.reception.ceremony)
        person = organisations.find_person_by_id(reading, self.caller.acting_person)
        name = person.username if person else ""
        return page(
            "oauth/passkey",
            f"{HERE}/passkey",
            self.visit.language,
            **self.visit.answering(status),
            visitor=self.visit.signed_in,
            faults=form.faults,
            csrf_token=self.visit.session.csrf_token,
            statement=statement.octets().decode(),
            options=options | {"user": options["user"] | {"name": name, "displayName": name}},
        )

    def app_page(self, reading: Reading, form: Form[Any], *, status: int = 200) -> Response[str]:
        """The page that shows the secret to an app, as a square code and in letters."""
        person, session = self.caller.acting_person, self.visit.session
        secret = steps.secret_of(self.reception.keys, person=person, app=session.app)
        row = organisations.find_person_by_id(reading, person)
        address = steps.setup_address(
            secret, username=row.username if row else "", issuer=urlsplit(self.reception.issuer.url).netloc
        )
        return page(
            "oauth/app",
            f"{HERE}/app",
            self.visit.language,
            **self.visit.answering(status),
            visitor=self.visit.signed_in,
            faults=form.faults,
            form=form,
            csrf_token=session.csrf_token,
            square=Markup(segno.make(address).svg_inline(scale=4, omitsize=False)),  # noqa: S704 - drawn here
            letters=steps.spelt(secret),
        )


def _may_have_passkey(reading: Reading, acting: Acting) -> bool:
    """Whether the access rules let the person enrol a passkey."""
    try:
        check_may(reading, "passkey.enrol", acting, acting.caller.organisation)
    except NotAuthorised:
        return False
    return True
