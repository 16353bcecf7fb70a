"""What reports work out of approvals and signatures."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.reports import rules
from registry.reports.rules import Approval, Pair
from tests.samples.agreements import LANCASHIRE, NOW

MINUTE = timedelta(minutes=1)


def approval(**changes: Any) -> Approval:
    facts: dict[str, Any] = {
        "ref": "ISA-1",
        "version": 1,
        "organisation": LANCASHIRE,
        "act": "signature",
        "person": "ann",
        "approves": True,
        "possible_at": NOW,
        "at": NOW + MINUTE,
        "authors": ("bob",),
    }
    return Approval(**facts | changes)


def seconds(*approvals: Approval) -> list[tuple[int | None, str]]:
    return [(line.seconds, line.since) for line in rules.timed(approvals)]


def test_an_approval_is_timed_from_the_instant_it_could_be_given() -> None:
    assert seconds(approval(at=NOW + timedelta(seconds=20))) == [(20, "possible")]


def test_a_person_who_approves_one_after_the_other_is_timed_from_the_one_before() -> None:
    later = approval(ref="ISA-2", at=NOW + MINUTE + timedelta(seconds=5))
    assert seconds(later, approval()) == [(60, "possible"), (5, "previous-act")]


def test_another_persons_approval_does_not_count() -> None:
    assert seconds(approval(person="cai"), approval(at=NOW + 2 * MINUTE))[1] == (120, "possible")


def test_an_act_before_the_text_was_there_does_not_shorten_the_time() -> None:
    early = approval(ref="ISA-0", possible_at=NOW - 3 * MINUTE, at=NOW - 2 * MINUTE)
    assert seconds(early, approval())[1] == (60, "possible")


def test_nothing_is_said_where_nothing_was_recorded() -> None:
    assert seconds(approval(possible_at=None)) == [(None, "possible")]


def test_two_people_who_approve_all_that_the_other_writes_are_a_pair() -> None:
    each_way = [approval(ref=f"ISA-{n}") for n in range(2)]
    back = [approval(ref=f"ISA-{n}", person="bob", authors=("ann",)) for n in range(2, 5)]
    assert rules.mutual([*each_way, *back], at_least=2) == [Pair("ann", "bob", (2, 3))]


def test_one_no_or_too_few_texts_make_no_pair() -> None:
    there = [approval(), approval(ref="ISA-2")]
    yes = approval(person="bob", authors=("ann",))
    back = [yes, replace(yes, approves=False)]
    assert rules.mutual([*there, *back], at_least=2) == []
    assert rules.mutual([*there, yes], at_least=2) == []


@given(st.lists(st.sampled_from(["ann", "bob", "cai"])))
def test_a_pseudonym_is_one_persons_and_tells_nothing(people: list[str]) -> None:
    names = rules.pseudonyms(people)
    assert sorted(names.values()) == sorted(f"P{number}" for number in range(1, len(set(people)) + 1))
    assert set(names) == set(people)


def test_days_are_told_with_one_decimal() -> None:
    assert rules.days_between(NOW, NOW + timedelta(hours=36)) == 1.5
    assert rules.days_between(None, NOW) is None
    assert rules.days_overdue(date(2026, 11, 1), date(2026, 11, 22)) == 21
