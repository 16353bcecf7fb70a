"""Whatever breaks, nothing is permitted that the register does not permit."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.decisions.desk import Asked
from registry.decisions.index import SKEW_SECONDS, Index
from registry.decisions.law.bars import bars_of
from registry.decisions.rules import Outcome
from registry.policy.gates import Gates
from tests.unit.decisions.making import (
    BODIES,
    LOG_SIZE,
    NOW,
    ask,
    body,
    desk_of,
    flow,
    index_of,
    policies,
    question,
    system,
    vocabulary,
)

POLICY_FILES = Path(__file__).resolve().parents[3] / "policies"
TICK = timedelta(seconds=1)
FACTS = [each.name for each in fields(SharingFlow) if each.compare]


class Broken(Exception):
    """What a part that fails raises."""


def without(fact: str, **changes: Any) -> Any:
    """A flow that lacks a fact: whoever reads it fails, as with a row that was tampered with."""

    class Lacking:
        def __getattr__(self, name: str) -> Any:
            if name == fact:
                raise Broken(fact)
            made = getattr(SharingFlow, name, None)
            return made.__get__(self) if isinstance(made, property) else getattr(whole, name)

    whole = flow(**changes)
    return Lacking()


READ = sorted(set(FACTS) - {"retention"})
"""The facts that the index reads."""


@pytest.mark.parametrize("fact", READ)
def test_a_flow_that_lacks_a_fact_is_never_permitted(fact: str) -> None:
    index = Index(vocabulary())
    index.know(BODIES)
    with pytest.raises(Broken):
        index.load([without(fact)], log_size=LOG_SIZE)
    assert ask(index).code == "index-loading"


@pytest.mark.parametrize("fact", READ)
def test_a_change_that_cannot_be_read_leaves_the_index_whole(fact: str) -> None:
    index = index_of(flow(), flow(ref="ISA-2", volume="bulk"))
    for _ in range(2):
        with pytest.raises(Broken):
            index.replace("ISA-1", [without(fact, state="suspended")])
    index.replace("ISA-1", [flow(state="suspended")])
    assert ask(index).outcome is Outcome.SUSPENDED
    assert len(index) == 2


@pytest.mark.parametrize("read", range(4))
def test_an_index_that_fails_in_the_middle_of_loading_stays_what_it_was(read: int) -> None:
    def some() -> Iterator[SharingFlow]:
        yield from [flow(ref=f"ISA-{number}") for number in range(read)]
        raise Broken

    fresh, suspended = Index(vocabulary()), index_of(flow(state="suspended"))
    for index in (fresh, suspended):
        index.know(BODIES)
        with pytest.raises(Broken):
            index.load(some(), log_size=LOG_SIZE + 1)
    assert ask(fresh).code == "index-loading"
    assert ask(suspended).outcome is Outcome.SUSPENDED
    assert ask(suspended, min_log_size=LOG_SIZE + 1).code == "log-size-not-reached"


def test_nothing_is_permitted_while_any_flow_is_being_loaded() -> None:
    index = Index(vocabulary())
    index.know(BODIES)
    seen = []

    def watched() -> Iterator[SharingFlow]:
        for number in range(3):
            yield flow(ref=f"ISA-{number}")
            seen.append(ask(index).permitted)

    index.load(watched(), log_size=LOG_SIZE)
    assert seen == [False, False, False]
    assert ask(index).permitted


def test_a_bar_that_cannot_be_judged_permits_nothing() -> None:
    def failing(_category: str, _groups: frozenset[str], _nations: frozenset[str]) -> tuple[str, ...]:
        raise Broken

    index = Index(vocabulary(), failing)
    index.know(BODIES)
    with pytest.raises(Broken):
        index.load([flow()], log_size=LOG_SIZE)
    assert not ask(index).permitted


def test_a_rule_that_fails_adds_its_obligation_and_never_takes_it_away(tmp_path: Path) -> None:
    gates = POLICY_FILES / "gates"
    copyfile(gates / "schema.cedarschema", tmp_path / "schema.cedarschema")
    rule = (gates / "BAR-01.cedar").read_text(encoding="utf-8").partition("when {")[0]
    (tmp_path / "BAR-01.cedar").write_text(f"{rule}when {{ context.day + {2**63 - 1} > 0 }};")
    failing = replace(policies(), gates=Gates.load(tmp_path))
    untouched = ("vehicle", frozenset({"child"}), frozenset("E"))
    assert bars_of(policies(), NOW.date())(*untouched) == ()
    assert bars_of(failing, NOW.date())(*untouched) == ("check-bar",)


def test_a_code_that_left_the_law_covers_nothing() -> None:
    index = index_of(flow(purposes=("abolished",), subject_groups=("abolished",)))
    assert not ask(index).permitted
    assert not ask(index, purpose="abolished").permitted


LAST_DAY = date(2026, 11, 22)
OVER = clock.day_end(LAST_DAY)


def aware(now: datetime) -> Index:
    """An index of a flow that ended at `OVER`, which knows how late it is."""
    index = index_of(flow(expires_on=LAST_DAY))
    index.not_before = now.timestamp()
    return index


@pytest.mark.parametrize("back", [0, 1, 4, 5])
def test_a_clock_that_goes_back_a_little_revives_nothing(back: int) -> None:
    late = OVER + TICK
    assert ask(aware(late), now=late - back * TICK).outcome is Outcome.EXPIRED


@pytest.mark.parametrize("back", [timedelta(seconds=6), timedelta(hours=1), timedelta(days=400)])
@pytest.mark.parametrize("asking", [{}, {"at": "2026-11-20T12:00:00Z"}])
def test_by_a_clock_that_goes_back_further_nothing_is_decided(
    back: timedelta, asking: dict[str, str]
) -> None:
    decision = ask(aware(OVER), now=OVER - back, **asking)
    assert (decision.outcome, decision.code) == (Outcome.INDETERMINATE, "clock-behind")


def test_an_answer_is_not_repeated_by_a_clock_that_went_back() -> None:
    desk = desk_of(flow(expires_on=LAST_DAY))
    before, text = OVER - 600 * TICK, body()
    assert desk.evaluate(Asked(question(), before, text, is_alone=True), system())[0]
    assert desk.repeat(text, system(), before + TICK) is not None
    desk.index.not_before = (OVER + TICK).timestamp()
    assert desk.repeat(text, system(), before + TICK) is None
    assert desk.repeat(text, system(), OVER - (SKEW_SECONDS - 1) * TICK) is None


def test_an_index_that_is_not_kept_up_permits_nothing_and_repeats_nothing() -> None:
    desk, text = desk_of(flow()), body()
    assert desk.evaluate(Asked(question(), NOW, text, is_alone=True), system())[0]
    desk.index.good_until = (NOW + TICK).timestamp()
    assert desk.repeat(text, system(), NOW) is not None
    assert desk.repeat(text, system(), NOW + TICK) is None
    permitted, context = desk.evaluate(Asked(question(), NOW + TICK, text), system())
    assert not permitted
    assert json.loads(context)["reasons"][0]["code"] == "index-lagging"
