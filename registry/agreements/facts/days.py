"""Days, months and periods as the whole numbers that Cedar compares."""

import re
from datetime import date

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}


def number_of(day: date | None, *, absent: int) -> int:
    """The number of a day; 1 January of year 1 is day 1."""
    return day.toordinal() if day else absent


def months_between(start: date, end: date) -> int:
    """The months begun from one day to a later one: 24 for exactly two years, 25 for a day more."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + (end.day > start.day)


def days_of(period: str) -> int:
    """About how many days an ISO 8601 period of the terms has; 0 when none is given."""
    return sum(int(count) * DAYS[unit] for count, unit in re.findall(r"([0-9]+)([YMWD])", period))
