"""The only place that reads the time, and the meaning of a day.

An instant (`_at`) is a timezone-aware UTC datetime. A day (`_on`) is a calendar day in London: it begins at
00:00 and ends at 24:00 Europe/London, both included.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def london_day(instant: datetime) -> date:
    """The day in London at an instant."""
    return instant.astimezone(LONDON).date()


def london_hour(instant: datetime) -> int:
    """The hour of the London clock at an instant, 0 to 23."""
    return instant.astimezone(LONDON).hour


def day_start(day: date) -> datetime:
    """The instant a London day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The instant a London day is over (24:00, the next day's beginning), in UTC."""
    return day_start(day + timedelta(days=1))


def stamp(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC with second precision, the form used in log entries."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
