"""From an instant to the size that the log had."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.history.instants import size_at

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@given(
    st.lists(st.integers(0, 20), max_size=40).map(sorted), st.integers(-1, 21), st.sets(st.integers(0, 39))
)
def test_it_is_as_many_as_were_stamped_by_then(stamps: list[int], wanted: int, closed: set[int]) -> None:
    def stamp_of(index: int) -> datetime | None:
        return None if index in closed else BEGINNING + timedelta(hours=stamps[index])

    size = size_at(stamp_of, len(stamps), BEGINNING + timedelta(hours=wanted))
    readable = [index for index in range(len(stamps)) if index not in closed]
    assert [index for index in readable if index < size] == [
        index for index in readable if stamps[index] <= wanted
    ]


def test_what_happened_within_the_second_counts() -> None:
    assert size_at(lambda _: BEGINNING, 3, BEGINNING + timedelta(milliseconds=1)) == 3
    assert size_at(lambda _: BEGINNING, 3, BEGINNING - timedelta(milliseconds=1)) == 0
