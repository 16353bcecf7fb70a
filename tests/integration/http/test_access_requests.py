"""From a denial over a real socket to a draft agreement, through sign-off, to the permit it was about."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from registry import clock
from registry.callers import Caller
from registry.decisions.requests.requestable import KIND, bound
from registry.decisions.words.wording import wording
from tests.integration.http.deeds import stage
from tests.integration.http.request_deeds import REQUESTS, denied, evaluate, taken_up
from tests.integration.http.world import Json, World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE

ERROR = "urn:openid:authzen:access-request:error:"


def submit(world: World, body: Json, caller: Caller | None = None, **headers: str) -> requests.Response:
    officer = caller or world.cast(BLACKPOOL, "ig_officer")
    return world.send("POST", REQUESTS, officer, body, headers=headers)


def check_refused(answer: requests.Response, status: int, code: str, kind: str) -> None:
    """A problem of the profile's type, with the emergency sentence in both languages."""
    said, emergency = answer.json(), wording().advice["emergency"]
    assert (answer.status_code, said["code"]) == (status, code)
    assert said["type"] == f"{ERROR}{kind}"
    assert emergency.en in said["advice"]["en"]
    assert emergency.cy in said["advice"]["cy"]


@pytest.mark.spec("AuthZEN Access Request and Approval Profile", "4")
def test_a_denial_opens_a_draft_of_exactly_what_was_asked(world: World) -> None:
    until = clock.now() + timedelta(days=100)
    asked = denied(items=["plate-number"], method="secure-email")
    body = taken_up(world, asked) | {"requested_access": {"requested_until": until.isoformat()}}
    answer = submit(world, body)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (
        answer.headers["location"]
        == said["task"]["status_endpoint"]
        == f"{world.url}{REQUESTS}/{said['ref']}"
    )
    assert (said["task"]["id"], said["task"]["status"]) == (said["ref"], "pending")

    officer = world.cast(BLACKPOOL, "ig_officer")
    terms = world.send("GET", f"/api/v1/agreements/{said['ref']}", officer).json()["terms"]
    (flow,), (item,) = terms["flows"], terms["items"]
    assert (flow["from"], flow["to"], flow["actions"]) == (LANCASHIRE, BLACKPOOL, ["receive"])
    assert (flow["purposes"], flow["subject_groups"], flow["volume"]) == (
        ["licensing"],
        ["parent-carer"],
        "one",
    )
    assert (item["code"], item["category"], flow["methods"]) == ("plate-number", "vehicle", ["secure-email"])
    assert terms["expires_on"] == clock.london_day(until).isoformat()
    assert {party["organisation"] for party in terms["parties"]} == {LANCASHIRE, BLACKPOOL}


def test_either_end_takes_it_up_and_reads_how_far_it_has_come(world: World) -> None:
    holder = world.cast(LANCASHIRE, "ig_officer")
    ref = submit(world, taken_up(world, denied()), holder).json()["ref"]
    path = f"{REQUESTS}/{ref}"
    assert world.send("GET", path, holder).json()["task"]["status"] == "pending"
    withdrawn = world.send("POST", f"/api/v1/agreements/{ref}/withdraw", holder, {"reason": "not needed"})
    assert withdrawn.status_code == 200, withdrawn.text
    assert world.send("GET", path, holder).json() == {
        "task": {
            "id": ref,
            "status": "cancelled",
            "status_endpoint": world.url + path,
            "links": {"review": f"{world.url}/api/v1/agreements/{ref}"},
        },
        "result": None,
    }


def test_an_agreement_in_force_says_to_evaluate_again(world: World) -> None:
    ref = stage(world, "agreement active").id
    said = world.send("GET", f"{REQUESTS}/{ref}", world.cast(LANCASHIRE, "ig_officer")).json()
    assert said["task"]["status"] == "approved"
    assert said["result"] == {"mode": "reevaluate", "approval": {"id": ref}}


