"""Keeping the permission index up with the log: all flows once, then those of each agreement an event names.

Events and flows are read in one look at the database, so that the log size an answer names is never ahead of
the flows it was decided from. A follower that cannot read keeps what it has and tries again: its answers then
name an older log size, a caller who demands a newer one is told so, and after some seconds everyone is.
"""

import gc
import logging
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from datetime import datetime

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.asking.queries import read_grants
from registry.auditlog import StoredEvent, log_size, read_events
from registry.db import Database, Reading
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.law.bars import bars_of
from registry.decisions.queries import list_bodies
from registry.policy import Policies
from registry.rounds import Rounds
from registry.sweeping import unswept

SharingFlows = Callable[[Reading, Sequence[str] | None], Generator[SharingFlow, None, None]]
Watcher = Callable[[Reading], None]

MAX_EVENTS = 1000
"""How many events are followed one by one; when more are waiting, everything is read anew."""

TOKEN_HOLDERS = frozenset({"client", "person", "role"})
"""The subjects of events after which a token may have to be refused, or to be taken again."""

GRANTING = frozenset({"asking_grant", "organisation"})
"""The subjects of events after which other clients may ask for a body, or a body goes by another name."""

LAG_SECONDS = 2.0
"""How long an index may be relied on after the last look at the log that succeeded."""

logger = logging.getLogger("registry")


class IndexFollower:
    """Owns the permission index of one worker and a thread that keeps it up with the log.

    `sharing_flows` reads the flows of some agreements, or of all when given None. `watch_clients` is called
    when clients may have changed, so that what a worker remembers of their tokens is kept up too.
    """

    def __init__(
        self,
        db: Database,
        policies: Policies,
        sharing_flows: SharingFlows,
        *,
        watch_clients: Watcher = lambda _reading: None,
        interval_seconds: float = 0.05,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._watch_clients = watch_clients
        self.index = Index(Vocabulary(policies.law), bars_of(policies, clock.london_day(clock.now())))
        self._db = db
        self._sharing_flows = sharing_flows
        self._now = now
        self._following = threading.Lock()
        self._looks = 0
        self._followed: int | None = None
        self._rounds = Rounds(
            "index-follower",
            self._turn,
            rest_seconds=interval_seconds,
            waits="the permission index does not follow the log",
            logger=logger,
        )

    @property
    def is_running(self) -> bool:
        """Whether the index is being kept up."""
        return self._rounds.is_running

    def start(self) -> None:
        """Load every flow, and go on following."""
        self.catch_up()
        self._rounds.start()

    def stop(self) -> None:
        """End the thread."""
        self._rounds.end()

    def catch_up(self) -> int:
        """Follow the log at least to its present size, and return the size that was followed.

        Of many who ask at once only the first looks; the next one looks for all who came meanwhile.
        """
        looks_before = self._looks
        with self._following:
            if self._followed is None or self._looks == looks_before:
                self._looks += 1
                self._followed = None  # should this look fail, the next one who waits looks again
                self._followed = self._look()
            return self._followed

    def _look(self) -> int:
        with self._db.read() as reading:
            size = log_size(reading)
            known = self.index.log_size
            if known == size:
                return size
            events = [] if known is None else read_events(reading, known, MAX_EVENTS)
            # Too many to follow, a gap among them, or a log that is shorter than it was: all is read anew.
            if known is None or len(events) != size - known:
                events = read_events(reading, max(0, size - 1), 1)
                self._load(reading, size)
            else:
                self._follow(reading, events, size)
            self._keep_time(event.at for event in events)
            return size

    def _keep_time(self, instants: Iterable[datetime | None]) -> None:
        """Let the index know of instants that have been, by the log or by this clock."""
        seen = (instant.timestamp() for instant in instants if instant is not None)
        self.index.not_before = max(self.index.not_before, *seen, 0.0)

    def _load(self, reading: Reading, size: int) -> None:
        self.index.know(list_bodies(reading))
        self.index.grants = read_grants(reading)
        self._watch_clients(reading)
        # Closed at once when one cannot be compiled: the database would go on with them in this connection.
        with unswept(), closing(self._sharing_flows(reading, None)) as flows:
            self.index.load(flows, log_size=size)
            gc.freeze()  # no later search goes over all that, either

    def _follow(self, reading: Reading, events: Sequence[StoredEvent], size: int) -> None:
        if any(event.subject_kind == "organisation" for event in events):
            self.index.know(list_bodies(reading))
            if not self.index.is_filed_by_primaries():
                self._load(reading, size)
                return
        if any(event.subject_kind in GRANTING for event in events):
            self.index.grants = read_grants(reading)
        if any(event.subject_kind in TOKEN_HOLDERS for event in events):
            self._watch_clients(reading)
        refs = sorted({event.subject_id for event in events if event.subject_kind == "agreement"})
        flows: dict[str, list[SharingFlow]] = {ref: [] for ref in refs}
        for flow in self._sharing_flows(reading, refs) if refs else ():
            flows[flow.ref].append(flow)
        for ref, changed in flows.items():
            self.index.replace(ref, changed)
        self.index.log_size = size

    def _turn(self) -> None:
        try:
            began = self._now()
            self.catch_up()
        except Exception as fault:  # whatever it is: the index lags, and soon decides nothing
            logger.warning("the permission index did not follow the log this time: %s", fault)
        else:
            self._keep_time([began])
            self.index.good_until = began.timestamp() + LAG_SECONDS
