"""Two organisations, two people and two clients: in process at an instant one sets, or behind real HTTP."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, Key
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import RawBody
from sqlalchemy import URL

from registry import clock
from registry.callers import SYSTEM, Caller
from registry.db import Database
from registry.oauth import visitors
from registry.oauth.actions import register_client
from registry.oauth.adapter import Answer, OAuthRequest
from registry.oauth.keys import create_token_key
from registry.oauth.passwords import hash_password
from registry.oauth.routes import load_issuer, routes, verifier
from registry.oauth.rules import NewOfficerClient, NewPartner
from registry.oauth.server import Server
from registry.oauth.tokens import Issuer
from registry.oauth.visitors import Visitor
from registry.organisations.actions import grant_role, register_organisation, register_person
from registry.organisations.api import OrganisationsApi
from registry.organisations.schemas import NewOrganisation, NewPerson
from registry.passkeys.ceremonies import ceremony_of
from registry.records.vault import Vault, create_records_key
from registry.settings import Settings
from registry.web import home
from registry.web.guards import TokenVerifier, provide_caller
from registry.web.headers import security_headers
from registry.web.pages import Form
from registry.web.pages.forms import typed_values
from registry.web.problems import HANDLERS
from tests.samples.assessments import POLICIES

COUNCIL = NewOrganisation(
    id="gss:E10000017",
    aliases=["orgid:GB-LAE-LAN"],
    name_en="Lancashire County Council",
    name_cy="Cyngor Sir Gaerhirfryn",
    kind="council",
    nations="E",
    public_authority=True,
    competent_authority=False,
    health_or_care=True,
    dpo_designated=True,
    ig_contact="ig@lancashire.test",
    illustrative=True,
)
TRUST = COUNCIL.model_copy(update={"id": "ods:RTX", "aliases": [], "name_en": "A trust", "kind": "nhs-trust"})
PASSWORD = "correct horse battery staple"
PARTNER_KEY = ECKey.generate_key("P-256", {"kid": "k1"})
REDIRECT = "http://127.0.0.1:5555/callback"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ISSUER = "https://registry.test"
VERIFIER = "a-verifier-of-enough-characters-for-rfc-7636-to-take"
AUTHORIZATION: dict[str, str | None] = {
    "response_type": "code",
    "client_id": "officer-desk",
    "redirect_uri": REDIRECT,
    "state": "s",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}
REDEMPTION = {
    "grant_type": "authorization_code",
    "client_id": "officer-desk",
    "redirect_uri": REDIRECT,
    "code_verifier": VERIFIER,
}


@dataclass(frozen=True)
class House:
    """The running server and what a test needs to know of it."""

    url: str
    database: Database
    issuer: Issuer
    verifier: TokenVerifier
    officer: str
    administrator: str


@get("/whoami", sync_to_thread=False)
def whoami(caller: NamedDependency[Caller]) -> dict[str, str | list[str] | None]:
    """Say whom the token speaks for."""
    return {
        "organisation": caller.organisation,
        "person": caller.person,
        "client": caller.client,
        "roles": sorted(caller.roles),
        "scopes": sorted(caller.scopes),
        "mode": caller.mode,
    }


@get("/visited", include_in_schema=False, sync_to_thread=False)
def visit_page(visitor: NamedDependency[Visitor]) -> dict[str, Any]:
    """Say who is signed in, and whom the JSON API would see."""
    caller = visitor.caller
    return {
        "organisation": caller.organisation,
        "person": visitor.person,
        "roles": sorted(caller.roles),
        "scopes": sorted(caller.scopes),
        "csrf_token": visitor.csrf_token,
    }


@get("/greeted", include_in_schema=False, sync_to_thread=False)
def greet(guest: NamedDependency[Visitor | None]) -> dict[str, str]:
    """Say for whom a guest acts, if for anyone."""
    return {"organisation": guest.caller.organisation if guest else ""}


@post("/visited", include_in_schema=False, status_code=200, sync_to_thread=False)
def send_form(request: Request[Any, Any, Any], body: RawBody, visitor: NamedDependency[Visitor]) -> str:
    """Take a form of the visitor's."""
    visitor.check_form(request, Form(typed_values(body)))
    return "taken"


