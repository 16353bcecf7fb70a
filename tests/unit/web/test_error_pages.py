"""People who meet an error read a page in their language; programs there read a problem document."""

from collections.abc import Iterator

import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from registry.errors import Forbidden, NotFound, TooMany
from registry.web.headers import HEADERS, security_headers
from registry.web.problems import HANDLERS, PROBLEM

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RAISED: dict[str, Exception] = {
    "forbidden": Forbidden(),
    "not-found": NotFound(),
    "too-many": TooMany(headers={"retry-after": "7"}),
    "bug": RuntimeError("a secret of the process"),
    "storage": OperationalError("SELECT secret", None, Exception("disk full")),
}
CASES = pytest.mark.parametrize(
    ("method", "path", "status", "title", "welsh_title"),
    [
        ("GET", "/nowhere", 404, "Page not found", "Heb ddod o hyd i’r dudalen"),
        ("GET", "/raise/not-found", 404, "Page not found", "Heb ddod o hyd i’r dudalen"),
        ("DELETE", "/raise/bug", 405, "This page cannot be used like that", "Ni ellir defnyddio’r dudalen"),
        ("GET", "/raise/forbidden", 403, "You may not do this", "Ni chewch wneud hyn"),
        ("GET", "/raise/too-many", 429, "Too many requests", "Gormod o geisiadau"),
        ("GET", "/raise/bug", 500, "Sorry, there is a problem", "Mae’n ddrwg gennym, mae problem"),
        ("GET", "/raise/storage", 503, "Sorry, the service is unavailable", "Mae’n ddrwg gennym, nid yw"),
    ],
)


@get(["/raise/{name:str}", "/cy/raise/{name:str}"], sync_to_thread=False)
def fail(name: FromPath[str]) -> None:
    raise RAISED[name]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        [fail],
        exception_handlers=HANDLERS,
        before_send=[security_headers("https://registry.test")],
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@CASES
def test_a_browser_is_shown_a_page_in_the_language_of_the_address(
    client: TestClient[Litestar], method: str, path: str, status: int, title: str, welsh_title: str
) -> None:
    for address, language, words in ((path, "en", title), (f"/cy{path}", "cy", welsh_title)):
        answer = client.request(method, address, headers={"accept": BROWSER})
        assert (answer.status_code, answer.headers["content-language"]) == (status, language)
        assert f'<html lang="{language}"' in answer.text
        assert f"<title>{words}" in answer.text
        assert "secret" not in answer.text


@CASES
def test_a_program_is_answered_with_a_problem_document(
    client: TestClient[Litestar], method: str, path: str, status: int, title: str, welsh_title: str
) -> None:
    for accept in ("application/json", "*/*", PROBLEM):
        answer = client.request(method, path, headers={"accept": accept})
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["status"] == status
        assert "secret" not in answer.text


@CASES
def test_every_error_carries_the_security_headers(
    client: TestClient[Litestar], method: str, path: str, status: int, title: str, welsh_title: str
) -> None:
    for accept in (BROWSER, "application/json"):
        answer = client.request(method, path, headers={"accept": accept})
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_an_error_keeps_the_headers_of_its_kind(client: TestClient[Litestar]) -> None:
    assert client.get("/raise/too-many", headers={"accept": BROWSER}).headers["retry-after"] == "7"


def test_an_address_on_an_error_page_leads_nowhere_else(client: TestClient[Litestar]) -> None:
    answer = client.get("/cy//evil.test/%22%3E%3Cscript%3E", headers={"accept": BROWSER})
    assert 'href="/evil.test/%22%3E%3Cscript%3E"' in answer.text
