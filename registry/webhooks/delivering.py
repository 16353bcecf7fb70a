"""The deliverer: a thread that has each webhook told of each event, in order, at least once.

Every webhook has a cursor into the log. The thread looks at what lies between cursor and end, and sends a
courier in a thread of its own to each webhook that is to be told of something, so that a slow address delays
nobody else. One notice after another goes out; the cursor follows each that was accepted, by
compare-and-swap. A crash between the two tells the last notice twice, under the same `webhook-id`, and loses
none. What fails is tried again, later each time, and nothing overtakes it.

Of several workers one holds the lease and delivers (`lease`). One that was held up until another took over
moves no cursor that the other has moved.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.auditlog import log_size
from registry.auditlog.lease import Lease
from registry.db import Database, Reading
from registry.egress import Egress
from registry.policy import Policies
from registry.records.vault import Vault
from registry.rounds import Rounds
from registry.webhooks import queries
from registry.webhooks.courier import Courier
from registry.webhooks.notices import PAGE, Audience, Bulletin, Notice
from registry.webhooks.rules import FIRST_DELAY, Reach, Status

logger = logging.getLogger("registry.webhooks")

LEASE = "webhook-deliverer"
AT_ONCE, OF_ONE_BODY = 16, 4
"""How many webhooks are told at the same time, and how many of them are one body's."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a webhook is to be told of the entries before `read_to`. One to be proved is told nothing."""

    hook: Row[Any]
    notices: Sequence[Notice] = ()
    read_to: int = 0


class Deliverer:
    """The thread, and those that it sends out."""

    def __init__(
        self,
        db: Database,
        egress: Egress,
        policies: Policies,
        vault: Vault,
        *,
        interval_seconds: float = 0.25,
        lease_term: timedelta = timedelta(seconds=5),
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._policies, self._now = db, policies, now
        self._courier = Courier(db, egress, policies, vault, now)
        self._lease, self._is_ours = Lease(db, LEASE, lease_term), False
        self._rests_until: dict[str, datetime] = {}
        self._rounds = Rounds(
            "webhooks",
            self._catch_up,
            rest_seconds=interval_seconds,
            waits="no webhook is told this time",
            logger=logger,
        )
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._out: dict[str, tuple[Errand, Future[None]]] = {}
        self._read_to: dict[str, tuple[int, int]] = {}
        """Of each webhook where its cursor stood, and up to where there was nothing for it."""

    @property
    def is_running(self) -> bool:
        """Whether webhooks are being told."""
        return self._rounds.is_running

    def start(self) -> None:
        """Deliver from now on."""
        self._rounds.start()

    def stop(self) -> None:
        """End the thread. A notice that is on its way is waited for."""
        self._rounds.end()
        self._pool.shutdown(cancel_futures=True)
        if self._is_ours:
            self._lease.release()

    def turn(self) -> bool:
        """Send out what there is to be told; whether this worker has more to look through at once."""
        self._receive()
        with self._db.read() as reading:
            errands, is_behind = self._look(reading)
        if errands or self._out:
            self._is_ours = self._lease.hold(self._now())
        for errand in errands if self._is_ours else ():
            self._out[errand.hook.id] = errand, self._pool.submit(self._go, errand)
        return is_behind and (self._is_ours or not errands)

    def wait(self) -> None:
        """Wait until all who were sent out are back."""
        for _, future in self._out.values():
            future.result()

    def _catch_up(self) -> None:
        while self.turn() and not self._rounds.is_ending:
            pass

    def _receive(self) -> None:
        """Take note of those who are back. One whose errand broke off rests, or would be told on and on."""
        now = self._now()
        self._rests_until = {name: until for name, until in self._rests_until.items() if now < until}
        for identifier in [name for name, (_, future) in self._out.items() if future.done()]:
            _, future = self._out.pop(identifier)
            if (fault := future.exception()) is not None:
                logger.error("what became of a notice could not be written down", exc_info=fault)
                self._rests_until[identifier] = now + FIRST_DELAY

    def _look(self, reading: Reading) -> tuple[list[Errand], bool]:
        """What there is to be told, and whether somebody's cursor is far behind."""
        errands, is_behind, size, now = [], False, log_size(reading), self._now()
        bulletin = Bulletin(reading, self._policies)
        out = Counter(errand.hook.organisation for errand, _ in self._out.values())
        for hook in queries.list_running(reading):
            since = self._position(hook)
            if self._is_resting(hook, now) or out[hook.organisation] >= OF_ONE_BODY:
                continue
            if hook.status == Status.PROVING:
                errands.append(Errand(hook))
            elif since < size:
                notices, read_to = bulletin.notices(audience_of(hook), since)
                is_behind = is_behind or read_to < size
                if not notices and read_to - hook.next_index < PAGE:
                    self._read_to[hook.id] = hook.next_index, read_to
                    continue
                errands.append(Errand(hook, notices, read_to))
            else:
                continue
            out[hook.organisation] += 1
        return errands, is_behind

    def _is_resting(self, hook: Row[Any], now: datetime) -> bool:
        """Whether a webhook is being told already, or not yet to be told again."""
        waits = hook.retry_at is not None and now < hook.retry_at
        return waits or hook.id in self._out or hook.id in self._rests_until

    def _position(self, hook: Row[Any]) -> int:
        """Up to where the log was looked through for a webhook, if nobody has moved its cursor since."""
        stood, read_to = self._read_to.get(hook.id, (-1, 0))
        return read_to if stood == hook.next_index else int(hook.next_index)

    def _go(self, errand: Errand) -> None:
        hook, at = errand.hook, int(errand.hook.next_index)
        if hook.status == Status.PROVING:
            self._courier.challenge(hook)
            return
        for notice in errand.notices:
            if self._rounds.is_ending or not self._is_ours:
                return
            if not self._courier.tell(hook, notice, at=at):
                return
            at = notice.index + 1
        if errand.read_to - at < PAGE:
            self._read_to[hook.id] = at, errand.read_to
        else:
            self._courier.move(hook, at=at, to=errand.read_to)


def audience_of(hook: Row[Any]) -> Audience:
    """Whom a webhook tells, and of what."""
    return Audience(hook.organisation, Reach(hook.reach), frozenset(hook.types))
