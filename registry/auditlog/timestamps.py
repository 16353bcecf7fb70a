"""Time stamps: each day every authority is asked for a token over the newest checkpoint (RFC 3161).

A token in an auditor's hands shows that the entries it covers were there on that day, even when the log's
own key is in the wrong hands later. It is asked for outside any transaction and stored as it came; what does
not prove the checkpoint, by the certificates that the operator trusts, is not stored. An authority that fails
is asked again, after a minute at first and after an hour at most.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.x509 import Certificate
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from sqlalchemy import Row, func, select

from registry import clock
from registry.auditlog import queries
from registry.auditlog.lease import Lease
from registry.auditlog.tables import CHECKPOINT, TOKEN, TimestampToken
from registry.db import Database, Reading
from registry.egress import Egress, Unreachable
from registry.rounds import Rounds
from registry.settings import Settings
from registry.tlog.faults import Malformed, Unproved
from registry.verification.timestamps import Stamp, check_response, read_certificates, stamped_octets

logger = logging.getLogger("registry.log")

LEASE = "time-stamps"
INTERVAL_SECONDS = 30.0
LATE = timedelta(days=2)
LEASE_TERM = timedelta(minutes=2)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority, and the certificates by which its tokens are believed."""

    url: str
    trusted: tuple[Certificate, ...]
    egress: Egress

    def stamp(self, note: bytes) -> tuple[bytes, Stamp]:
        """Its response about a checkpoint's note, and what the token in it says.

        Raises:
            Unreachable: it did not answer, or not with a time-stamp response.
            Malformed, Unproved: what it answered does not prove the note.
        """
        builder = TimestampRequestBuilder().data(stamped_octets(note)).hash_algorithm(HashAlgorithm.SHA256)
        query = builder.nonce(nonce=True).cert_request(cert_request=True).build()
        answer = self.egress.post(self.url, query.as_bytes(), media_type="application/timestamp-query")
        if (answer.status, answer.media_type) != (200, "application/timestamp-reply"):
            raise Unreachable(f"{self.url} answered {answer.status} {answer.media_type}")
        return answer.body, check_response(answer.body, note, self.trusted, nonce=query.nonce)


def authorities_of(settings: Settings, egress: Egress) -> tuple[Authority, ...]:
    """The authorities of the settings.

    Raises:
        OSError, Malformed: the file of certificates cannot be read.
    """
    urls = settings.timestamp_urls.replace(",", " ").split()
    if not urls:
        return ()
    file = settings.timestamp_roots_file
    trusted = tuple(read_certificates(file.read_bytes() if file else b""))
    return tuple(Authority(url, trusted, egress) for url in urls)


def newest_tokens(reading: Reading) -> dict[str, Row[Any]]:
    """The row `size, tsa, tsr, gen_time` of each authority's newest token, and the `note` it is about."""
    newest = select(TOKEN.c.tsa, func.max(TOKEN.c.size).label("size")).group_by(TOKEN.c.tsa).subquery()
    is_newest = (TOKEN.c.tsa == newest.c.tsa) & (TOKEN.c.size == newest.c.size)
    about = CHECKPOINT.c.size == TOKEN.c.size
    rows = reading.all(select(TOKEN, CHECKPOINT.c.note).join(newest, is_newest).join(CHECKPOINT, about))
    return {row.tsa: row for row in rows}


@dataclass(frozen=True, slots=True)
class StampState:
    """How it stands with one authority: its newest token, and what is wrong with that, if anything."""

    detail: str
    fault: str = ""


def stamp_states(reading: Reading, authorities: Sequence[Authority], now: datetime) -> Iterator[StampState]:
    """How it stands with each authority. A token two days old is a fault where the log has grown since."""
    tokens, newest = newest_tokens(reading), queries.newest_checkpoint(reading)
    for authority in authorities:
        token = tokens.get(authority.url)
        if token is None:
            yield StampState("", f"{authority.url} has given none")
            continue
        detail = f"{token.size} entries on {clock.stamp(token.gen_time)} by {authority.url}"
        is_late = newest is not None and newest.size > token.size and now - token.gen_time > LATE
        fault = f"none since {detail}" if is_late else ""
        try:
            check_response(token.tsr, token.note.encode(), authority.trusted)
        except (Malformed, Unproved) as trouble:
            fault = str(trouble)
        yield StampState(detail, fault)


class TimeStamping:
    """The thread that asks, beside the publisher. Of several workers that run it, a lease lets one ask."""

    def __init__(
        self,
        db: Database,
        authorities: Sequence[Authority],
        *,
        interval_seconds: float = INTERVAL_SECONDS,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._authorities, self._now = db, authorities, now
        self._lease = Lease(db, LEASE, LEASE_TERM)
        self._delays: dict[str, timedelta] = {}
        self._not_before: dict[str, datetime] = {}
        self._rounds = Rounds(
            "time-stamps",
            self.turn,
            rest_seconds=interval_seconds,
            waits="no time stamp this time",
            logger=logger,
            begins_at_once=True,
        )

    def start(self) -> None:
        """Begin to ask, if there is anyone to be asked."""
        if self._authorities:
            self._rounds.start()

    def stop(self) -> None:
        """End the thread."""
        self._rounds.end()

    def turn(self) -> None:
        """Ask every authority that has not stamped the newest checkpoint or an older one today."""
        now = self._now()
        with self._db.read() as reading:
            newest, tokens = queries.newest_checkpoint(reading), newest_tokens(reading)
        if newest is None:
            return
        due = [one for one in self._authorities if self._is_due(one.url, newest.size, tokens, now)]
        if due and self._lease.hold(now):
            for authority in due:
                self._ask(authority, newest, now)

    def _is_due(self, url: str, size: int, tokens: dict[str, Row[Any]], now: datetime) -> bool:
        if now < self._not_before.get(url, now):
            return False
        last = tokens.get(url)
        return last is None or (last.size < size and last.gen_time.date() < now.astimezone(UTC).date())

    def _ask(self, authority: Authority, checkpoint: Row[Any], now: datetime) -> None:
        """Ask one authority, and store what it answers; if it fails, leave it alone for a while."""
        url = authority.url
        try:
            response, stamp = authority.stamp(checkpoint.note.encode())
        except (Unreachable, Malformed, Unproved) as fault:
            logger.warning("no time stamp of %s: %s", url, fault)
            delay = self._delays.get(url, FIRST_DELAY)
            self._not_before[url] = now + delay
            self._delays[url] = min(delay * 2, LONGEST_DELAY)
            return
        self._delays.pop(url, None)
        with self._db.write() as tx:
            tx.insert(TimestampToken, size=checkpoint.size, tsa=url, tsr=response, gen_time=stamp.at)
