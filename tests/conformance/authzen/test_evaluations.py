"""Many questions in one request."""

import json
from typing import Any

import pytest

from registry.decisions.wire.endpoint import EVALUATIONS
from registry.decisions.words.wording import wording
from tests.unit.decisions.calling import Answer, call, point
from tests.unit.decisions.making import CHARITY, question

EMERGENCY = wording().advice["emergency"]
APP = point()
YES: dict[str, Any] = {}
NO = {"context": {**question()["context"], "purpose": "research"}}
BAD = {"subject": "ods:RTX"}


def send(*items: Any, semantic: str | None = None, **members: Any) -> Answer:
    """A batch whose defaults are a question that is permitted."""
    batch: dict[str, Any] = {**question(), "evaluations": list(items), **members}
    if semantic is not None:
        batch["options"] = {"evaluations_semantic": semantic}
    return call(APP, json.dumps(batch).encode(), path=EVALUATIONS)


def decisions(answer: Answer) -> list[bool]:
    return [item["decision"] for item in answer.json["evaluations"]]


@pytest.mark.spec("AuthZEN 1.0", "7.2")
def test_items_are_answered_in_order() -> None:
    answer = send(YES, NO, YES)
    assert answer.json.keys() == {"evaluations"}
    assert decisions(answer) == [True, False, True]


@pytest.mark.spec("AuthZEN 1.0", "7.1.2")
@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        (None, [True, False, True, False]),
        ("execute_all", [True, False, True, False]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_each_semantic_stops_after_the_item_that_decides(semantic: str | None, expected: list[bool]) -> None:
    assert decisions(send(YES, NO, YES, NO, semantic=semantic)) == expected


def test_a_refused_item_denies_and_so_decides() -> None:
    assert decisions(send(YES, BAD, YES, semantic="deny_on_first_deny")) == [True, False]
    assert decisions(send(BAD, YES, YES, semantic="permit_on_first_permit")) == [False, True]


@pytest.mark.spec("AuthZEN 1.0", "7.1.1")
def test_a_default_stands_in_as_a_whole_object() -> None:
    (answer,) = send({"context": {"purpose": "child-safeguarding"}}).json["evaluations"]
    assert answer["context"]["missing"] == ["subject_group", "volume"]
    (answer,) = send({"subject": {"id": "ods:RTX"}}).json["evaluations"]
    assert answer["context"]["error"]["errors"][0]["pointer"] == "/subject/type"


@pytest.mark.spec("AuthZEN 1.0", "7.2.1")
@pytest.mark.parametrize(
    ("item", "status", "code"),
    [
        (BAD, 400, "bad-question"),
        (7, 400, "bad-batch"),
        (None, 400, "bad-batch"),
        ([], 400, "bad-batch"),
        ({"context": {"initiated_by": "person"}}, 403, "use-advice"),
        (question(subject=CHARITY, holder=CHARITY), 403, "not-an-end"),
    ],
)
def test_an_item_that_is_refused_is_denied_alone(item: Any, status: int, code: str) -> None:
    answer = send(YES, item, YES)
    assert (answer.status, decisions(answer)) == (200, [True, False, True])
    context = answer.json["evaluations"][1]["context"]
    assert (context["error"]["status"], context["error"]["code"]) == (status, code)
    assert EMERGENCY.en in context["advice"]["en"]
    assert EMERGENCY.cy in context["advice"]["cy"]


def test_an_item_without_a_subject_anywhere_is_denied_alone() -> None:
    batch = {"evaluations": [question(), {"action": {"name": "receive"}}]}
    answer = call(APP, json.dumps(batch).encode(), path=EVALUATIONS)
    assert (answer.status, decisions(answer)) == (200, [True, False])


@pytest.mark.spec("AuthZEN 1.0", "7.1")
@pytest.mark.parametrize("members", [{}, {"evaluations": []}])
def test_without_items_it_is_a_single_question(members: dict[str, Any]) -> None:
    answer = call(APP, json.dumps(question() | members).encode(), path=EVALUATIONS)
    assert answer.json.keys() == {"decision", "context"}
    assert answer.json["decision"] is True


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"evaluations": {}}, "/evaluations"),
        ({"evaluations": "all"}, "/evaluations"),
        ({"evaluations": None}, "/evaluations"),
        ({"evaluations": [{}] * 2001}, "/evaluations"),
        ({"options": []}, "/options"),
        ({"options": {"evaluations_semantic": "perhaps"}}, "/options/evaluations_semantic"),
        ({"options": {"evaluations_semantic": None}}, "/options/evaluations_semantic"),
        ({"options": {"evaluations_semantic": ["execute_all"]}}, "/options/evaluations_semantic"),
    ],
)
def test_a_batch_of_the_wrong_form_is_refused_as_a_whole(members: dict[str, Any], pointer: str) -> None:
    answer = call(APP, json.dumps(question() | {"evaluations": [{}]} | members).encode(), path=EVALUATIONS)
    assert (answer.status, answer.json["code"]) == (400, "bad-batch")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert EMERGENCY.en in answer.json["advice"]["en"]


def test_an_item_with_half_a_character_is_answered_like_any_unknown_code() -> None:
    (answer,) = send({"context": {**question()["context"], "purpose": "\ud800"}}).json["evaluations"]
    assert answer["context"]["reasons"][0]["code"] == "unknown-code"


def test_a_default_with_half_a_character_is_answered_like_any_unknown_code() -> None:
    whole = question(purpose="\ud800") | {"evaluations": [{}]}
    (answer,) = call(APP, json.dumps(whole).encode(), path=EVALUATIONS).json["evaluations"]
    assert answer["context"]["reasons"][0]["code"] == "unknown-code"


def test_two_thousand_items_are_answered() -> None:
    assert decisions(send(*[YES, NO] * 1000)) == [True, False] * 1000
