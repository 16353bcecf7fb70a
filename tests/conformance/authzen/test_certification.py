"""The certification scenario at every level, over a real socket: Basic, Batch, Search and Discovery.

Each test names the section of the scenario ("Authorization API 1.0 - Certification Scenario") that it holds.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from joserfc import jwt

from registry.decisions.conformance import ConformanceNotOnLoopback, Fixture, check_conformance_is_private
from registry.decisions.desk import Asked
from registry.decisions.service import TENANT, DecisionPoints, conformance_tenant
from registry.policy import BadPolicyFile, cedar
from registry.policy.cedar import Policy
from registry.settings import ROOT, Settings
from tests.conformance.authzen.hostile import changed, check_problem, without
from tests.conformance.authzen.wire import Wire, serving
from tests.unit.decisions.calling import JSON, KEYS, SEALER, Answer, Doorkeeper, point
from tests.unit.decisions.making import BASE_URL, NOW, system

ALICE, BOB = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
ADMIN = BOB | {"properties": {"role": "admin"}}
RECORD_1, RECORD_2 = {"type": "record", "id": "record-1"}, {"type": "record", "id": "record-2"}
ACTIVE = RECORD_1 | {"properties": {"status": "active"}}
ARCHIVED = RECORD_2 | {"properties": {"status": "archived"}}
READ, WRITE, DELETE = {"name": "read"}, {"name": "write"}, {"name": "delete"}
SOFT, HARD = DELETE | {"properties": {"soft": True}}, DELETE | {"properties": {"soft": False}}
CONTEXT = {"context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}}

Json = dict[str, Any]


def asked(subject: Json, action: Json, resource: Json, **more: Any) -> Json:
    return {"subject": subject, "action": action, "resource": resource, **more}


@pytest.fixture(scope="module")
def tenant() -> Iterator[Wire]:
    """A connection to a registry whose conformance tenant is on."""
    on = conformance_tenant(ROOT / "policies" / "conformance", Doorkeeper(), SEALER, now=NOW)
    points = DecisionPoints(point(), on)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found = points.find(scope["path"])
        assert found is not None
        await found(scope, receive, send)

    with serving(app) as wire:
        yield wire


def evaluate(tenant: Wire, body: Any, *headers: tuple[str, str]) -> Answer:
    return tenant.send(body, *headers, path=f"{TENANT}/access/v1/evaluation")


def evaluate_all(tenant: Wire, **body: Any) -> list[bool]:
    answer = tenant.send(body, path=f"{TENANT}/access/v1/evaluations")
    assert (answer.status, answer.json.keys()) == (200, {"evaluations"})
    return [item["decision"] for item in answer.json["evaluations"]]


def search(tenant: Wire, what: str, **body: Any) -> Answer:
    return tenant.send(body, path=f"{TENANT}/access/v1/search/{what}")


def found(tenant: Wire, what: str, **body: Any) -> list[str]:
    answer = search(tenant, what, **body)
    assert answer.status == 200
    return [result.get("id") or result["name"] for result in answer.json["results"]]


RULES: dict[str, tuple[Json, Json, Json, bool]] = {
    "1": (ALICE, READ, RECORD_1, True),
    "2": (ALICE, WRITE, RECORD_1, True),
    "3": (BOB, READ, RECORD_1, True),
    "4": (BOB, WRITE, RECORD_1, False),
    "5": (ALICE, WRITE, ARCHIVED, False),
    "5, of a record with another name": (ALICE, WRITE, ARCHIVED | {"id": "record-1"}, False),
    "6": (ADMIN, WRITE, ARCHIVED, True),
    "6, of another administrator": (ADMIN | {"id": "alice"}, WRITE, ARCHIVED, True),
    "7": (ALICE, SOFT, RECORD_1, True),
    "8": (ALICE, HARD, RECORD_1, False),
    "2, of a record said to be active": (ALICE, WRITE, ACTIVE, True),
    "8, where nothing is said": (ALICE, DELETE, RECORD_1, False),
    "open: alice reads record-2": (ALICE, READ, RECORD_2, True),
    "properties of another type": (ALICE, WRITE, RECORD_1 | {"properties": {"status": ["active"]}}, False),
    "an unknown subject": (ALICE | {"id": "nobody"}, READ, RECORD_1, False),
    "an unknown resource": (ALICE, READ, RECORD_1 | {"id": "record-9"}, False),
    "an unknown action": (ALICE, {"name": "fly"}, RECORD_1, False),
    "an unknown type": (ALICE | {"type": "spaceship"}, READ, RECORD_1, False),
}


@pytest.mark.parametrize(("subject", "action", "resource", "expected"), RULES.values(), ids=RULES)
@pytest.mark.spec("AuthZEN Certification Scenario", "3.4")
def test_the_rules_of_the_fixture(
    tenant: Wire, subject: Json, action: Json, resource: Json, expected: bool
) -> None:
    for more in ({}, CONTEXT):  # a context changes nothing (3.6)
        answer = evaluate(tenant, asked(subject, action, resource, **more))
        assert (answer.status, answer.json["decision"]) == (200, expected)
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json["context"], dict)


FOLDER = ROOT / "policies" / "conformance"
POLICIES = cedar.read_policies(FOLDER, cedar.read_schema(FOLDER))


@pytest.mark.parametrize("left_out", POLICIES, ids=lambda policy: policy.id)
def test_no_policy_of_the_fixture_can_be_left_out(left_out: Policy) -> None:
    known = yaml.safe_load((FOLDER / "fixture.yaml").read_text(encoding="utf-8"))
    others = cedar.policy_set(policy for policy in POLICIES if policy.id != left_out.id)
    fixture = Fixture(others, cedar.read_schema(FOLDER), known)
    questions = [(asked(*rule[:3]), rule[3]) for rule in RULES.values()]
    assert any(
        fixture.evaluate(Asked(question, NOW), system())[0] is not expected
        for question, expected in questions
    )


@pytest.mark.parametrize("name", ["schema.cedarschema", "fixture.cedar"])
def test_a_fixture_that_does_not_hold_together_is_refused(tmp_path: Path, name: str) -> None:
    copied = copytree(FOLDER, tmp_path / "conformance")
    spoilt = (copied / name).read_text(encoding="utf-8").replace("name", "nom", 1)
    (copied / name).write_text(spoilt, encoding="utf-8")
    with pytest.raises(BadPolicyFile):
        Fixture.load(copied)


@pytest.mark.spec("AuthZEN Certification Scenario", "4.2.8")
def test_further_properties_and_unknown_fields_are_ignored(tenant: Wire) -> None:
    subject = ALICE | {"properties": {"department": "Sales", "role": "manager"}}
    action = READ | {"properties": {"method": "GET"}}
    resource = RECORD_1 | {"properties": {"status": "active", "owner": "bob"}}
    odd = asked(subject, action, resource, foo="bar", futureField={"nested": True})
    assert evaluate(tenant, odd).json["decision"] is True


WHOLE = asked(ALICE, READ, RECORD_1)
REQUIRED = [f"/{name}" for name in WHOLE] + [f"/{name}/{one}" for name in WHOLE for one in WHOLE[name]]
NO_NAMES: tuple[Any, ...] = (123, None, [], True)
NO_OBJECTS: tuple[Any, ...] = ("x", 1, None, [])
BROKEN: list[bytes] = [
    *(without(WHOLE, pointer) for pointer in REQUIRED),
    *(changed(WHOLE, pointer, wrong) for pointer in REQUIRED for wrong in NO_NAMES),
    *(changed(WHOLE, f"/{name}/properties", wrong) for name in WHOLE for wrong in NO_OBJECTS),
    changed(WHOLE, "/subject", "alice"),
    b"",
    b"{",
    b"[]",
]


@pytest.mark.parametrize("sent", BROKEN)
@pytest.mark.spec("AuthZEN Certification Scenario", "4.4")
def test_what_is_broken_is_a_bad_request(tenant: Wire, sent: Any) -> None:
    assert evaluate(tenant, sent).status == 400


@pytest.mark.spec("AuthZEN Certification Scenario", "4.4.3")
def test_another_content_type_is_a_bad_request(tenant: Wire) -> None:
    assert evaluate(tenant, WHOLE, ("content-type", "text/plain")).status == 400


@pytest.mark.spec("AuthZEN Certification Scenario", "4.5")
def test_the_request_id_comes_back(tenant: Wire) -> None:
    assert evaluate(tenant, WHOLE, JSON, ("x-request-id", "abc-1")).headers["x-request-id"] == "abc-1"


@pytest.mark.spec("AuthZEN Certification Scenario", "4.6")
def test_the_same_request_gets_the_same_decision(tenant: Wire) -> None:
    assert {evaluate(tenant, WHOLE).json["decision"] for _ in range(5)} == {True}


@pytest.mark.spec("AuthZEN Certification Scenario", "5.2")
def test_batches_core(tenant: Wire) -> None:
    items = [{"resource": RECORD_1}, {"resource": RECORD_2}]
    assert evaluate_all(tenant, subject=ALICE, action=READ, evaluations=items) == [True, True]
    items = [{"action": READ}, {"action": WRITE}]
    assert evaluate_all(tenant, subject=BOB, resource=RECORD_1, evaluations=items) == [True, False]
    whole = [asked(ALICE, READ, RECORD_1), asked(BOB, WRITE, RECORD_1)]
    assert evaluate_all(tenant, evaluations=whole) == [True, False]
    items = [{"resource": RECORD_1}, {"resource": RECORD_2, "context": {"source": "batch-override"}}]
    assert evaluate_all(tenant, subject=ALICE, action=READ, evaluations=items, **CONTEXT) == [True, True]


@pytest.mark.spec("AuthZEN Certification Scenario", "5.2.3")
def test_batches_with_properties(tenant: Wire) -> None:
    items: list[Json] = [{"resource": ACTIVE}, {"resource": ARCHIVED}]
    assert evaluate_all(tenant, subject=ALICE, action=WRITE, evaluations=items) == [True, False]
    items = [{"subject": ALICE}, {"subject": ADMIN}]
    assert evaluate_all(tenant, action=WRITE, resource=ARCHIVED, evaluations=items) == [False, True]
    items = [{}, {"resource": ARCHIVED}]
    assert evaluate_all(tenant, **asked(ALICE, WRITE, ACTIVE), evaluations=items) == [True, False]


@pytest.mark.spec("AuthZEN Certification Scenario", "5.4")
def test_an_item_that_is_broken_is_denied_alone(tenant: Wire) -> None:
    options = {"evaluations_semantic": "execute_all"}
    items = [{"resource": RECORD_1}, {}]
    assert evaluate_all(tenant, subject=ALICE, action=READ, options=options, evaluations=items) == [
        True,
        False,
    ]


@pytest.mark.parametrize("more", [{}, {"evaluations": []}])
@pytest.mark.spec("AuthZEN Certification Scenario", "5.4.2")
def test_without_items_a_batch_is_one_question(tenant: Wire, more: Json) -> None:
    answer = tenant.send(WHOLE | more, path=f"{TENANT}/access/v1/evaluations")
    assert (answer.status, answer.json["decision"], "evaluations" in answer.json) == (200, True, False)


USER, RECORD = {"type": "user"}, {"type": "record"}


@pytest.mark.spec("AuthZEN Certification Scenario", "6.2")
def test_subject_searches(tenant: Wire) -> None:
    for more in ({}, CONTEXT):
        for subject in (USER, ALICE):
            listed = found(tenant, "subject", subject=subject, action=READ, resource=RECORD_1, **more)
            assert listed == ["alice", "bob"]
    assert found(tenant, "subject", subject=USER, action=WRITE, resource=ARCHIVED) == ["bob"]


@pytest.mark.spec("AuthZEN Certification Scenario", "6.3")
def test_resource_searches(tenant: Wire) -> None:
    for more in ({}, CONTEXT):
        for resource in (RECORD, RECORD_1):
            listed = found(tenant, "resource", subject=ALICE, action=READ, resource=resource, **more)
            assert listed == ["record-1", "record-2"]
    assert found(tenant, "resource", subject=ADMIN, action=WRITE, resource=RECORD) == ["record-2"]


@pytest.mark.spec("AuthZEN Certification Scenario", "6.4")
def test_action_searches(tenant: Wire) -> None:
    for more in ({}, CONTEXT, {"action": {"name": "delete", "properties": {"soft": True}}}):
        assert found(tenant, "action", subject=ALICE, resource=RECORD_1, **more) == ["read", "write"]
    assert found(tenant, "action", subject=ADMIN, resource=ARCHIVED) == ["read", "write"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("subject", {"subject": USER, "action": READ, "resource": RECORD_1}),
        ("resource", {"subject": ALICE, "action": READ, "resource": RECORD}),
        ("action", {"subject": ALICE, "resource": RECORD_1}),
    ],
)
@pytest.mark.spec("AuthZEN Certification Scenario", "6.5")
def test_pages_of_one_lead_to_the_end(tenant: Wire, what: str, body: Json) -> None:
    whole, listed = found(tenant, what, **body), []
    page: Json = {"limit": 1}
    while page:
        answer = search(tenant, what, **body, page=page).json
        listed += [result.get("id") or result["name"] for result in answer["results"]]
        assert isinstance(answer["page"]["next_token"], str)
        page = {"token": answer["page"]["next_token"]} if answer["page"]["next_token"] else {}
    assert listed == whole


def test_what_is_found_is_permitted(tenant: Wire) -> None:
    for subject in found(tenant, "subject", subject=USER, action=WRITE, resource=ARCHIVED):
        user = ADMIN if subject == "bob" else USER | {"id": subject}
        assert evaluate(tenant, asked(user, WRITE, ARCHIVED)).json["decision"] is True
    for name in found(tenant, "action", subject=ALICE, resource=RECORD_1):
        assert evaluate(tenant, asked(ALICE, {"name": name}, RECORD_1)).json["decision"] is True


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("action", {"subject": USER | {"id": "nonexistent-user"}, "resource": RECORD_1}),
        ("subject", {"subject": {"type": "spaceship"}, "action": READ, "resource": RECORD_1}),
        ("resource", {"subject": ALICE, "action": READ, "resource": {"type": "spaceship"}}),
        ("resource", {"subject": USER | {"id": "nobody"}, "action": READ, "resource": RECORD}),
        ("subject", {"subject": USER, "action": READ, "resource": RECORD | {"id": "record-9"}}),
    ],
)
@pytest.mark.spec("AuthZEN Certification Scenario", "6.6")
def test_what_nobody_knows_is_an_empty_list(tenant: Wire, what: str, body: Json) -> None:
    assert found(tenant, what, **body) == []


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("subject", {"subject": USER, "resource": RECORD_1}),
        ("resource", {"action": READ, "resource": RECORD}),
        ("action", {"subject": ALICE}),
        ("subject", {"subject": USER, "action": READ, "resource": RECORD}),
        ("resource", {"subject": USER, "action": READ, "resource": RECORD}),
        ("action", {"subject": USER, "resource": RECORD_1}),
        ("action", {"subject": ALICE, "resource": RECORD}),
        ("subject", {"subject": {"id": "alice"}, "action": READ, "resource": RECORD_1}),
    ],
)
@pytest.mark.spec("AuthZEN Certification Scenario", "6.7")
def test_a_search_that_lacks_something_is_a_bad_request(tenant: Wire, what: str, body: Json) -> None:
    check_problem(search(tenant, what, **body), 400, "bad-question")


@pytest.mark.spec("AuthZEN Certification Scenario", "8")
def test_the_metadata_of_the_tenant(tenant: Wire) -> None:
    answer = tenant.send(method="GET", path=f"/.well-known/authzen-configuration{TENANT}", caller=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    base = BASE_URL + TENANT
    assert answer.json["policy_decision_point"] == base
    for name in (
        "access_evaluation",
        "access_evaluations",
        "search_subject",
        "search_resource",
        "search_action",
    ):
        assert answer.json[f"{name}_endpoint"].startswith(f"{base}/access/v1/")
    assert jwt.decode(answer.json["signed_metadata"], KEYS, algorithms=["ES256"]).claims["iss"] == base


def test_the_tenant_promises_nothing_that_it_has_not(tenant: Wire) -> None:
    said = tenant.send(method="GET", path=f"/.well-known/authzen-configuration{TENANT}", caller=None).json
    assert not said.keys() & {
        "access_request_endpoint",
        "capabilities",
        "supported_obligations",
        "advice_endpoint",
    }
    assert said["jwks_uri"] == f"{BASE_URL}/oauth/jwks"
    check_problem(tenant.send(WHOLE, path=f"{TENANT}/api/v1/advice"), 404, "not-found")


def test_the_tenant_wants_a_token_too(tenant: Wire) -> None:
    answer = tenant.send(WHOLE, path=f"{TENANT}/access/v1/evaluation", caller=None)
    check_problem(answer, 401, "token-missing")


def test_the_fixture_is_no_part_of_the_register(tenant: Wire) -> None:
    register = tenant.send(asked(ALICE, READ, RECORD_1), path="/access/v1/evaluation")
    assert register.json["context"]["outcome"] == "INDETERMINATE"


@pytest.mark.parametrize(("is_on", "is_loopback"), [(False, False), (False, True), (True, True)])
def test_off_or_on_loopback_it_may_start(is_on: bool, is_loopback: bool) -> None:
    check_conformance_is_private(Settings(conformance_tenant=is_on), is_loopback=is_loopback)


def test_on_and_open_to_others_it_does_not_start() -> None:
    with pytest.raises(ConformanceNotOnLoopback):
        check_conformance_is_private(Settings(conformance_tenant=True), is_loopback=False)


def test_it_is_off_unless_switched_on() -> None:
    assert Settings().conformance_tenant is False
    assert DecisionPoints(point()).find(f"{TENANT}/access/v1/evaluation") is None
