"""The nearest miss: its changes, all of them and no fewer, turn the refusal into a permit."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import clock
from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.index import Index
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from registry.decisions.words.nearest import NO_FLOW, Change, Nearest, Nearness
from tests.unit.decisions.making import (
    ADDRESS,
    BELFAST,
    HISTORY,
    NOW,
    POLICE,
    TRUST,
    flow,
    index_of,
    question,
)
from tests.unit.decisions.worlds import random_flow, random_question

CHANCES = st.builds(Random, st.integers(min_value=0, max_value=2**32))
QUESTIONS = 10


def nearest(index: Index, body: dict[str, Any]) -> Nearest:
    asked = read_question(body, index)
    at = NOW.timestamp() if asked.at is None else asked.at
    return Nearness(index.vocabulary).nearest(index.between(asked.pair), asked, at)


def changes(*flows: SharingFlow, **asking: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """What would have to change, without how hard it is."""
    near = nearest(index_of(*flows), question(**asking))
    return [(change.of, change.fact, change.to) for change in near.changes]


@pytest.mark.parametrize(
    ("covering", "asking", "expected"),
    [
        ({}, {"purpose": "direct-care"}, ("question", "purpose", ("child-safeguarding",))),
        ({}, {"subject_group": "patient"}, ("question", "subject_group", ("child",))),
        ({}, {"volume": "bulk"}, ("question", "volume", ("one",))),
        ({}, {"method": "paper"}, ("question", "method", ("secure-email", "api-mtls"))),
        ({"methods": ()}, {}, ("question", "method", ())),
        ({}, {"regime": "law-enforcement"}, ("question", "regime", ("uk-gdpr",))),
        ({"age_bands": ("0-4",)}, {}, ("question", "age_band", ("0-4",))),
        ({}, {"without": ["subject_group"]}, ("question", "subject_group", ("child",))),
        ({}, {"identifiability": "aggregate"}, ("question", "identifiability", ("identifiable",))),
        (
            {},
            {"items": ["child-protection-plan", "missing-episodes"]},
            ("question", "items", ("child-protection-plan",)),
        ),
        ({}, {"items": ["missing-episodes"]}, ("question", "items", ("child-protection-plan",))),
        ({}, {"category": "contact"}, ("question", "category", ("safeguarding-flag",))),
        ({}, {"action": "match"}, ("agreement", "actions", ("match",))),
        (
            {"actions": ("onward_share",)},
            {"action": "onward_share", "recipient": POLICE},
            ("agreement", "onward_recipients", (POLICE,)),
        ),
        ({"state": "suspended"}, {}, ("agreement", "state", ("live",))),
        ({"state": "waiting", "live_at": None}, {}, ("agreement", "state", ("live",))),
        (
            {"state": "waiting", "live_at": None, "awaiting": (TRUST,)},
            {},
            ("agreement", "signatures", (TRUST,)),
        ),
        ({"expires_on": date(2026, 11, 22)}, {}, ("agreement", "expires_on", ("2026-11-23",))),
        ({"state": "ended", "ended_by": "expired"}, {}, ("agreement", "expires_on", ("2026-11-23",))),
        ({"starts_on": date(2026, 12, 1)}, {}, ("question", "at", ("2026-12-01T00:00:00Z",))),
        ({"blocked_by": ("GW-03",)}, {}, ("agreement", "rules", ("GW-03",))),
        ({"blocked_from": NOW.date()}, {}, ("agreement", "rules", ("ET-01",))),
    ],
)
def test_the_one_fact_that_is_in_the_way_is_named(
    covering: dict[str, Any], asking: dict[str, Any], expected: tuple[str, str, tuple[str, ...]]
) -> None:
    of, fact, to = expected
    ((found_of, found_fact, found_to),) = changes(flow(**covering), **asking)
    assert (found_of, found_fact, set(found_to)) == (of, fact, set(to))


@pytest.mark.parametrize("ended_by", ["terminated", "superseded", "refused", "withdrawn"])
def test_a_flow_that_did_not_end_by_date_comes_near_to_nothing(ended_by: str) -> None:
    assert nearest(index_of(flow(state="ended", ended_by=ended_by)), question()) is NO_FLOW


def test_fewer_changes_come_before_easier_ones_and_those_before_harder_ones() -> None:
    suspended = flow(ref="ISA-2", state="suspended")
    other_method = flow(ref="ISA-3", methods=("paper",), subject_groups=("patient",))
    assert changes(suspended, other_method) == [("agreement", "state", ("live",))]
    only_method = flow(ref="ISA-3", methods=("paper",))
    assert changes(suspended, only_method) == [("question", "method", ("paper",))]


def test_the_changes_of_two_flows_are_never_mixed() -> None:
    purpose = flow(ref="ISA-2", purposes=("direct-care",), volume="bulk")
    items = flow(ref="ISA-3", items=(HISTORY,), subject_groups=("patient",))
    facts = {fact for _, fact, _ in changes(purpose, items)}
    assert facts in ({"purpose", "volume"}, {"items", "subject_group"})


def test_what_is_shared_changes_as_little_as_it_can() -> None:
    coded = SharedItem("child-protection-plan", "safeguarding-flag", "pseudonymised")
    found = changes(flow(items=(coded, ADDRESS, HISTORY)))
    assert found == [("question", "identifiability", ("pseudonymised",))]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(CHANCES)
def test_the_changes_are_enough_and_none_of_them_is_too_many(chance: Random) -> None:
    world = [replace(random_flow(chance), flow=f"f{number}") for number in range(chance.randint(1, 4))]
    index = index_of(*world)
    for body in (random_question(chance) for _ in range(QUESTIONS)):
        asked = read_question(body, index)
        near = nearest(index, body)
        if near.flow is None or asked.fault or BELFAST in (*asked.pair, asked.onward_to):
            continue
        (covering,) = (each for each in world if each.flow == near.flow.flow)
        assert _permits_after(near.changes, covering, body), (near, covering, body)
        for left_out in near.changes:
            others = [change for change in near.changes if change is not left_out]
            assert not _permits_after(others, covering, body), (left_out, covering, body)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(CHANCES)
def test_only_what_is_permitted_needs_no_change(chance: Random) -> None:
    world = [random_flow(chance) for _ in range(chance.randint(1, 4))]
    index = index_of(*world)
    for body in (random_question(chance) for _ in range(QUESTIONS)):
        asked = read_question(body, index)
        if not asked.fault and BELFAST not in (*asked.pair, asked.onward_to):
            permitted = decide(index, asked, now=NOW.timestamp()).permitted
            assert permitted == (nearest(index, body).changes == ())


def _permits_after(made: Iterable[Change], covering: SharingFlow, body: dict[str, Any]) -> bool:
    """Whether a flow permits a question once both are changed, whichever of the values is taken."""
    for which in (0, -1):
        changed, asking = covering, body
        for change in made:
            if change.of == "question":
                asking = _asking(asking, change, which)
            else:
                changed = _agreed(changed, change)
        index = index_of(changed)
        if not decide(index, read_question(asking, index), now=NOW.timestamp()).permitted:
            return False
    return True


def _asking(body: dict[str, Any], change: Change, which: int) -> dict[str, Any]:
    """The question after one change of it."""
    holder, category = body["resource"]["id"].split("~")
    context = {name: value for name, value in body["context"].items() if name != change.fact}
    if change.fact == "category":
        category = change.to[which]
    elif change.fact == "items":
        context["items"] = list(change.to)
    elif change.to:
        context[change.fact] = change.to[which]
    return {**body, "resource": {**body["resource"], "id": f"{holder}~{category}"}, "context": context}


def _agreed(covering: SharingFlow, change: Change) -> SharingFlow:
    """The flow after one change of its agreement."""
    live_at = covering.live_at or clock.day_start(covering.starts_on)
    if change.fact in ("signatures", "state"):
        return replace(covering, awaiting=(), state="live", live_at=live_at)
    if change.fact == "expires_on":
        renewed = max(covering.expires_on, date.fromisoformat(change.to[0]))
        state = "live" if covering.state == "ended" else covering.state
        return replace(
            covering, expires_on=renewed, leaves_on=None, state=state, ended_by=None, live_at=live_at
        )
    if change.fact == "rules":
        kept = tuple(rule for rule in covering.blocked_by if rule != change.to[0])
        return replace(covering, blocked_by=kept, blocked_from=None)
    if change.fact == "actions":
        return replace(covering, actions=(*covering.actions, *change.to))
    assert change.fact == "onward_recipients"
    return replace(covering, onward_recipients=(*covering.onward_recipients, *change.to))
