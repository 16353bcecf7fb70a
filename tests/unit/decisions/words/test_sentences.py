"""The two sentences that never fail to be said: the caveat of a yes, the emergency sentence of all else."""

from typing import Any

import pytest

from registry.decisions.desk import Desk
from registry.decisions.wire.endpoint import ADVICE, EVALUATION, EVALUATIONS, METADATA, PATHS, SEARCHES
from registry.decisions.words.rendering import encode
from registry.decisions.words.wording import Said, wording
from tests.unit.decisions.calling import Answer, call, point
from tests.unit.decisions.making import CHARITY, body, flow, index_of, policies, question
from tests.unit.decisions.test_rules import STATES

CAVEAT, EMERGENCY = wording().advice["caveat"], wording().advice["emergency"]
ASKED = sorted(PATHS - {METADATA})
APP = point()


def says(advice: dict[str, str], said: Said) -> bool:
    """Whether advice has a sentence in both languages."""
    return said.en in advice["en"] and said.cy in advice["cy"]


def answered(path: str, changes: dict[str, Any], **asking: Any) -> dict[str, Any]:
    """The context of an answer about one flow, alone or as the item of a batch."""
    asked: Any = question(**asking)
    sent = encode({"evaluations": [asked]} if path == EVALUATIONS else asked)
    caller = "adviser" if path == ADVICE else "trust"
    said = call(point(flow(**changes)), sent, path=path, caller=caller).json
    context: dict[str, Any] = (said["evaluations"][0] if path == EVALUATIONS else said)["context"]
    return context


@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, ADVICE])
@pytest.mark.parametrize(("outcome", "changes"), STATES.items())
def test_a_yes_has_the_caveat_and_everything_else_the_emergency_sentence(
    path: str, outcome: str, changes: dict[str, Any]
) -> None:
    context = answered(path, changes)
    is_yes = outcome.startswith("PERMIT")
    assert context["outcome"] in (outcome, "DUTY_TO_SHARE" if path == ADVICE else outcome)
    assert says(context["advice"], CAVEAT) == is_yes
    assert says(context["advice"], EMERGENCY) == (not is_yes)


@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, ADVICE])
@pytest.mark.parametrize(
    "asking",
    [
        {"purpose": "curiosity"},
        {"recipient": CHARITY},
        {"min_log_size": 10**9},
        {"holder": "gss:N09000003"},
        {"holder": "gss:E06000009"},
        {"known_at": "2026-01-01T00:00:00Z"},
        {"volume": "bulk", "emergency": True},
    ],
)
def test_what_no_flow_decides_has_the_emergency_sentence(path: str, asking: dict[str, Any]) -> None:
    context = answered(path, {}, **asking)
    assert not context["outcome"].startswith("PERMIT")
    assert says(context["advice"], EMERGENCY)
    assert not says(context["advice"], CAVEAT)


def test_a_duty_to_share_has_the_emergency_sentence() -> None:
    context = answered(ADVICE, {"state": "waiting"})
    assert context["outcome"] == "DUTY_TO_SHARE"
    assert says(context["advice"], EMERGENCY)


@pytest.mark.parametrize("path", sorted(SEARCHES))
def test_a_search_says_of_what_it_lists_the_caveat_and_of_all_else_the_emergency_sentence(path: str) -> None:
    asked = question()
    open_side = path.rpartition("/")[2]
    asked[open_side] = {} if open_side == "action" else {"type": asked[open_side]["type"]}
    found = call(APP, encode(asked), path=path, caller="council" if open_side == "subject" else "trust").json
    assert found["results"]
    assert says(found["context"]["advice"], CAVEAT)
    assert says(found["context"]["advice"], EMERGENCY)


@pytest.mark.parametrize("item", [7, {}, {"subject": 7}, {**question(), "context": {"items": "x"}}])
def test_an_item_of_a_batch_that_is_refused_alone_has_the_emergency_sentence(item: Any) -> None:
    sent = encode({"evaluations": [item, question()]})
    refused, permitted = call(APP, sent, path=EVALUATIONS).json["evaluations"]
    assert refused["decision"] is False
    assert says(refused["context"]["advice"], EMERGENCY)
    assert says(permitted["context"]["advice"], CAVEAT)


class Failing(Desk):
    """A desk at which everything breaks."""

    def evaluate(self, *_args: Any, **_options: Any) -> Any:
        raise RuntimeError

    advise = check_end = decide = evaluate


def _errors(path: str) -> dict[int, Answer]:
    """Everything that can go wrong at an endpoint, by status."""
    sent = body() if path != EVALUATIONS else encode({"evaluations": [question()]})
    broken = point(desk=Failing(index_of(flow()), policies(), base_url="https://registry.test"))
    return {
        401: call(APP, sent, path=path, caller=None),
        403: call(APP, sent, path=path, caller="reader"),
        404: call(APP, sent, path=path + "/nothing"),
        405: call(APP, sent, path=path, method="PUT"),
        400: call(APP, b'{"subject": ', path=path),
        500: call(broken, sent, path=path, caller="council" if path in SEARCHES else "trust"),
    }


@pytest.mark.parametrize("path", ASKED)
def test_every_error_of_every_endpoint_has_the_emergency_sentence(path: str) -> None:
    for status, answer in _errors(path).items():
        assert answer.status == status, (status, answer.body)
        assert says(answer.json["advice"], EMERGENCY), status
        assert not says(answer.json["advice"], CAVEAT), status


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("sent", [b"", b"[]", b"{}", b'"\xff"', b"NaN", b"[" * 10_000, b" " * 2_000_000])
def test_every_body_that_is_no_question_is_answered_with_it(path: str, sent: bytes) -> None:
    answer = call(APP, sent, path=path)
    assert answer.status in (400, 413)
    assert says(answer.json["advice"], EMERGENCY)


def test_where_a_person_decides_or_a_stranger_asks_it_is_said_too() -> None:
    for path in (EVALUATION, EVALUATIONS):
        assert says(call(APP, body(), path=path, caller="adviser").json["advice"], EMERGENCY)
    for path in (EVALUATION, ADVICE):
        assert says(call(APP, body(), path=path, caller="outsider").json["advice"], EMERGENCY)
