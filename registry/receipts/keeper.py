"""The thread that keeps what was signed, and roots it when an hour is over.

Every worker keeps its own receipts; one of them, which holds the lease, roots those of all.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from registry import clock
from registry.auditlog.lease import Lease
from registry.db import Database
from registry.receipts import queries
from registry.receipts.issuing import Issuer
from registry.receipts.rooting import is_root_due, make_root
from registry.receipts.rules import hour_of
from registry.rounds import Rounds

logger = logging.getLogger("registry.receipts")
LEASE = "receipt-rooting"


class Keeper:
    """The thread of one worker."""

    def __init__(
        self,
        db: Database,
        issuer: Issuer,
        *,
        interval_seconds: float = 0.1,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._issuer, self._now = db, issuer, now
        self._lease = Lease(db, LEASE)
        self._rooted_until: datetime | None = None
        self._rounds = Rounds(
            "receipts",
            self._turn,
            rest_seconds=interval_seconds,
            waits="receipts wait",
            logger=logger,
            takes_last=True,
        )

    def start(self) -> None:
        """Begin; the first root is made in the thread."""
        self._rounds.start()

    def stop(self) -> None:
        """Keep what is held and end the thread."""
        self._rounds.end()

    def turn(self) -> None:
        """Keep what is held; root it if an hour is over that this worker has not seen rooted."""
        now = self._now()
        if taken := self._issuer.take():
            self._keep(taken, now)
        if self._rooted_until != hour_of(now):
            self._root(now)

    def _keep(self, taken: list[bytes], now: datetime) -> None:
        try:
            with self._db.write() as tx:
                queries.keep(tx, taken, now)
        except Exception:
            self._issuer.give_back(taken)
            raise

    def _root(self, now: datetime) -> None:
        with self._db.read() as reading:
            is_due = is_root_due(reading, hour_of(now))
        if not is_due:
            self._rooted_until = hour_of(now)
        elif self._lease.hold(now):
            make_root(self._db, self._issuer.signer.key, now)
            self._lease.release()

    def _turn(self) -> None:
        try:
            self.turn()
        except IntegrityError:
            logger.info("another worker has rooted this hour")
