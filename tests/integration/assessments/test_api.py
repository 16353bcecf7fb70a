"""Assessments over HTTP: statuses, tags, repeated keys and bad bodies, on both databases."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Request
from litestar.di import Provide
from litestar.testing import TestClient, create_test_client

from registry.assessments.api import DpiasApi, EthicsApi
from registry.assessments.transitions import Kind
from registry.auditlog import log_size
from registry.callers import Caller
from registry.web.idempotency import provide_attempt
from registry.web.problems import HANDLERS
from tests.integration.assessments.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE
from tests.samples.assessments import POLICIES, dpia, ethics
from tests.samples.passkeys import CEREMONY

Client = TestClient[Any]
DPIAS = "/api/v1/dpias"


@pytest.fixture
def client(office: Office) -> Iterator[Client]:
    def caller(request: Request[Any, Any, Any]) -> Caller:
        organisation, role = request.headers["authorization"].split()
        return office.cast(organisation, role)

    with create_test_client(
        [DpiasApi, EthicsApi],
        dependencies={
            "db": Provide(lambda: office.db, sync_to_thread=False),
            "policies": Provide(lambda: POLICIES, sync_to_thread=False),
            "directory": Provide(lambda: office.shelf, sync_to_thread=False),
            "caller": Provide(caller, sync_to_thread=False),
            "attempt": Provide(provide_attempt),
            "ceremony": Provide(lambda: CEREMONY, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
    ) as client:
        yield client


def send(
    client: Client,
    method: str,
    path: str,
    body: Any = None,
    *,
    role: str = "ig_officer",
    organisation: str = LANCASHIRE,
    **headers: str,
) -> Any:
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    named = {"authorization": f"{organisation} {role}", "content-type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, path, content=content, headers=named)


def entries(office: Office) -> int:
    with office.db.read() as reading:
        return log_size(reading)


@pytest.mark.parametrize(
    ("path", "advice_path", "document", "adviser"),
    [
        (DPIAS, "advice", dpia(), "dpo"),
        ("/api/v1/ethics-assessments", "panel-advice", ethics(), "ethics_lead"),
    ],
)
def test_the_whole_way(client: Client, path: str, advice_path: str, document: Any, adviser: str) -> None:
    made = send(client, "POST", path, document)
    assert made.status_code == 201
    assert made.json().keys() == {"id", "status", "hash", "log_index", "log_size"}
    one = f"{path}/{made.json()['id']}"

    tag = made.headers["etag"]
    edited = send(client, "PUT", one, document | {"title": {"en": "Flags"}}, if_match=tag)
    assert (edited.status_code, edited.headers["etag"]) == (200, '"2"')
    assert send(client, "POST", f"{one}/submit").status_code == 200
    advice = {"advice": "conditions", "text": "Train everyone."}
    assert send(client, "POST", f"{one}/{advice_path}", advice, role=adviser).status_code == 200
    decision = {
        "decision": "approve_with_conditions",
        "reason": "Worth it.",
        "conditions": [{"text": "Train everyone.", "owner": "Head of service", "due_on": "2027-03-31"}],
    }
    decided = send(client, "POST", f"{one}/decide", decision, role="siro")
    assert decided.json()["status"] == "approved_with_conditions"
    adopted = send(client, "POST", f"{one}/adopt", {"organisation": POLICE}, role="siro", organisation=POLICE)
    assert adopted.status_code == 200

    found = send(client, "GET", one, organisation=POLICE)
    assert found.headers["etag"] == adopted.headers["etag"] == '"6"'
    assert found.json()["adoptions"][0]["organisation"] == POLICE
    assert found.json()["history"][-1]["log_index"] == adopted.json()["log_index"]


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"{", 400, "malformed-json", None),
        (b'{"covers": [], "covers": []}', 400, "malformed-json", None),
        ({"verdict": "fine"}, 422, "invalid-fields", "/verdict"),
        ({"covers": "ISA-1"}, 422, "invalid-fields", "/covers"),
        ({"covers": ["ISA-9"]}, 422, "invalid-fields", "/covers/0"),
        ({"covers": ["ISA-3"]}, 422, "invalid-fields", "/covers/0"),
        ({"scope": {"parties": ["the council"]}}, 422, "invalid-fields", "/scope/parties/0"),
        ({"need": {"aim": "x" * 20_001}}, 422, "invalid-fields", "/need/aim"),
        (b'{"need": {"aim": "' + b"x" * 1_100_000 + b'"}}', 413, "body-too-long", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_body_is_named_and_changes_nothing(
    client: Client, office: Office, body: Any, status: int, code: str, pointer: str | None
) -> None:
    before = entries(office)
    answer = send(client, "POST", DPIAS, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert [error["pointer"] for error in problem.get("errors", [])] == ([pointer] if pointer else [])
    assert entries(office) == before


def test_a_put_needs_the_present_tag(client: Client, office: Office) -> None:
    one = f"{DPIAS}/{office.create(Kind.DPIA).id}"
    assert send(client, "PUT", one, dpia()).status_code == 428
    assert send(client, "PUT", one, dpia(), if_match='"9"').status_code == 412
    assert send(client, "POST", f"{one}/submit", if_match='"9"').status_code == 412
    assert send(client, "POST", f"{one}/submit", if_match='"1"').status_code == 200
    refused = send(client, "PUT", one, dpia(), if_match="*")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-assessment-status")
    assert refused.json()["status_now"] == "dpo_advice"


def test_a_repeated_key_repeats_the_answer(client: Client, office: Office) -> None:
    first = send(client, "POST", DPIAS, dpia(), idempotency_key="k1")
    before = entries(office)
    again = send(client, "POST", DPIAS, dpia(), idempotency_key="k1")
    assert (again.status_code, again.json(), again.headers["etag"]) == (
        first.status_code,
        first.json(),
        first.headers["etag"],
    )
    other = send(client, "POST", DPIAS, dpia(covers=[]), idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    assert entries(office) == before


def test_a_strangers_draft_is_not_there_and_a_readers_change_is_forbidden(
    client: Client, office: Office
) -> None:
    one = f"{DPIAS}/{office.create(Kind.DPIA).id}"
    before = entries(office)
    for method, path, body in (
        ("GET", one, None),
        ("PUT", one, dpia()),
        ("POST", f"{one}/submit", None),
        ("POST", f"{one}/advice", {"advice": "support", "text": "Fine."}),
        ("POST", f"{one}/decide", {"decision": "approve", "reason": "Fine."}),
        ("POST", f"{one}/adopt", {"organisation": BLACKPOOL}),
        ("POST", f"{one}/revoke", {"reason": "Why not."}),
    ):
        stranger = send(client, method, path, body, organisation=BLACKPOOL, if_match="*")
        assert (stranger.status_code, stranger.json()["code"]) == (404, "no-such-assessment"), path
    assert send(client, "GET", one, organisation=POLICE).status_code == 200
    reader = send(client, "PUT", one, dpia(), organisation=POLICE, if_match="*")
    assert (reader.status_code, reader.json()["code"]) == (403, "assessment-may-not")
    assert entries(office) == before


def test_an_id_that_names_nothing_is_not_found(client: Client) -> None:
    for identifier in ("nothing", "%00", "01900000-0000-7000-8000-000000000000", "x" * 500):
        assert send(client, "GET", f"{DPIAS}/{identifier}").status_code == 404


def test_a_missing_role_is_forbidden(client: Client, office: Office) -> None:
    assert send(client, "POST", DPIAS, dpia(), role="auditor").status_code == 403
    identifier = office.advised(Kind.DPIA)
    decision = {"decision": "approve", "reason": "Fine."}
    for role, code in (
        ("auditor", "assessment-may-not"),
        ("dpo", "adviser-decides"),
        ("ig_officer", "author-decides"),
    ):
        refused = send(client, "POST", f"{DPIAS}/{identifier}/decide", decision, role=role)
        assert (refused.status_code, refused.json()["code"]) == (403, code)


def test_gaps_are_told_all_at_once(client: Client, office: Office) -> None:
    one = f"{DPIAS}/{office.create(Kind.DPIA, need={}, risks=[]).id}"
    refused = send(client, "POST", f"{one}/submit")
    assert (refused.status_code, refused.json()["code"]) == (409, "assessment-unfinished")
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/need/aim",
        "/need/processing",
        "/need/why",
        "/risks",
    ]
    assert "{" not in refused.json()["detail"] + refused.json()["detail_cy"]
