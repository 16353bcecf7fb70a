"""Days and instants that are told from the day of loading."""

from datetime import UTC, date, datetime

import pytest

from registry.imports.days import RELATIVE_INSTANT, resolve_days, resolve_instant

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("+0d", "2026-03-01"), ("-1d", "2026-02-28"), ("+400d", "2027-04-05"), ("2026-01-01", "2026-01-01")],
)
def test_a_relative_day_becomes_a_day(given: str, expected: str) -> None:
    assert resolve_days({"starts_on": given, "pilot": [{"until": given}]}, TODAY) == {
        "starts_on": expected,
        "pilot": [{"until": expected}],
    }


def test_other_members_keep_what_looks_like_a_day() -> None:
    assert resolve_days({"title": "+1d", "starts_on": 3}, TODAY) == {"title": "+1d", "starts_on": 3}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("-2d", datetime(2026, 2, 27, 12, tzinfo=UTC)),
        ("-3h", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("-5m", datetime(2026, 3, 1, 11, 55, tzinfo=UTC)),
        ("0d", NOW),
    ],
)
def test_a_relative_instant_lies_before_now(given: str, expected: datetime) -> None:
    assert resolve_instant(given, NOW) == expected


@pytest.mark.parametrize("given", ["+1d", "1d", "-1w", "-d", "-1", "", "-1d ", "-123456d"])
def test_nothing_else_is_a_relative_instant(given: str) -> None:
    assert RELATIVE_INSTANT.fullmatch(given) is None
