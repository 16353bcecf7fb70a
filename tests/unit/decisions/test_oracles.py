"""The index agrees with two rules written apart from it: a plain one here, and the Cedar specification."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.agreements.sharing import SharingFlow
from registry.decisions.index import Index
from registry.decisions.question import read_question
from registry.decisions.rules import decide
from tests.unit.decisions.lives import Register
from tests.unit.decisions.making import NOW, index_of, policies
from tests.unit.decisions.oracles import ORDER, cedar_flow, cedar_question, plain_outcome
from tests.unit.decisions.worlds import random_flow, random_question

CHANCES = st.builds(Random, st.integers(min_value=0, max_value=2**32))
QUESTIONS = 20
VALUES = {
    "purpose": ("child-safeguarding", "direct-care"),
    "subject_group": ("child", "patient"),
    "volume": ("one", "bulk"),
    "regime": ("uk-gdpr", "law-enforcement"),
    "age_band": ("0-4", "5-11"),
}


LIFE = 8
"""How many things happen to a register while questions are asked of it."""

ASKED = 25
"""How many questions are asked after each of them."""


@pytest.mark.parametrize("registers", [20, pytest.param(5000, marks=pytest.mark.long)])
def test_the_index_agrees_with_both_rules_while_registers_live(registers: int) -> None:
    """The long run asks a million questions; each register has a seed of its own."""
    seen: Counter[str] = Counter()
    for seed in range(registers):
        register = Register(Random(seed))  # noqa: S311 - a seed, no secret
        for _ in range(LIFE):
            register.live_on()
            seen += Counter(_compared(register, f"seed {seed}"))
    assert seen.total() == registers * LIFE * ASKED
    assert set(seen) == set(ORDER)


def _compared(register: Register, where: str) -> Iterator[str]:
    """The outcome of each question, on which the index and the two rules agree."""
    flows, asked, now = register.flows, register.questions(ASKED), register.now
    permitted = policies().sharing.permits_any(
        [cedar_flow(each) for each in flows], [cedar_question(each, now) for each in asked]
    )
    for body, by_specification in zip(asked, permitted, strict=True):
        decision = decide(register.index, read_question(body, register.index), now=now.timestamp())
        assert decision.permitted == by_specification, (where, body)
        assert decision.outcome == plain_outcome(flows, body, now), (where, body)
        yield decision.outcome.value


@settings(max_examples=100, derandomize=True, deadline=None)
@given(CHANCES)
def test_the_index_agrees_with_both_rules_on_small_worlds(chance: Random) -> None:
    """The same once more, where a failure shrinks to the smallest world that shows it."""
    sharing, world, asked = policies().sharing, _world(chance), _asked(chance)
    index = index_of(*world)
    permitted = sharing.permits_any(list(map(cedar_flow, world)), list(map(cedar_question, asked)))
    for body, by_specification in zip(asked, permitted, strict=True):
        decision = decide(index, read_question(body, index), now=NOW.timestamp())
        assert decision.permitted == by_specification, body
        assert decision.outcome == plain_outcome(world, body), body


@settings(max_examples=200, derandomize=True, deadline=None)
@given(CHANCES)
def test_no_flows_permit_together_what_none_permits_alone(chance: Random) -> None:
    world = _world(chance)
    together, alone = index_of(*world), [index_of(each) for each in world]
    for body in _asked(chance):
        assert _permits(together, body) == any(_permits(index, body) for index in alone)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(CHANCES, st.sampled_from(sorted(VALUES)))
def test_what_is_permitted_without_a_fact_is_permitted_with_some_value_of_it(
    chance: Random, fact: str
) -> None:
    index = index_of(*_world(chance))
    for body in _asked(chance):
        context = {name: value for name, value in body["context"].items() if name != fact}
        if _permits(index, {**body, "context": context}):
            stated = ({**body, "context": {**context, fact: value}} for value in VALUES[fact])
            assert any(_permits(index, each) for each in stated), body


@settings(max_examples=100, derandomize=True, deadline=None)
@given(CHANCES)
def test_an_index_changed_piece_by_piece_answers_as_one_loaded_anew(chance: Random) -> None:
    before, after = _world(chance), _world(chance)
    changed, anew = index_of(*before), index_of(*after)
    for ref in {each.ref for each in (*before, *after)}:
        changed.replace(ref, [each for each in after if each.ref == ref])
    for body in _asked(chance):
        question = read_question(body, changed)
        mine, theirs = (decide(index, question, now=NOW.timestamp()) for index in (changed, anew))
        assert (mine.outcome, mine.flow and mine.flow.ref) == (
            theirs.outcome,
            theirs.flow and theirs.flow.ref,
        )
    assert len(changed) == len(anew)


def _world(chance: Random) -> list[SharingFlow]:
    return [random_flow(chance) for _ in range(chance.randint(1, 4))]


def _asked(chance: Random) -> list[dict[str, Any]]:
    return [random_question(chance) for _ in range(QUESTIONS)]


def _permits(index: Index, body: dict[str, Any]) -> bool:
    return decide(index, read_question(body, index), now=NOW.timestamp()).permitted
