"""The rules of the HTTPS binding, on each of the five endpoints, over a real socket (AuthZEN 1.0 10.1)."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.decisions.wire.endpoint import LIMITS, METADATA
from registry.decisions.words.rendering import encode
from tests.conformance.authzen.hostile import NOT_OBJECTS, WRONG_TYPES, check_problem, malformed
from tests.conformance.authzen.register import RIGHT
from tests.conformance.authzen.wire import Wire
from tests.unit.decisions.calling import JSON

GOOD = {path: encode(asked) for path, asked in RIGHT.items()}
each_endpoint = pytest.mark.parametrize("path", RIGHT)
MALFORMED = [
    pytest.param(path, sent, id=f"{path.rpartition('/')[2]}-{name}")
    for path, good in GOOD.items()
    for name, sent in malformed(good).items()
]


@each_endpoint
@pytest.mark.spec("AuthZEN 1.0", "10.1")
def test_a_right_request_is_answered_with_json(wire: Wire, path: str) -> None:
    answer = wire.send(GOOD[path], path=path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert isinstance(answer.json, dict)


@pytest.mark.parametrize(("path", "sent"), MALFORMED)
@pytest.mark.spec("AuthZEN 1.0", "10.1.2")
def test_what_is_not_strict_json_is_refused(wire: Wire, path: str, sent: bytes) -> None:
    check_problem(wire.send(sent, path=path), 400, "malformed-json")


@each_endpoint
@pytest.mark.parametrize("sent", NOT_OBJECTS.values(), ids=NOT_OBJECTS)
def test_what_is_not_an_object_is_refused(wire: Wire, path: str, sent: bytes) -> None:
    check_problem(wire.send(sent, path=path), 400, "not-json")


@each_endpoint
@pytest.mark.parametrize("content_type", WRONG_TYPES)
def test_only_json_is_read(wire: Wire, path: str, content_type: str) -> None:
    check_problem(wire.send(GOOD[path], ("content-type", content_type), path=path), 400, "not-json")


@each_endpoint
def test_a_request_without_a_content_type_is_refused(wire: Wire, path: str) -> None:
    check_problem(wire.send(GOOD[path], ("accept", "*/*"), path=path), 400, "not-json")


@each_endpoint
@pytest.mark.parametrize(
    "named", ["application/json; charset=utf-8", "Application/JSON", "application/json ;"]
)
def test_json_may_be_named_in_any_usual_way(wire: Wire, path: str, named: str) -> None:
    assert wire.send(GOOD[path], ("content-type", named), path=path).status == 200


@each_endpoint
def test_a_body_beyond_the_limit_is_refused(wire: Wire, path: str) -> None:
    padding = b" " * (LIMITS[path] - len(GOOD[path]))
    assert wire.send(GOOD[path] + padding, path=path).status == 200
    check_problem(wire.send(GOOD[path] + padding + b" ", path=path), 400, "not-json")


@each_endpoint
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_any_other_method_is_told_which_one(wire: Wire, path: str, method: str) -> None:
    answer = wire.send(GOOD[path], path=path, method=method)
    check_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


@each_endpoint
@pytest.mark.parametrize(("caller", "code"), [(None, "token-missing"), ("nobody", "token-refused")])
@pytest.mark.spec("AuthZEN 1.0", "11.3")
def test_without_a_good_token_there_is_no_answer(
    wire: Wire, path: str, caller: str | None, code: str
) -> None:
    answer = wire.send(GOOD[path], path=path, caller=caller)
    check_problem(answer, 401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@each_endpoint
def test_a_token_without_the_scope_is_refused(wire: Wire, path: str) -> None:
    check_problem(wire.send(GOOD[path], path=path, caller="reader"), 403, "scope-missing")


@each_endpoint
@pytest.mark.parametrize("caller", ["adviser", "officer"])
def test_whoever_advises_people_is_shown_the_way_to_advice(wire: Wire, path: str, caller: str) -> None:
    answer = wire.send(GOOD[path], path=path, caller=caller)
    check_problem(answer, 403, "use-advice")
    assert "/api/v1/advice" in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/access/v1", "GET"),
        ("/access/v1/", "POST"),
        ("/access/v1/evaluation/", "POST"),
        ("/access/v1/search", "POST"),
        ("/access/v1/search/context", "POST"),
        ("/access/v2/evaluation", "POST"),
    ],
)
def test_elsewhere_there_is_nothing(wire: Wire, path: str, method: str) -> None:
    check_problem(wire.send(GOOD["/access/v1/evaluation"], path=path, method=method), 404, "not-found")


REQUEST_IDS = ("bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "1", "!~", "a" * 128)
ANSWERS = [
    (200, {}),
    (400, {"body": b"x"}),
    (401, {"caller": "nobody"}),
    (403, {"caller": "reader"}),
    (404, {"path": "/access/v1/nothing"}),
    (405, {"method": "DELETE"}),
    (405, {"path": METADATA}),
    (200, {"path": METADATA, "method": "GET"}),
]


@pytest.mark.parametrize("number", REQUEST_IDS)
@pytest.mark.parametrize(("status", "changes"), ANSWERS, ids=[f"{status}-{said}" for status, said in ANSWERS])
@pytest.mark.spec("AuthZEN 1.0", "10.1.4")
def test_the_request_id_comes_back_on_every_answer(
    wire: Wire, status: int, changes: dict[str, str], number: str
) -> None:
    asked = {"body": GOOD["/access/v1/evaluation"], "path": "/access/v1/evaluation", **changes}
    body = asked.pop("body")
    answer = wire.send(body, JSON, ("x-request-id", number), **asked)  # type: ignore[arg-type]
    assert (answer.status, answer.headers["x-request-id"]) == (status, number)


@each_endpoint
def test_the_request_id_comes_back_from_each_endpoint(wire: Wire, path: str) -> None:
    for sent in (GOOD[path], b"x"):
        answer = wire.send(sent, JSON, ("x-request-id", "r-1"), path=path)
        assert answer.headers["x-request-id"] == "r-1"
    assert "x-request-id" not in wire.send(GOOD[path], path=path).headers


@each_endpoint
@pytest.mark.spec("AuthZEN 1.0", "10.1.2")
def test_unknown_members_are_ignored_wherever_they_are(wire: Wire, path: str) -> None:
    asked = json.loads(GOOD[path])
    plain = wire.send(asked, path=path).json
    for thing in ("subject", "action", "resource", "context"):
        if thing in asked:
            asked[thing]["future"] = {"nested": [True]}
    odd = wire.send({**asked, "foo": "bar", "future": {"nested": True}}, path=path)
    assert (odd.status, told(odd.json)) == (200, told(plain))


@each_endpoint
def test_equal_questions_get_equal_answers(wire: Wire, path: str) -> None:
    answers = [told(wire.send(GOOD[path], path=path).json) for _ in range(5)]
    assert answers == answers[:1] * 5


def test_requests_at_once_are_answered_each_for_itself(wire: Wire) -> None:
    def ask(number: int) -> bool:
        path = list(RIGHT)[number % len(RIGHT)]
        connection = Wire(http.client.HTTPConnection(*wire.address), wire.address)
        answer = connection.send(GOOD[path], JSON, ("x-request-id", f"r-{number}"), path=path)
        connection.connection.close()
        return answer.headers["x-request-id"] == f"r-{number}" and told(answer.json) == expected[path]

    expected = {path: told(wire.send(GOOD[path], path=path).json) for path in RIGHT}
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(80)))


def told(answer: dict[str, object]) -> object:
    """What does not differ from answer to answer: decisions and results."""
    if "evaluations" in answer:
        return [item["decision"] for item in answer["evaluations"]]  # type: ignore[attr-defined]
    return answer.get("decision", answer.get("results"))
