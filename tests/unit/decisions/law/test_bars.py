"""Statutory bars: every permit of what one may touch says to look first, and none is refused for one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.desk import Desk
from registry.decisions.index import Index
from registry.decisions.law.bars import bars_of, no_bars
from registry.decisions.rules import Outcome
from tests.unit.decisions.making import (
    BASE_URL,
    BODIES,
    LOG_SIZE,
    NOW,
    ask,
    asked,
    flow,
    policies,
    system,
    vocabulary,
)

BARS = bars_of(policies(), NOW.date())
NAMED = SharedItem("name", "identity", "identifiable")
VEHICLE = SharedItem("number-plate", "vehicle", "identifiable")


def index_of(*flows: SharingFlow) -> Index:
    index = Index(vocabulary(), BARS)
    index.know(BODIES)
    index.load(flows, log_size=LOG_SIZE)
    return index


def outcome(index: Index, category: str, item: str, **changes: Any) -> Outcome:
    return ask(index, category=category, items=[item], **changes).outcome


@pytest.mark.parametrize(
    ("category", "groups", "nations", "added"),
    [
        ("vehicle", {"child"}, {"E"}, ()),
        ("identity", {"tenant"}, {"E"}, ("check-bar",)),
        ("identity", {"tenant"}, {"NI"}, ("check-bar",)),
        ("family", {"child"}, {"E"}, ("check-bar",)),
        ("family", {"child"}, {"S"}, ()),
        ("family", {"tenant"}, {"E"}, ()),
        ("family", {"child"}, set(), ("check-bar",)),
    ],
)
def test_a_bar_touches_its_categories_groups_and_nations(
    category: str, groups: set[str], nations: set[str], added: tuple[str, ...]
) -> None:
    assert BARS(category, frozenset(groups), frozenset(nations)) == added
    assert no_bars(category, frozenset(groups), frozenset(nations)) == ()


def test_only_the_category_that_a_bar_may_touch_is_permitted_with_the_obligation() -> None:
    index = index_of(flow(items=(NAMED, VEHICLE)))
    assert outcome(index, "identity", "name") is Outcome.PERMIT_WITH_OBLIGATIONS
    assert outcome(index, "vehicle", "number-plate") is Outcome.PERMIT


def test_a_flow_that_comes_later_carries_it_too() -> None:
    index = index_of()
    index.replace("ISA-1", [flow(items=(NAMED,))])
    assert outcome(index, "identity", "name") is Outcome.PERMIT_WITH_OBLIGATIONS


def test_a_flow_that_comes_later_is_judged_by_where_its_bodies_act_by_then() -> None:
    told = SharedItem("siblings", "family", "identifiable")
    index = index_of()
    for nation, expected in (("E", Outcome.PERMIT_WITH_OBLIGATIONS), ("S", Outcome.PERMIT)):
        index.know([replace(body, nations=frozenset(nation)) for body in BODIES])
        index.replace("ISA-1", [flow(items=(told,))])
        assert outcome(index, "family", "siblings") is expected


@pytest.mark.parametrize("own", [(), (("check-bar", {}),)])
def test_the_obligation_is_said_once_in_both_languages(own: tuple[tuple[str, dict[str, str]], ...]) -> None:
    desk = Desk(index_of(flow(items=(NAMED,), obligations=own)), policies(), base_url=BASE_URL)
    permitted, context = desk.evaluate(asked(category="identity", items=["name"]), system())
    assert permitted
    assert [each["code"] for each in json.loads(context)["obligations"]] == ["check-bar"]
    assert b"waharddiad statudol" in context


def test_a_refusal_carries_no_obligation() -> None:
    desk = Desk(index_of(flow(items=(NAMED,), blocked_by=("ET-01",))), policies(), base_url=BASE_URL)
    permitted, context = desk.evaluate(asked(category="identity", items=["name"]), system())
    assert not permitted
    assert b"check-bar" not in context
