"""Days and instants that are told from the day of loading: `+400d`, `-30d`, `-2h`."""

import re
from datetime import date, datetime, timedelta
from typing import Any

RELATIVE_DAY = re.compile(r"^[+-][0-9]{1,5}d$")
RELATIVE_INSTANT = re.compile(r"^(-[0-9]{1,5}[dhm]|0d)$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def resolve_days(value: Any, today: date) -> Any:
    """The value with every relative day worked out, in members that hold a day (`..._on`, `until`)."""
    if isinstance(value, list):
        return [resolve_days(child, today) for child in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _day(child, today) if _holds_day(name, child) else resolve_days(child, today)
        for name, child in value.items()
    }


def resolve_instant(text: str, now: datetime) -> datetime:
    """The instant that lies so many days, hours or minutes before now."""
    return now + timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _holds_day(name: str, value: Any) -> bool:
    return (
        (name.endswith("_on") or name == "until")
        and isinstance(value, str)
        and RELATIVE_DAY.match(value) is not None
    )


def _day(text: str, today: date) -> str:
    return (today + timedelta(days=int(text[:-1]))).isoformat()