visited = (visit_page, send_form, greet)


def settle(database: Database, now: datetime) -> tuple[str, str]:
    """Register two organisations, two people and two clients; return the people's ids."""
    password_hash = hash_password(PASSWORD)
    with database.write() as tx:
        for body in (COUNCIL, TRUST):
            register_organisation(tx, body, caller=SYSTEM, now=now)
        officer, administrator = (
            register_person(
                tx,
                NewPerson(
                    username=name,
                    name=name.title(),
                    email=f"{name}@x.test",
                    password_hash=password_hash,
                    demo=name == "olwen",
                ),
                caller=SYSTEM,
                now=now,
            ).id
            for name in ("olwen", "ada")
        )
        for person, organisation, role in (
            (officer, "gss:E10000017", "ig_officer"),
            (officer, "gss:E10000017", "dpo"),
            (officer, "ods:RTX", "auditor"),
            (administrator, "gss:E10000017", "admin"),
        ):
            grant_role(tx, person=person, organisation=organisation, role=role, caller=SYSTEM, now=now)
        register_client(tx, partner(), caller=SYSTEM, now=now)
        register_client(
            tx,
            NewOfficerClient(
                client_id="officer-desk",
                name="The registry's own client",
                scopes=frozenset({"register:read", "register:write", "approve", "admin"}),
                redirect_uris=("http://127.0.0.1/callback",),
            ),
            caller=SYSTEM,
            now=now,
        )
    return officer, administrator


