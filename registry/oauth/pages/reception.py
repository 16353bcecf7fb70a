"""What every page of sign-in needs, and where a person goes who has signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2 import OAuth2Error
from litestar import Request, Response
from litestar.di import NamedDependency

from registry.callers import Caller
from registry.db import Database, Reading, Transaction
from registry.oauth import proving, sessions
from registry.oauth.adapter import Answer, OAuthRequest, read_parameters
from registry.oauth.principals import caller_of
from registry.oauth.proving import Proof
from registry.oauth.rules import ForeignForm, ProofNeeded, SignInNeeded, Strength
from registry.oauth.server import Server
from registry.oauth.sessions import Parameters, Session
from registry.oauth.steps import KeyFile
from registry.oauth.tokens import Issuer
from registry.oauth.visit import Visit, read_cookie
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.forms import is_own_form
from registry.web.pages import Form, language_of

Face = Request[Any, Any, Any]
MAX_FORM_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Reception:
    """Where people arrive. `keys` makes the secrets of their apps, `ceremony` asks their passkeys."""

    db: Database
    issuer: Issuer
    keys: KeyFile
    ceremony: Ceremony
    policies: Policies

    def arrive(self, tx: Transaction, request: Face, now: datetime) -> Visit:
        """The browser with its session, a new one where it has none."""
        cookie = read_cookie(request, self.issuer.url)
        browser = request.headers.get("user-agent", "")
        return self.visit(request, sessions.resume(tx, cookie, now, browser))

    def find_session(self, reading: Reading, request: Face, now: datetime) -> tuple[Session, str]:
        """The session of a browser in which a person signed in, with a password at least, and who it is.

        Raises:
            SignInNeeded: nobody did.
        """
        session = sessions.find(reading, read_cookie(request, self.issuer.url), now)
        if session is None or session.person is None:
            raise SignInNeeded
        return session, session.person

    def find_changer(self, reading: Reading, request: Face, now: datetime) -> tuple[Session, Caller]:
        """Who may change how they sign in: whoever showed more than a password, or has no more to show yet.

        Raises:
            SignInNeeded: nobody is signed in, or the password alone was shown and there is more.
            ProofNeeded: more was shown, but not lately.
        """
        session, person = self.find_session(reading, request, now)
        if session.is_complete and not session.is_proved(now):
            raise ProofNeeded
        if not session.is_complete and proving.steps_of(reading, person).count:
            raise SignInNeeded
        return session, caller_of(reading, person, now, session.organisation)

    def visit(self, request: Face, session: Session) -> Visit:
        """A browser with its session, at the page it asks for."""
        return Visit(session, self.issuer.url, language_of(request.url.path))

    def check_own(self, request: Face, session: Session | None, form: Form[Any]) -> None:
        """Refuse a form that was not sent from a page made for this session.

        Raises:
            ForeignForm: it was not.
        """
        if session is None or not session.owns(form.value("csrf_token")):
            raise ForeignForm
        if not is_own_form(request.headers, self.issuer.url):
            raise ForeignForm

    def admit(
        self, tx: Transaction, request: Face, session: Session, person: str, strength: Strength, now: datetime
    ) -> Visit:
        """The browser in a new session of the person who showed who they are."""
        browser = request.headers.get("user-agent", "")
        signed_in = sessions.sign_in(tx, session, person, now, strength=strength, browser=browser)
        return self.visit(request, signed_in)

    def onwards(self, tx: Transaction, visit: Visit, now: datetime) -> Response[Any]:
        """Where a person goes who has signed in: to the second step, to the client, or to the page wanted."""
        session = visit.session
        if not session.is_complete:
            return visit.go("/login/step")
        answer = self.answer(tx, session.pending, session.person, now) if session.pending else None
        sessions.forget_errand(tx, session)
        return visit.go_on() if answer is None else visit.go_to_client(answer)

    def prove(
        self, tx: Transaction, request: Face, session: Session, proof: Proof | None, now: datetime
    ) -> Visit | None:
        """The browser after a second step; None where it was not right, another person's, or used before."""
        if proof is None or session.person not in (None, proof.person):
            return None
        if not proving.take(tx, proof, now):
            return None
        return self.admit(tx, request, session, proof.person, proof.strength, now)

    def answer(
        self, tx: Transaction, parameters: Parameters, person: str | None, now: datetime
    ) -> Answer | None:
        """What the authorization endpoint answers; None when a person has to sign in first."""
        wanted = OAuthRequest("GET", f"{self.issuer.url}/oauth/authorize", parameters)
        return Server(tx, self.issuer, now).answer_authorization_request(wanted, person)


def provide_reception(
    db: NamedDependency[Database],
    issuer: NamedDependency[Issuer],
    vault: NamedDependency[KeyFile],
    ceremony: NamedDependency[Ceremony],
    policies: NamedDependency[Policies],
) -> Reception:
    """The dependency `reception` of every page of sign-in."""
    return Reception(db, issuer, vault, ceremony, policies)


def parameters_of(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a query; none where they cannot be read, which is refused as missing."""
    try:
        return read_parameters(encoded)
    except OAuth2Error:
        return []


def form_of(body: bytes) -> Form[Any]:
    """A form as it was typed: a password may begin and end with a space."""
    return Form({name: (value,) for name, value in parameters_of(body)})
