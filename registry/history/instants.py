"""From an instant to the size that the log had: what was known then is what it held then."""

from collections.abc import Callable
from datetime import datetime

StampOf = Callable[[int], datetime | None]
"""When the entry at an index was made; None where it cannot be read."""


def size_at(stamp_of: StampOf, size: int, instant: datetime) -> int:
    """How many of the first `size` entries were there at an instant, to the second.

    Entries are stamped in the order of the log but for what a clock may be out by between two workers. So
    this ends between one made by then and one made later, and never within a transaction, whose entries have
    one stamp.
    """
    first, end = 0, size
    while first < end:
        middle = (first + end) // 2
        place, at = _readable(stamp_of, middle, first)
        if at is not None and at > instant:
            end = place
        else:
            first = middle + 1
    return first


def _readable(stamp_of: StampOf, place: int, first: int) -> tuple[int, datetime | None]:
    """The last entry up to a place, and not before `first`, that tells when it was made."""
    while (at := stamp_of(place)) is None and place > first:
        place -= 1
    return place, at
