"""Every answer carries the headers it should, whoever gives it: a handler, the router, a refusal, a bug."""

import http.client

import pytest

from registry.web.pages.files import static
from tests.integration.http.deeds import stage
from tests.integration.http.problems import problem_of
from tests.integration.http.world import World, partner
from tests.samples.agreements import LANCASHIRE

SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/cy", 200),
    ("GET", "/docs", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/health/live", 200),
    ("GET", "/log/checkpoint", 200),
    ("GET", static("registry.css"), 200),
    ("GET", "/static/no-such.css", 404),
    ("GET", "/no-such-page", 404),
    ("GET", "/%00", 404),
    ("GET", "/static/%00", 404),
    ("GET", "/log/tile/0/999", 404),
    ("GET", "/log/proof/99999999999999999999", 404),
    ("GET", "/api/v1/no-such", 404),
    ("DELETE", "/api/v1/agreements", 405),
    ("POST", "/health/live", 405),
    ("GET", "/oauth/token", 405),
    ("POST", "/oauth/token", 400),
    ("GET", "/api/v1/agreements", 401),
    ("POST", "/api/v1/agreements", 401),
    ("OPTIONS", "/api/v1/agreements", 204),
    ("HEAD", "/log/checkpoint", 200),
]
EACH = pytest.mark.parametrize(("method", "path", "status"), ANSWERS)


@EACH
def test_every_answer_carries_security_headers_and_the_request_id(
    world: World, method: str, path: str, status: int
) -> None:
    answer = world.send(method, path, headers={"x-request-id": "a-b_c.1"})
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] == "a-b_c.1"
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("number", ["", "a b", "x" * 129, "caf\xe9"])
def test_a_request_id_of_another_form_does_not_come_back(world: World, number: str) -> None:
    answer = world.send("GET", "/health/live", headers={"x-request-id": number})
    assert answer.status_code == 200
    assert "x-request-id" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/health/live", "/log/checkpoint", "/openapi.json", static("registry.css"), "/no-such"]
)
def test_head_is_answered_as_get_without_the_body(world: World, path: str) -> None:
    get, head = world.send("GET", path), world.send("HEAD", path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert int(head.headers["content-length"]) > 0


def test_head_of_an_agreement_brings_its_tag(world: World) -> None:
    path = f"/api/v1/agreements/{stage(world, 'agreement draft').id}"
    officer = world.cast(LANCASHIRE, "ig_officer")
    get, head = world.send("GET", path, officer), world.send("HEAD", path, officer)
    assert (head.status_code, head.headers["etag"]) == (200, get.headers["etag"])


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", "GET, HEAD, OPTIONS"),
        ("/api/v1/agreements", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/dpias/x", "GET, HEAD, OPTIONS, PUT"),
        ("/api/v1/agreements/x/sign", "OPTIONS, POST"),
        ("/oauth/token", "OPTIONS, POST"),
        ("/log/proof/1", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_a_wrong_method_name_the_methods(world: World, path: str, methods: str) -> None:
    options, wrong = world.send("OPTIONS", path), world.send("DELETE", path)
    assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", methods)
    assert problem_of(wrong, 405)["code"] == "method-not-allowed"
    assert wrong.headers["allow"] == methods


def test_options_of_nothing_finds_nothing(world: World) -> None:
    assert world.send("OPTIONS", "/no-such").status_code == 404


def test_a_checkpoint_is_text_in_utf_8(world: World) -> None:
    assert world.send("GET", "/log/checkpoint").headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/access/v1/evaluation", "/access/v1/evaluations", "/api/v1/advice"])
def test_the_permission_check_carries_what_a_machine_needs(world: World, path: str) -> None:
    caller = partner(LANCASHIRE, "decisions:ask")
    for method, body in (("POST", {}), ("POST", None), ("GET", None)):
        answer = world.send(method, path, caller, body, headers={"x-request-id": "q-1"})
        assert answer.headers["x-request-id"] == "q-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("prefix", "title"), [("", ">Not found</h1>"), ("/cy", ">Heb ei ganfod</h1>")])
def test_the_type_of_a_problem_leads_to_what_it_means(world: World, prefix: str, title: str) -> None:
    kind = world.send("GET", "/no-such").json()["type"]
    answer = world.send("GET", prefix + kind)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert title in answer.text


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "language", "sentence"),
    [
        ("/no-such", "en", "Page not found"),
        ("/cy/no-such", "cy", "Heb ddod o hyd i’r dudalen"),
    ],
)
def test_a_browser_gets_a_page_for_what_there_is_not(
    world: World, path: str, language: str, sentence: str
) -> None:
    answer = world.send("GET", path, headers={"accept": BROWSER})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}" class' in answer.text
    assert sentence in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", ""])
def test_a_program_gets_a_problem_for_what_there_is_not(world: World, accept: str) -> None:
    problem_of(world.send("GET", "/no-such", headers={"accept": accept}), 404)


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/no-such", 404), ("/api/v1/agreements", 401), ("/log/tile/x", 404)]
)
def test_a_machine_address_answers_a_browser_with_a_problem_too(world: World, path: str, status: int) -> None:
    problem_of(world.send("GET", path, headers={"accept": BROWSER}), status)


def test_a_host_that_is_none_is_refused(world: World) -> None:
    connection = http.client.HTTPConnection(world.url.removeprefix("http://"), timeout=10)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("host", "a b/<>")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    connection.close()
