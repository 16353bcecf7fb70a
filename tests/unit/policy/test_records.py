"""The periods, holidays and codes of records, as the files say them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.policy import BadPolicyFile, Policies, RecordKeeping
from tests.unit.policy.files import ROOT, replace

RECORDS = RecordKeeping.load(ROOT / "records")


@pytest.mark.parametrize(
    ("start", "due_on"),
    [
        ("2026-11-20", "2026-11-24"),  # a Friday
        ("2026-11-21", "2026-11-24"),  # a Saturday
        ("2026-12-24", "2026-12-30"),  # Christmas, and Boxing Day kept on the Monday
        ("2027-03-25", "2027-03-31"),  # Easter
    ],
)
def test_two_working_days_pass_over_weekends_and_bank_holidays(start: str, due_on: str) -> None:
    assert RECORDS.due_on("break-glass-review", date.fromisoformat(start)) == date.fromisoformat(due_on)


def test_a_clock_of_hours_counts_hours_and_one_of_days_counts_days() -> None:
    discovered_at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert RECORDS.due_at("regulator-notice", discovered_at) == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    assert RECORDS.due_on("complaint-acknowledgement", date(2026, 11, 1)) == date(2026, 12, 1)


def test_no_bank_holiday_falls_on_a_weekend() -> None:
    assert [day for day in RECORDS.holidays if day.weekday() > 4] == []


def test_every_year_of_the_list_has_its_eight_holidays() -> None:
    years = [day.year for day in RECORDS.holidays if day.year > 2025]
    assert {year: years.count(year) for year in years} == dict.fromkeys(years, 8)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("clocks.yaml", "hours: 72", "hours: 72, days: 3"),
        ("clocks.yaml", "mark: S40", "mark: unknown"),
        ("codes.yaml", "code: wrong-recipient", "code: Wrong Recipient"),
        ("bank-holidays.yaml", "mark: own", "author: someone"),
    ],
)
def test_a_spoilt_file_is_refused_by_name(copied: Path, name: str, old: str, new: str) -> None:
    replace(copied / "records" / name, old, new)
    with pytest.raises(BadPolicyFile, match=name):
        Policies.load(copied)
