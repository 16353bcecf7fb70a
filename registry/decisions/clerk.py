"""The clerk of a worker: writes down after the answers what they left to be done.

Emergencies become stubs within a second. What is asked how often is counted in codes, once a minute: a body's
own questions, so many of them at most, to try a change on before it is made. What a worker that is killed had
not written down is lost; no answer depends on it.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from registry import clock
from registry.asking.queries import AskedOften, count_questions
from registry.auditlog import append_many
from registry.callers import SYSTEM
from registry.db import Database
from registry.decisions.afterwards import Afterwards
from registry.policy import Policies
from registry.records.actions import Acting
from registry.records.actions.stubs import open_stubs
from registry.records.register import AgreementRegister
from registry.rounds import Rounds

COUNTING = timedelta(minutes=1)

logger = logging.getLogger("registry")


class Clerk:
    """The thread of one worker. `kept` is how many questions of one body are stored; 0 stores none."""

    def __init__(
        self,
        db: Database,
        afterwards: Afterwards,
        policies: Policies,
        register: AgreementRegister,
        *,
        kept: int,
        interval_seconds: float = 0.5,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._afterwards = db, afterwards
        self._policies, self._register = policies, register
        self._kept, self._now = kept, now
        self._counts_at = now()
        self._rounds = Rounds(
            "clerk",
            self._turn,
            rest_seconds=interval_seconds,
            waits="what answers left waits",
            logger=logger,
            takes_last=True,
        )

    def start(self) -> None:
        """Begin."""
        self._rounds.start()

    def stop(self) -> None:
        """Write down what is left and end the thread."""
        self._rounds.end()

    def open_stubs(self) -> None:
        """Open a stub for each emergency that was left."""
        left = self._afterwards.take_emergencies()
        if not left:
            return
        acting = Acting(SYSTEM, self._now(), self._policies, self._register)
        try:
            with self._db.write() as tx:
                if events := open_stubs(tx, left, acting=acting):
                    append_many(tx, events)
        except Exception:
            self._afterwards.give_back(left)
            raise

    def count(self) -> None:
        """Store what was asked since, in codes."""
        asked = list(self._asked_often())
        if asked and self._kept:
            with self._db.write() as tx:
                count_questions(tx, asked, kept=self._kept, today=clock.london_day(self._now()))

    def _asked_often(self) -> Iterator[AskedOften]:
        for counted, times in self._afterwards.take_counts():
            if counted.codes is not None:
                yield AskedOften(counted.organisation, counted.codes, times)

    def _turn(self) -> None:
        try:
            self.open_stubs()
            if self._rounds.is_ending or self._now() >= self._counts_at:
                self._counts_at = self._now() + COUNTING
                self.count()
        except IntegrityError:
            logger.info("another worker has written the same down")
