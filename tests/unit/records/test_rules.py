"""When clocks are missed, what a review date calls for, who may not do what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from registry.records import rules
from registry.records.rules import ClockStillRuns, RecorderReviews, Running, TaskEndsItself, WrongRecordStatus

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due_at", "met_at", "overdue", "is_open"),
    [
        (None, None, False, False),
        (NOW, None, False, True),
        (NOW - HOUR, None, True, True),
        (NOW - HOUR, NOW - 2 * HOUR, False, False),
        (NOW - 2 * HOUR, NOW - HOUR, True, False),
    ],
)
def test_a_clock_is_overdue_from_the_instant_it_ran_out_until_it_was_met(
    due_at: datetime | None, met_at: datetime | None, overdue: bool, is_open: bool
) -> None:
    running = Running(due_at, met_at)
    assert (running.is_overdue(NOW), running.is_open) == (overdue, is_open)


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-1, "review-overdue"), (0, "review-in-1-month"), (31, "review-in-1-month"), (32, "review-in-3-months")],
)
def test_a_review_date_calls_for_one_of_three_reminders(days: int, kind: str) -> None:
    soon = TODAY + timedelta(days=31)
    assert rules.review_kind(TODAY + timedelta(days=days), TODAY, soon=soon) == kind


def test_an_incident_is_closed_only_when_nobody_has_still_to_be_told() -> None:
    rules.check_told(Running(None, None), Running(NOW, NOW))
    with pytest.raises(ClockStillRuns):
        rules.check_told(Running(NOW, NOW), Running(NOW, None))


def test_recorder_and_reviewer_are_two_people() -> None:
    rules.check_reviewer("a", "b")
    rules.check_reviewer(None, "b")
    with pytest.raises(RecorderReviews):
        rules.check_reviewer("a", "a")


def test_only_what_nothing_else_can_end_is_ticked_off() -> None:
    for kind in ("duty-alert", "propose-agreement"):
        rules.check_ticked_off(kind)
    with pytest.raises(TaskEndsItself):
        rules.check_ticked_off("review-overdue")


def test_a_wrong_status_is_named() -> None:
    with pytest.raises(WrongRecordStatus) as refused:
        rules.check_status("closed", "open")
    assert refused.value.extensions() == {"status_now": "closed"}