def partner(client_id: str = "lancashire-mash", **changes: object) -> NewPartner:
    """A partner system of the council with the key `PARTNER_KEY`."""
    values: dict[str, object] = {
        "name": "MASH case system",
        "organisation": "orgid:GB-LAE-LAN",
        "mode": "enforce",
        "scopes": frozenset({"decisions:ask", "register:read"}),
        "alg": "ES256",
        "jwks": {"keys": [PARTNER_KEY.as_dict(private=False)]},
    }
    return NewPartner(client_id=client_id, **(values | changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Desk:
    """The authorization server in process, at an instant that the test sets."""

    database: Database
    issuer: Issuer
    officer: str
    now: datetime = NOW

    def ask_for_token(self, *pairs: tuple[str, str], **parameters: str) -> Answer:
        """The token endpoint's answer to a form."""
        wanted = OAuthRequest("POST", f"{ISSUER}/oauth/token", [*parameters.items(), *pairs])
        with self.database.write() as tx:
            return Server(tx, self.issuer, self.now).answer_token_request(wanted)

    def authorize(
        self, *pairs: tuple[str, str], person: str | None = "", **changes: str | None
    ) -> Answer | None:
        """The authorization endpoint's answer to a query; the officer is signed in unless said otherwise."""
        parameters = {name: value for name, value in (AUTHORIZATION | changes).items() if value is not None}
        wanted = OAuthRequest("GET", f"{ISSUER}/oauth/authorize", [*parameters.items(), *pairs])
        with self.database.write() as tx:
            server = Server(tx, self.issuer, self.now)
            return server.answer_authorization_request(wanted, self.officer if person == "" else person)

    def get_code(self, **changes: str | None) -> str:
        """A fresh code of the officer."""
        return parameters_of(self.authorize(**changes))["code"]

    def redeem(self, issued: str, **changes: str) -> Answer:
        """The answer to a code and its verifier."""
        return self.ask_for_token(**(REDEMPTION | {"code": issued} | changes))

    def caller_of(self, answer: Answer) -> Caller:
        """Whom an issued token speaks for."""
        with self.database.read() as reading:
            tokens = verifier(self.issuer, reading)
        return tokens.verify(f"Bearer {answer.body['access_token']}", self.now)

    def ask_with(self, assertion: str, **changes: str) -> Answer:
        """The answer to a client assertion."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        return self.ask_for_token(**(form | changes))

    def later(self, **by: float) -> "Desk":
        """The same desk at a later instant."""
        return replace(self, now=self.now + timedelta(**by))


def parameters_of(answer: Answer | None) -> dict[str, str]:
    """The parameters of a redirect to the client."""
    assert answer is not None
    assert answer.location is not None
    return dict(parse_qsl(urlsplit(answer.location).query))


def assertion(
    key: Key = PARTNER_KEY, *, header: dict[str, object] | None = None, now: datetime = NOW, **changes: object
) -> str:
    """A client assertion of the partner, right in everything but `header` and `changes` (None removes)."""
    claims: dict[str, object] = {
        "iss": "lancashire-mash",
        "sub": "lancashire-mash",
        "aud": ISSUER,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 240,
        "jti": uuid4().hex,
    } | changes
    head = {"alg": "ES256", "kid": "k1", "typ": "client-authentication+jwt"} | (header or {})
    return jwt.encode(
        {name: value for name, value in head.items() if value is not None},
        {name: value for name, value in claims.items() if value is not None},
        key,
        algorithms=[str(head["alg"])],
        default_type=None,
    )


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """The authorization server in process, once for each engine."""
    officer, _ = settle(database, NOW - timedelta(days=1))
    settings = Settings(data_dir=tmp_path, base_url=ISSUER)
    create_token_key(settings.token_key)
    return Desk(database, load_issuer(settings), officer)


class Premises:
    """Where the registry stands that people sign in to: an address, keys, an application a database.

    Making an application takes longer than most tests of it.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = Settings(data_dir=folder, base_url=url)
        create_token_key(self.settings.token_key)
        create_records_key(self.settings.records_key)
        self.issuer = load_issuer(self.settings)
        self._apps: dict[URL, Litestar] = {}

    def app(self, database: Database) -> Litestar:
        """The pages and endpoints of sign-in on a database, for the clients that it has now."""
        url = database.engine.url
        app = self._apps.get(url) or self._apps.setdefault(url, _app_of(database, self.issuer, self.settings))
        with database.read() as reading:
            app.state.verifier = verifier(self.issuer, reading)
        return app


def _app_of(database: Database, issuer: Issuer, settings: Settings) -> Litestar:
    def always(part: object) -> Provide:
        return Provide(lambda: part, sync_to_thread=False)

    def current_verifier(state: State) -> TokenVerifier:
        return cast(TokenVerifier, state.verifier)

    seen = visitors.Visitors(database, issuer.url)
    return Litestar(
        [routes(issuer), *home.routes(settings.security_contact), OrganisationsApi, whoami, *visited],
        dependencies={
            "db": always(database),
            "verifier": Provide(current_verifier, sync_to_thread=False),
            "vault": always(Vault(settings.records_key)),
            "ceremony": always(ceremony_of(settings)),
            "policies": always(POLICIES),
            "caller": Provide(provide_caller, sync_to_thread=False),
            "visitor": Provide(seen.get, sync_to_thread=True),
            "guest": Provide(seen.find, sync_to_thread=True),
        },
        exception_handlers={**HANDLERS, **visitors.HANDLERS},
        before_send=[security_headers(issuer.url)],
        openapi_config=None,
    )


@dataclass(frozen=True)
class Street:
    """Premises behind a port of this machine that stays theirs."""

    listening: socket.socket
    premises: Premises


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Where the running servers stand, one after another."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Street(listening, Premises(tmp_path_factory.mktemp("premises"), url))


@pytest.fixture
def house(database: Database, street: Street) -> Iterator[House]:
    """The running server on a fresh database, once for each engine."""
    officer, administrator = settle(database, clock.now())
    issuer, app = street.premises.issuer, street.premises.app(database)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [street.listening.dup()]})
    thread.start()
    yield House(issuer.url, database, issuer, app.state.verifier, officer, administrator)
    server.should_exit = True
    thread.join()
