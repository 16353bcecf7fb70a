"""The eight patterns pass every gate; each way to get one wrong is refused by exactly the rules it breaks."""

import pytest

from tests.unit.agreements.patterns import PATTERNS, WRONGS, Wrong, blocked, neglected, right, stopping


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_with_its_papers_in_order_passes_every_gate(pattern: str) -> None:
    assert blocked(right(pattern)) == set()


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: str(wrong.name))
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_wrong_is_refused_by_exactly_the_rules_it_breaks(pattern: str, wrong: Wrong) -> None:
    assert blocked(wrong.spoil(right(pattern))) == wrong.rules


def test_there_are_ten_ways_at_least() -> None:
    assert len(WRONGS) >= 10


@pytest.mark.parametrize("pattern", PATTERNS)
def test_neglect_stops_no_protective_flow_and_every_other(pattern: str) -> None:
    assert all(not rules for rules in stopping(right(pattern)).values())
    late = neglected(right(pattern))
    stops = stopping(late)
    for flow in late.terms.flows:
        assert stops[flow.id] == (set() if flow.protective else {"RV-03", "BR-01"})
