"""The nightly check: every row of the log, and every row that stands for an entry, once a London night.

One worker makes it, the first that claims the night. It reads in a thread of its own, one consistent look, so
nothing waits for it. What it found is stored for whoever asks: `/health/ready`, `registry doctor`.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry import clock
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.tables import LogCheck
from registry.db import Database, Reading, Transaction, table
from registry.rounds import Rounds
from registry.tlog.keys import VerifierKey
from registry.verification.findings import Report

logger = logging.getLogger("registry.log")
NIGHT = range(2, 6)
"""The hours of the London clock in which it begins."""

CHECK = table(LogCheck)


class NightWatch:
    """The thread that makes the check."""

    def __init__(
        self,
        db: Database,
        keys: Sequence[VerifierKey],
        ledgers: Sequence[LedgerMaker],
        *,
        interval_seconds: float = 60,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._keys, self._ledgers = db, keys, ledgers
        self._rounds = Rounds(
            "night-watch",
            lambda: self.turn(now()),
            rest_seconds=interval_seconds,
            waits="no nightly check this time",
            logger=logger,
        )

    def start(self) -> None:
        """Look at the clock from now on."""
        self._rounds.start()

    def stop(self) -> None:
        """End the thread."""
        self._rounds.end()

    def turn(self, now: datetime) -> Report | None:
        """Make the check of this night, if it is night and nobody else has begun it."""
        tonight = clock.london_day(now)
        if clock.london_hour(now) not in NIGHT:
            return None
        with self._db.write() as tx:
            if not _claim(tx, tonight):
                return None
        with self._db.read() as reading:
            report = find_tampering(reading, self._keys, ledgers=self._ledgers)
        with self._db.write() as tx:
            _note(tx, tonight, report, now)
        for finding in report.findings:
            logger.critical("the nightly check found: %s", finding.sentence())
        return report


def last_check(reading: Reading) -> Row[Any] | None:
    """The newest check that was finished: `checked_on, checked_at, size, findings, first`."""
    done = select(CHECK).where(CHECK.c.checked_at.is_not(None))
    return reading.one_or_none(done.order_by(CHECK.c.checked_on.desc()).limit(1))


def _claim(tx: Transaction, tonight: date) -> bool:
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    claimed = insert(CHECK).values(checked_on=tonight, first="").on_conflict_do_nothing()
    return tx.execute(claimed.returning(CHECK.c.checked_on)).first() is not None


def _note(tx: Transaction, tonight: date, report: Report, now: datetime) -> None:
    found = {
        "checked_at": now,
        "size": report.size,
        "findings": sum(report.counts.values()),
        "first": report.findings[0].sentence() if report.findings else "",
    }
    tx.execute(update(CHECK).where(CHECK.c.checked_on == tonight).values(found))
