"""The nightly check: once a night, by one worker, and what it found is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from registry.auditlog.checking.nightwatch import NightWatch, last_check
from registry.auditlog.tables import ENTRY
from registry.clock import LONDON
from registry.db import Database
from tests.auditlog_world import SIGNER, grow
from tests.integration.auditlog.damage import without_guards

NIGHT = datetime(2026, 7, 1, 3, 0, tzinfo=LONDON)


def watch(db: Database) -> NightWatch:
    return NightWatch(db, SIGNER.keys, ())


@pytest.mark.parametrize("hour", [0, 1, 6, 12, 23])
def test_by_day_nothing_is_checked(database: Database, hour: int) -> None:
    assert watch(database).turn(NIGHT.replace(hour=hour)) is None
    with database.read() as reading:
        assert last_check(reading) is None


def test_each_night_is_checked_once_whoever_comes_first(database: Database) -> None:
    grow(database, 3)
    assert watch(database).turn(NIGHT)
    assert watch(database).turn(NIGHT + timedelta(hours=1)) is None
    grow(database, 2, start=3)
    assert watch(database).turn(NIGHT + timedelta(days=1))
    with database.read() as reading:
        check = last_check(reading)
    assert check is not None
    assert (check.checked_on, check.size, check.findings) == (NIGHT.date() + timedelta(days=1), 5, 0)


def test_what_was_tampered_with_by_day_is_told_the_next_morning(database: Database) -> None:
    grow(database, 3)
    with without_guards(database) as tx:
        tx.execute(update(ENTRY).where(ENTRY.c.idx == 1).values(body=b"{}"))
    watch(database).turn(NIGHT)
    with database.read() as reading:
        check = last_check(reading)
    assert check is not None
    assert check.findings > 0
    assert "log_entry 1" in check.first
