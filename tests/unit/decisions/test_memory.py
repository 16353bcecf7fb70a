"""Answers that are given again: the same as anew, for as long as they stand, and without what was asked."""

import json
import pickle
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from registry.decisions.desk import Asked, Desk
from registry.decisions.words.rendering import encode
from tests.unit.decisions.making import (
    BODIES,
    COUNCIL,
    LOG_SIZE,
    NOW,
    TRUST,
    body,
    desk_of,
    flow,
    system,
)
from tests.unit.decisions.worlds import random_flow, random_question

ASKED = body(items=["child-protection-plan", "an-item-nobody-shares"])


def answered(desk: Desk, text: bytes, organisation: str = TRUST, now: datetime = NOW) -> dict[str, Any]:
    return _plain(*desk.evaluate(Asked(json.loads(text), now, text, is_alone=True), system(organisation)))


def repeated(
    desk: Desk, text: bytes = ASKED, organisation: str = TRUST, now: datetime = NOW
) -> dict[str, Any] | None:
    found = desk.repeat(text, system(organisation), now)
    return None if found is None else _plain(found[0], b"".join(found[1]))


def test_an_answer_is_given_again_under_an_id_of_its_own() -> None:
    desk = desk_of(flow())
    first = answered(desk, ASKED)
    again = repeated(desk)
    assert again is not None
    assert again["evaluation_id"] != first["evaluation_id"]
    assert again["evaluation_id"] in again["advice"]["record_url"]
    assert _without_id(again) == _without_id(first)


def test_only_who_asked_is_answered_again_and_no_one_who_is_advised() -> None:
    desk = desk_of(flow())
    answered(desk, ASKED)
    assert repeated(desk, organisation=COUNCIL) is None
    assert desk.repeater(system(), NOW)(ASKED) is None
    assert desk.repeat(ASKED, system(mode="advise"), NOW) is None
    assert desk.repeater(system(mode="advise"), NOW)(ASKED) is None


def test_a_question_that_a_batch_has_more_than_once_is_answered_under_an_id_each() -> None:
    desk = desk_of(flow())
    desk.evaluate(Asked(json.loads(ASKED), NOW, ASKED), system())
    repeat = desk.repeater(system(), NOW)
    first, again = (_plain(found[0], b"".join(found[1])) for found in map(repeat, (ASKED, ASKED)) if found)
    assert first["evaluation_id"] != again["evaluation_id"]
    assert _without_id(first) == _without_id(again)
    assert repeat(body()) is None


def test_an_answer_names_the_log_size_and_the_time_at_which_it_is_given() -> None:
    desk = desk_of(flow())
    answered(desk, ASKED)
    desk.index.log_size = LOG_SIZE + 1
    again = repeated(desk, now=NOW + timedelta(minutes=10))
    assert again is not None
    assert (again["log_size"], again["valid_until"]) == (LOG_SIZE + 1, "2026-11-23T12:15:00Z")


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.replace("ISA-1", [flow(state="suspended")]),
        lambda index: index.replace("ISA-2", [flow(ref="ISA-2")]),
        lambda index: index.load([], log_size=LOG_SIZE),
        lambda index: index.know(BODIES),
        lambda index: setattr(index, "log_size", None),
    ],
)
def test_no_answer_outlives_a_change_of_the_index(change: Any) -> None:
    desk = desk_of(flow())
    answered(desk, ASKED)
    change(desk.index)
    assert repeated(desk) is None


def test_no_answer_outlives_its_day_or_goes_back_in_time() -> None:
    desk = desk_of(flow())
    answered(desk, ASKED)
    assert repeated(desk, now=NOW - timedelta(seconds=1)) is None
    assert repeated(desk, now=NOW.replace(hour=23, minute=59)) is not None
    assert repeated(desk, now=NOW.replace(hour=0) + timedelta(days=1)) is None


def test_no_answer_outlives_the_instant_a_flow_begins_to_be_live() -> None:
    soon = NOW + timedelta(seconds=2)
    desk = desk_of(flow(live_at=soon))
    assert answered(desk, body())["outcome"] == "NOT_COVERED"
    assert repeated(desk, body(), now=NOW + timedelta(seconds=1)) is not None
    assert repeated(desk, body(), now=soon) is None
    assert answered(desk, body(), now=soon)["outcome"] == "PERMIT"


@pytest.mark.parametrize(
    "text",
    [
        body(note="x"),
        body(items=["9434765919"]),
        body(emergency=True),
        body(min_log_size=1),
        body(supported_obligations=["custom"]),
        body(on_behalf_of=TRUST),
        body(items=["x" * 3000]),
    ],
)
def test_what_may_name_someone_or_depends_on_more_than_the_index_is_answered_anew(text: bytes) -> None:
    desk = desk_of(flow())
    answered(desk, text)
    assert repeated(desk, text) is None


def test_nothing_that_was_asked_is_kept_with_an_answer() -> None:
    desk = desk_of(flow())
    answered(desk, ASKED)
    assert repeated(desk) is not None
    kept = pickle.dumps(desk._memory._answers)
    assert b"an-item-nobody-shares" not in kept
    assert ASKED not in kept


def test_answers_given_again_are_those_that_would_be_given_anew() -> None:
    chance = Random(7)  # noqa: S311 - the same worlds in every run
    desk, now, repeats = desk_of(), NOW, 0
    flows = [random_flow(chance) for _ in range(12)]
    texts = [encode(random_question(chance)) for _ in range(60)]
    for _ in range(40):
        changed = chance.choice(flows)
        flows[flows.index(changed)] = replace(changed, state=chance.choice(["live", "suspended", "waiting"]))
        desk.index.replace(changed.ref, [one for one in flows if one.ref == changed.ref])
        for text in chance.choices(texts, k=60):
            now += timedelta(minutes=chance.choice((0, 0, 0, 30)))
            holder = json.loads(text)["resource"]["id"].partition("~")[0]
            again, anew = repeated(desk, text, holder, now), answered(desk, text, holder, now)
            if again is not None:
                repeats += 1
                assert _without_id(again) == _without_id(anew)
    assert repeats > 500


def _plain(permitted: bool, context: bytes) -> dict[str, Any]:
    return {"decision": permitted, **json.loads(context)}


def _without_id(context: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(context).replace(context["evaluation_id"], ""))
    return said
