"""The demo registry as a process, and the people and systems that use it over HTTP.

Each signs in with a library of other people's making: officers by requests-oauthlib, partners by Authlib.
"""

import json
import os
import re
import subprocess
import time
from base64 import b32decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from joserfc.jwk import import_key
from requests_oauthlib import OAuth2Session

from tests.servers import REGISTRY, free_port, running

Json = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A running demo and what its `demo.json` says."""

    data_dir: Path
    demo: Json
    settings: dict[str, str]
    at_work: dict[tuple[str, str | None], "Officer"] = field(default_factory=dict)
    """Who is signed in already, by name and scope. To sign in takes longer than most of what people do."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a command works on this demo's data."""
        return {**os.environ, "REGISTRY_DATA_DIR": str(self.data_dir), **self.settings}

    @property
    def url(self) -> str:
        return str(self.demo["base_url"])

    def command(self, *words: str) -> str:
        """What a command of the registry prints, run by its operator beside the demo."""
        answer = subprocess.run(
            [REGISTRY, *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def officer(
        self,
        organisation: str,
        role: str,
        *,
        other_than: "Officer | None" = None,
        scope: str | None = None,
    ) -> "Officer":
        """Someone who holds a role at an organisation, signed in."""
        people = [
            person
            for person in self.demo["people"]
            if person["organisation"] == organisation
            and role in person["roles"]
            and (other_than is None or person["username"] != other_than.username)
        ]
        who = (people[0]["username"], scope)
        if who not in self.at_work:
            self.at_work[who] = Officer.sign_in(self, people[0], scope=scope)
        return self.at_work[who]

    def partner(self, client_id: str) -> "Partner":
        """Get a token as a partner system."""
        client = next(one for one in self.demo["clients"] if one["client_id"] == client_id)
        return Partner.authorised(self, client)


def give_password(browser: requests.Session, address: str, person: Json) -> requests.Response:
    """Open an address that leads to the sign-in page, and send name and password; where that leads to."""
    login = browser.get(address)
    token = re.search(r'name="csrf_token" value="([^"]+)"', login.text)
    assert token is not None
    form = {"username": person["username"], "password": person["password"], "csrf_token": token[1]}
    return browser.post(login.url, data=form, allow_redirects=False)


def set_up_app(browser: requests.Session, url: str) -> None:
    """Let a person who is not of the demo, and gave their password, set up an app that makes codes."""
    page = browser.get(f"{url}/account/sign-in/app")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    letters = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page.text)
    assert token is not None, page.text
    assert letters is not None, page.text
    app = TOTP(b32decode(letters[1].replace(" ", "")), 6, SHA1(), 30)  # noqa: S303 - what apps know (RFC 6238)
    code = app.generate(int(time.time())).decode()
    shown = browser.post(page.url, data={"csrf_token": token[1], "code": code})
    assert shown.status_code == 200, shown.text


@dataclass(frozen=True)
class Officer:
    """A signed-in person with a bearer token."""

    world: World
    username: str
    session: OAuth2Session

    @classmethod
    def sign_in(
        cls, world: World, person: Json, *, scope: str | None = None, organisation: str | None = None
    ) -> "Officer":
        """Authorization code with PKCE S256, through the login page, for a scope and one organisation."""
        client = world.demo["officer_client"]
        chosen = {"organisation": organisation} if organisation else {}
        session = OAuth2Session(
            client["client_id"],
            redirect_uri=client["redirect_uri"],
            scope=(scope or client["scope"]).split(),
            pkce="S256",
        )
        session.trust_env = False  # each request would look for proxies and a .netrc
        address, _ = session.authorization_url(f"{world.url}/oauth/authorize", **chosen)
        with requests.Session() as browser:
            back = give_password(browser, address, person)
            if back.headers.get("location") == "/login/step":
                set_up_app(browser, world.url)
                back = browser.get(address, allow_redirects=False)
        assert back.status_code == 302, back.text
        session.fetch_token(
            f"{world.url}/oauth/token",
            authorization_response=back.headers["location"],
            include_client_id=True,
        )
        return cls(world, person["username"], session)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request of the JSON API."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: requests.Response = self.session.request(
            method, f"{self.world.url}/api/v1{path}", json=body, headers=named
        )
        return answer

    def get(self, path: str) -> Json:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def do(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Json:
        """A change that must succeed."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code in (200, 201), answer.text
        changed: Json = answer.json()
        return changed

    def refused(self, path: str, body: Any = None, *, method: str = "POST", status: int, code: str) -> Json:
        """A change that must be refused, with its problem document."""
        answer = self.call(method, path, body)
        assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        problem: Json = answer.json()
        return problem


@dataclass(frozen=True)
class Partner:
    """A partner system with a bearer token."""

    world: World
    client: Json
    session: AuthlibSession

    @classmethod
    def authorised(cls, world: World, client: Json) -> "Partner":
        """Client credentials with a signed assertion (RFC 7523), the audience being what `demo.json` says."""
        key = import_key(client["private_jwk"])
        session = AuthlibSession(
            client["client_id"], key, token_endpoint_auth_method="private_key_jwt", scope=client["scope"]
        )
        method = PrivateKeyJWT(
            client["assertion_audience"],
            claims={"exp": int(time.time()) + 240},
            headers={"kid": key.kid},
            alg=client["alg"],
        )
        session.register_client_auth_method(method)
        session.fetch_token(f"{world.url}/oauth/token", grant_type="client_credentials")
        return cls(world, client, session)

    def ask(self, question: Json, *, path: str = "/access/v1/evaluation") -> Json:
        """An answer of the permission check."""
        answer = self.session.post(f"{self.world.url}{path}", json=question)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


@contextmanager
def demo_world(
    data_dir: Path, environment: dict[str, str] | None = None, *, agreements: int = 0
) -> Iterator[World]:
    """A demo registry, loaded with the sample and so many generated agreements, and serving."""
    port = free_port()
    options = ("--port", str(port), "--data-dir", str(data_dir), "--agreements", str(agreements))
    command = (REGISTRY, "demo", *options)
    with running(
        *command,
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        environment=environment,
        patience_seconds=300 if agreements else 120,
    ):
        yield World(data_dir, json.loads((data_dir / "demo.json").read_text("utf-8")), environment or {})


def eventually(look: Callable[[], bool], *, within_seconds: float = 3) -> bool:
    """Whether something becomes true soon."""
    give_up_at = time.monotonic() + within_seconds
    while not look():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True
