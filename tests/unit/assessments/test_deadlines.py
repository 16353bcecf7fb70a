"""The clocks of the regulator, of reviews and of effects."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assessments.approval import Approval
from registry.assessments.deadlines import effect_clock, months_after, reply_clock, review_clock
from tests.samples.assessments import LAW

CLOCKS = LAW.assessment_clocks
DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, date(2026, 2, 28)), (12, date(2027, 1, 31)), (-1, date(2025, 12, 31)), (-11, date(2025, 2, 28))],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(months: int, expected: date) -> None:
    assert months_after(DAY, months) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-60, 60))
def test_months_add_up(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.spec("UK GDPR", "36(2)")
@pytest.mark.parametrize(("after_days", "overdue"), [(56, False), (57, True)])
def test_the_regulator_has_eight_weeks(after_days: int, overdue: bool) -> None:
    clock = reply_clock(
        CLOCKS.consultation_of("uk-gdpr"),
        submitted_on=DAY,
        extended_on=None,
        replied_on=None,
        today=DAY + timedelta(days=after_days),
    )
    assert (clock.overdue, clock.days_left) == (overdue, 56 - after_days)


@pytest.mark.parametrize(
    ("regime", "last"),
    [("uk-gdpr", DAY + timedelta(weeks=14)), ("law-enforcement", date(2026, 4, 14))],
)
def test_an_extension_is_that_of_the_regime(regime: str, last: date) -> None:
    clock = reply_clock(
        CLOCKS.consultation_of(regime), submitted_on=DAY, extended_on=DAY, replied_on=None, today=last
    )
    assert (clock.extended_due_on, clock.days_left, clock.overdue) == (last, 0, False)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2028, 1, 31), "current"),
        (date(2028, 2, 1), "due"),
        (date(2029, 1, 31), "due"),
        (date(2029, 2, 1), "lapsed"),
    ],
)
def test_a_dpia_is_due_after_24_months_and_too_old_after_36(today: date, state: str) -> None:
    clock = review_clock(CLOCKS, Approval(looked_at_on=DAY), today)
    assert clock is not None
    assert (clock.state, clock.age_days) == (state, (today - DAY).days)


def test_a_review_that_was_called_shows_before_its_time() -> None:
    clock = review_clock(CLOCKS, Approval(looked_at_on=DAY, open_reviews=("breach",)), DAY)
    assert clock is not None
    assert (clock.state, clock.triggers) == ("called", ("breach",))
    assert review_clock(CLOCKS, Approval(), DAY) is None


def test_the_effect_of_a_tool_is_reviewed_a_year_after_its_roll_out() -> None:
    rolled_out = Approval(looked_at_on=DAY, rolled_out_on=DAY)
    found = [
        effect_clock(CLOCKS, approval, today)
        for approval, today in (
            (rolled_out, date(2027, 1, 30)),
            (rolled_out, date(2027, 1, 31)),
            (replace(rolled_out, effect_reviewed_on=DAY), date(2027, 1, 31)),
        )
    ]
    assert [clock.state for clock in found if clock] == ["waiting", "due", "reviewed"]
    assert effect_clock(CLOCKS, Approval(looked_at_on=DAY), DAY) is None