def test_another_bodys_request_is_not_there(world: World) -> None:
    ref = submit(world, taken_up(world, denied())).json()["ref"]
    for identifier in (ref, "ISA-NONE"):
        answer = world.send("GET", f"{REQUESTS}/{identifier}", world.cast(POLICE, "ig_officer"))
        check_refused(answer, 404, "no-such-request", "unknown_task")


def test_the_same_attempt_makes_one_draft(world: World) -> None:
    body, key = taken_up(world, denied()), {"idempotency-key": "request-1"}
    first, second = submit(world, body, None, **key), submit(world, body, None, **key)
    assert first.json()["ref"] == second.json()["ref"]


def test_who_is_no_end_gets_no_draft(world: World) -> None:
    answer = submit(world, taken_up(world, denied()), world.cast(POLICE, "ig_officer"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-a-party")


CHANGED: list[Json] = [
    {"subject": {"type": "organisation", "id": POLICE}},
    {"action": {"name": "match"}},
    {"resource": {"type": "data_holding", "id": f"{LANCASHIRE}~finance"}},
    {"resource": {"type": "data_holding", "id": f"{POLICE}~vehicle"}},
    {"context": denied()["context"] | {"purpose": "research"}},
    {"context": denied()["context"] | {"volume": "bulk"}},
    {"context": denied()["context"] | {"items": ["plate-number"]}},
    {"context": denied()["context"] | {"purpose": "piracy"}},
]


@pytest.mark.parametrize("changes", CHANGED)
@pytest.mark.spec("AuthZEN Access Request and Approval Profile", "20.1.4")
def test_a_token_is_bound_to_the_question_it_was_given_for(world: World, changes: Json) -> None:
    answer = submit(world, taken_up(world, denied()) | changes)
    check_refused(answer, 400, "binding-refused", "invalid_denial_binding")


def test_an_altered_token_or_another_expiry_is_refused(world: World) -> None:
    body = taken_up(world, denied())
    token = body["denial"]["binding_token"]
    altered = token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]
    for change in (
        {"binding_token": altered},
        {"binding_token": "x"},
        {"expires_at": "2099-01-01T00:00:00Z"},
    ):
        answer = submit(world, body | {"denial": body["denial"] | change})
        check_refused(answer, 400, "binding-refused", "invalid_denial_binding")


def test_an_expired_denial_is_refused(world: World) -> None:
    body = taken_up(world, denied())
    sealer = world.app.registry.sealer
    claims = dict(sealer.open(KIND, body["denial"]["binding_token"]) or {})
    claims["exp"] = int((clock.now() - timedelta(seconds=1)).timestamp())
    old: Any = body | {
        "denial": {"binding_token": sealer.seal(KIND, claims), "expires_at": "2026-01-01T00:00:00Z"}
    }
    check_refused(submit(world, old), 410, "denial-expired", "expired_denial")


def test_what_is_permitted_by_now_cannot_be_asked_for(world: World) -> None:
    covered = covered_question(world)
    assert evaluate(world, covered)["decision"] is True
    sealer, until = world.app.registry.sealer, clock.now() + timedelta(days=1)
    claims = bound(covered, world.app.registry.follower.index)
    token = sealer.seal(KIND, {**claims, "exp": int(until.timestamp())})
    stale = covered | {"denial": {"binding_token": token, "expires_at": clock.stamp(until)}}
    check_refused(submit(world, stale), 400, "not-requestable", "not_requestable")


def covered_question(world: World) -> Json:
    """A question that the active sample agreement covers."""
    ref = stage(world, "agreement active").id
    officer = world.cast(LANCASHIRE, "ig_officer")
    terms = world.send("GET", f"/api/v1/agreements/{ref}", officer).json()["terms"]
    flow, item = terms["flows"][0], terms["items"][0]
    return {
        "subject": {"type": "organisation", "id": flow["to"]},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{flow['from']}~{item['category']}"},
        "context": {
            "purpose": flow["purposes"][0],
            "subject_group": flow["subject_groups"][0],
            "volume": flow["volume"],
        },
    }
