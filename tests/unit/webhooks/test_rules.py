"""How long a delivery is tried again, and what an address has to do to be told anything."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.webhooks.rules import (
    FIRST_DELAY,
    GIVEN_UP_AFTER,
    LONGEST_DELAY,
    MAX_WEBHOOKS,
    OVERLAP,
    PROVABLE,
    Status,
    TooManyWebhooks,
    WrongWebhookStatus,
    check_room,
    check_status,
    delay_after,
    is_given_up,
    is_overlapping,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_delay_is_at_least_half_of_what_doubling_makes_it_and_never_more_than_the_longest(
    failures: int, chance: float
) -> None:
    doubled = min(FIRST_DELAY * 2 ** min(failures - 1, 12), LONGEST_DELAY)
    assert doubled / 2 <= delay_after(failures, chance) <= doubled


def test_those_that_failed_together_do_not_come_back_together() -> None:
    assert len({delay_after(3, chance / 10) for chance in range(10)}) == 10


def test_it_is_given_up_after_days_and_not_a_moment_before() -> None:
    assert not is_given_up(NOW, NOW + GIVEN_UP_AFTER - MOMENT)
    assert is_given_up(NOW, NOW + GIVEN_UP_AFTER)


def test_the_earlier_secret_signs_for_a_day() -> None:
    assert not is_overlapping(None, NOW)
    assert is_overlapping(NOW, NOW + OVERLAP - MOMENT)
    assert not is_overlapping(NOW, NOW + OVERLAP)


@pytest.mark.parametrize("status", [Status.PROVING, Status.ACTIVE, Status.ENDED])
def test_a_status_that_does_not_allow_it_is_named(status: Status) -> None:
    with pytest.raises(WrongWebhookStatus) as refused:
        check_status(status, PROVABLE)
    assert refused.value.extensions() == {"status_now": status}


def test_there_is_room_for_so_many() -> None:
    check_room(MAX_WEBHOOKS - 1, most=MAX_WEBHOOKS)
    with pytest.raises(TooManyWebhooks):
        check_room(MAX_WEBHOOKS, most=MAX_WEBHOOKS)
