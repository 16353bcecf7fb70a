"""The publisher: threads that keep the newest checkpoint and its cosignatures close behind the entries.

Of several workers one holds the lease and publishes (`lease`). One thread signs, so that a slow witness never
delays a signature; another has the newest checkpoint cosigned and serves it. Before each signature the
witnesses are asked what they have seen: a backup that was restored, its high-water mark lost, is not signed
as long as one of them answers.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from registry import clock
from registry.auditlog import queries, served
from registry.auditlog.gossip import header_value
from registry.auditlog.highwater import HighWater
from registry.auditlog.lease import Lease
from registry.auditlog.publish import check_continued, publish, read_mark
from registry.auditlog.rules import LogDamaged, Unheard
from registry.auditlog.witnessing import Witnesses, witnesses_of
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.settings import Settings
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Signer

logger = logging.getLogger("registry.log")
LEASE = "log-publisher"


class Publisher:
    """The threads, and why they have stopped if they have."""

    def __init__(
        self,
        db: Database,
        signer: Signer,
        high_water: HighWater,
        *,
        witnesses: Witnesses | None = None,
        interval_seconds: float = 0.25,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._signer, self._high_water = db, signer, high_water
        self.witnesses = witnesses
        self._interval_seconds, self._now = interval_seconds, now
        self._lease = Lease(db, LEASE)
        self._stopping, self._signed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-publisher", daemon=True)
        self._cosigning = threading.Thread(target=self._cosign, name="log-witnessing", daemon=True)
        self.fault: str | None = None
        """Why nothing is signed any more, once the log was found damaged."""
        self.unheard: str | None = None
        """Why nothing is signed for now: too few witnesses can be heard where a quorum is required."""
        self.trouble: str | None = None
        """What kept the last attempt from its end, a full disk say. It is made again until it succeeds."""
        self._shown: str | None = None
        self.header: str | None = None
        """The newest checkpoint served, as answers carry it (see `gossip`)."""

    @property
    def is_running(self) -> bool:
        """Whether new entries are being published, and cosigned where there are witnesses."""
        return self._thread.is_alive() and (self.witnesses is None or self._cosigning.is_alive())

    def start(self) -> None:
        """Check the log against mark and witnesses, publish what is waiting, and go on doing so.

        Raises:
            LogDamaged: the rows do not continue what was signed before.
        """
        self._publish(patiently=True)
        self._thread.start()
        if self.witnesses:
            self._cosigning.start()

    def stop(self) -> None:
        """Publish what is waiting and end the threads."""
        self._stopping.set()
        self._signed.set()
        for thread in (self._thread, self._cosigning):
            if thread.is_alive():
                thread.join()
        if self.witnesses:
            self.witnesses.close()

    def _publish(self, *, patiently: bool = False) -> None:
        """Hear the witnesses, then sign; without a required quorum, only look the log over.

        Raises:
            LogDamaged: see `start`.
        """
        now, heard = self._now(), None
        try:
            heard = self.witnesses.hear(now, patiently=patiently) if self.witnesses else ()
            self.unheard = None
        except Unheard as silence:
            if self.unheard is None:
                logger.error("no checkpoint is signed for now: %s", silence)
            self.unheard = str(silence)
        if heard is None:
            self._look()
        else:
            is_witnessed = self.witnesses is not None
            publish(self._db, self._signer, self._high_water, now, heard=heard, is_witnessed=is_witnessed)
            self._signed.set()

    def _look(self) -> None:
        mark = read_mark(self._high_water)
        with self._db.read() as reading:
            check_continued(reading, queries.newest_checkpoint(reading), self._signer.keys, mark=mark)

    def _run(self) -> None:
        """Publish whenever there is something new; end when told to, or when the log is damaged."""
        while self.fault is None:
            is_stopping = self._stopping.wait(self._interval_seconds)
            try:
                if self._is_due() and self._lease.hold(self._now()):
                    self._publish()
                self.trouble = None
                if is_stopping:
                    self._lease.release()
            except LogDamaged as damage:
                self.fault = str(damage)
                logger.critical("no checkpoint is signed any more: %s", damage)
            except (SQLAlchemyError, OSError) as fault:
                self.trouble = str(fault)
                logger.warning("no checkpoint this time: %s", fault)
            if is_stopping:
                return

    def _cosign(self) -> None:
        """Have each new checkpoint cosigned; ask those again who have not answered."""
        witnesses = self.witnesses
        while witnesses and self.fault is None and not self._stopping.is_set():
            self._signed.wait(self._interval_seconds)
            self._signed.clear()
            try:
                if self.trouble is None and self._lease.hold(self._now()):
                    witnesses.turn(self._db, self._now(), mark=read_mark(self._high_water))
            except (LogDamaged, SQLAlchemyError, OSError) as fault:
                logger.warning("nothing is cosigned this time: %s", fault)

    def _is_due(self) -> bool:
        """Whether there are entries that no checkpoint covers, or the last attempt did not get to its end."""
        with self._db.read() as reading:
            newest, shown = queries.newest_checkpoint(reading), served.newest_served(reading)
            is_grown = newest is None or newest.size < queries.log_size(reading)
        self._note_shown(shown.note if shown else None)
        if newest is None or is_grown:
            return True
        is_held_back = self.witnesses is None and (shown is None or shown.size < newest.size)
        return is_held_back or self.trouble is not None

    def _note_shown(self, note: str | None) -> None:
        """Keep what is served at hand, in the form of a header."""
        if note is not None and note != self._shown:
            self._shown, self.header = note, None
            with suppress(Malformed, Unproved):  # a note that was tampered with is not spread
                self.header = header_value(note, self._signer.keys)


def publish_once(db: Database, settings: Settings, signer: Signer, now: datetime) -> None:
    """Publish what is waiting, for a command that runs beside no worker.

    Raises:
        LogDamaged: the rows do not continue what was signed before.
    """
    high_water = HighWater.beside(settings.log_key, signer)
    witnesses = witnesses_of(settings, Egress(parse_networks(settings.egress_networks)), signer)
    if witnesses is None:
        publish(db, signer, high_water, now)
        return
    try:
        heard = witnesses.hear(now, patiently=True)
        publish(db, signer, high_water, now, heard=heard, is_witnessed=True)
        witnesses.turn(db, now, mark=read_mark(high_water))
    except Unheard as silence:
        logger.warning("no checkpoint is signed for now: %s", silence)
    finally:
        witnesses.close()
