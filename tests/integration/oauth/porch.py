"""Browsers at the sign-in pages of a registry behind https, and a person who is not of the demo."""

import re
import time
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from json import dumps, loads
from typing import Any

import pytest
from httpx import Cookies, Response
from litestar import Litestar
from litestar.testing import TestClient

from registry import clock
from registry.auditlog import queries as log
from registry.callers import SYSTEM
from registry.db import Database
from registry.demo.authenticator import SoftwareAuthenticator
from registry.oauth import queries, steps
from registry.oauth.passwords import hash_password
from registry.organisations.actions import grant_role, register_person
from registry.organisations.schemas import NewPerson
from registry.records.vault import Vault
from registry.verification.spelling import read_json
from tests.oauth_world import ISSUER, PASSWORD, Premises, settle

AMPLE_SECONDS = 3
COOKIE = "__Host-registry-session"
GWEN = NewPerson(username="gwen", name="Gwen", email="gwen@x.test", password_hash=hash_password(PASSWORD))


@dataclass
class Browser:
    """One browser with its cookies; it follows no redirect by itself."""

    client: TestClient[Litestar]
    cookies: Cookies = field(default_factory=Cookies)

    @property
    def cookie(self) -> str:
        """The cookie of its session."""
        return str(self.cookies[COOKIE])

    def get(self, path: str, **query: str) -> Response:
        return self._ask("GET", path, params=query or None)

    def post(self, path: str, **form: str) -> Response:
        return self._ask("POST", path, data=form)

    def _ask(self, method: str, path: str, **content: Any) -> Response:
        self.client.cookies = self.cookies
        answer = self.client.request(method, path, follow_redirects=False, **content)
        self.cookies = Cookies(self.client.cookies)
        return answer

    def send(self, path: str, page: str, **form: str) -> Response:
        """Fill in a form on a page and send it."""
        return self.post(path, csrf_token=hidden(self.get(page), "csrf_token"), **form)

    def give_password(self, username: str = "gwen") -> Response:
        return self.send("/login", "/login", username=username, password=PASSWORD)

    def options(self, page: str) -> dict[str, Any]:
        """What the page asks a passkey for."""
        found: dict[str, Any] = loads(_attribute(self.get(page), "data-options"))
        return found

    def assertion(self, passkey: SoftwareAuthenticator, page: str) -> str:
        """What a passkey says to a page that asks for one."""
        return dumps(passkey.get(self.options(page)))

    def use(self, passkey: SoftwareAuthenticator, page: str) -> Response:
        """Use a passkey at a page that asks for one."""
        return self.send("/login/passkey", page, passkey=self.assertion(passkey, page))

    def where(self) -> str:
        """Where the browser is sent that wants to see its account; empty where it may."""
        return str(self.get("/account").headers.get("location", ""))


@dataclass
class Porch:
    """The registry at its front door."""

    database: Database
    client: TestClient[Litestar]
    vault: Vault
    person: str
    enrolled_with: str = ""

    def browser(self) -> Browser:
        return Browser(self.client)

    def code(self, browser: Browser, *, later: int = 0) -> str:
        """What the app shows that was offered to a browser, or that the person has; so many steps later.

        A code of the step before is good to the end of this one, so an end that is near is waited for.
        """
        left = steps.SECONDS - clock.now().timestamp() % steps.SECONDS
        if later and left < AMPLE_SECONDS:
            time.sleep(left)
        with self.database.read() as reading:
            row = queries.find_app(reading, self.person)
        if row is not None:
            secret = steps.secret_of(self.vault, person=self.person, app=row.id)
        else:
            letters = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", browser.get("/account/sign-in/app").text)
            assert letters is not None
            secret = b32decode(letters[1].replace(" ", ""))
        return steps.code_at(secret, clock.now() + timedelta(seconds=later * steps.SECONDS))

    def enrol_app(self, browser: Browser) -> list[str]:
        """Set up the app of whoever gave their password; the recovery codes that are shown."""
        self.enrolled_with = self.code(browser, later=-1)
        shown = browser.send("/account/sign-in/app", "/account/sign-in/app", code=self.enrolled_with)
        assert shown.status_code == 200, shown.text
        return re.findall(r"\d+-[0-9A-Z]{5}-[0-9A-Z]{5}", shown.text)

    def enrol_passkey(self, browser: Browser, passkey: SoftwareAuthenticator) -> Response:
        """Make a passkey at the page for it."""
        page = browser.get("/account/sign-in/passkey")
        statement = _attribute(page, "data-statement")
        credential = passkey.create(loads(_attribute(page, "data-options")))
        made = dumps({"statement": statement, "credential": credential})
        token = hidden(page, "csrf_token")
        return browser.post("/account/sign-in/passkey", csrf_token=token, passkey=made)

    def types(self) -> list[str]:
        """The types of the newest entries of the log, the newest first."""
        with self.database.read() as reading:
            return [read_json(bytes(row.body))["type"] for row in log.all_rows(reading)][::-1]

    def forget_proof(self, browser: Browser, now: datetime | None = None) -> None:
        """Let ten minutes pass since the person last showed more than a password."""
        long_ago = (now or clock.now()) - timedelta(minutes=11)
        with self.database.write() as tx:
            queries.update_session(tx, browser.cookie, proved_at=long_ago)


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """Where the registry behind https stands."""
    return Premises(tmp_path_factory.mktemp("premises"), ISSUER)


@pytest.fixture
def porch(database: Database, premises: Premises) -> Iterator[Porch]:
    """The registry behind https on a fresh database, once for each engine."""
    now = clock.now() - timedelta(days=1)
    settle(database, now)
    with database.write() as tx:
        person = register_person(tx, GWEN, caller=SYSTEM, now=now).id
        for organisation, role in (("gss:E10000017", "signatory"), ("ods:RTX", "dpo")):
            grant_role(tx, person=person, organisation=organisation, role=role, caller=SYSTEM, now=now)
    with TestClient(premises.app(database), base_url=ISSUER) as client:
        yield Porch(database, client, Vault(premises.settings.records_key), person)


def authenticator(**changes: Any) -> SoftwareAuthenticator:
    """A new passkey for the registry's site."""
    return SoftwareAuthenticator(**{"origin": ISSUER, "rp_id": "registry.test"} | changes)


def hidden(page: Response, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


def _attribute(page: Response, name: str) -> str:
    found = re.search(rf"""{name}=(?:'([^']*)'|"([^"]*)")""", page.text)
    assert found is not None, page.text
    return unescape(found[1] or found[2])
