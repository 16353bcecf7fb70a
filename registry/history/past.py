"""What the register let flow at some size of its log, read from the log and the frozen texts alone.

Only what a question is about is read: the entries of a few agreements, and those about bodies. Neither
changes once it is there, so what was read stays true; the newest of it is kept.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from registry.auditlog import log_size
from registry.auditlog.feed import StoredEvent, event_at
from registry.db import Database
from registry.history import queries
from registry.history.folding import Then, fold
from registry.history.instants import size_at
from registry.history.names import Names

MAX_AGREEMENTS = 5000
"""Agreements that one question may be about."""

NAMES_KEPT = 16


class TooMuch(Exception):
    """A question about the past is about more agreements than are read for one answer."""


class Past:
    """The past of one register."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._names_as_of = lru_cache(NAMES_KEPT)(self._read_names)

    def size_at(self, instant: datetime) -> int:
        """How many entries the log had at an instant, to the second."""
        with self._db.read() as reading:

            def stamp_of(index: int) -> datetime | None:
                event = event_at(reading, index)
                return event.at if event else None

            return size_at(stamp_of, log_size(reading), instant)

    def names(self, size: int) -> Names:
        """What identifiers meant when the log had this size."""
        with self._db.read() as reading:
            newest = queries.newest_about_bodies(reading)
        return self._names_as_of(min(size, newest + 1))

    def names_today(self) -> Names:
        """What identifiers mean as the log stands."""
        with self._db.read() as reading:
            return self.names(log_size(reading))

    def agreements(self, refs: Collection[str], size: int) -> list[Then]:
        """What each of these agreements let flow when the log had this size, in order of reference.

        Raises:
            TooMuch: there are more than `MAX_AGREEMENTS`.
        """
        if len(refs) > MAX_AGREEMENTS:
            raise TooMuch
        names = self.names(size)
        with self._db.read() as reading:
            chains = queries.read_chains(reading, "agreement", refs)
            told = {ref: [event for event in chain if event.index < size] for ref, chain in chains.items()}
            texts = queries.read_texts(reading, _digests(told.values()))
        return [fold(ref, events, texts.get, names) for ref, events in sorted(told.items())]

    def _read_names(self, size: int) -> Names:
        with self._db.read() as reading:
            return queries.read_names(reading, size)


def _digests(chains: Collection[list[StoredEvent]]) -> set[str]:
    found = {event.members["subject"].get("digest") for chain in chains for event in chain if event.version}
    return found - {None}
