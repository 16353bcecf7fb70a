"""What the past is read from: the entries about some subjects, in order, and frozen texts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select

from registry.agreements.tables import FrozenText
from registry.auditlog.entries import SEALED, decode
from registry.auditlog.feed import StoredEvent, stored_event
from registry.auditlog.queries import newest_entries
from registry.auditlog.tables import ENTRY, ERASURE, OPENING, SUBJECT
from registry.db import Reading, table
from registry.history.names import Names
from registry.organisations.queries import list_primaries

FROZEN = table(FrozenText)
AT_ONCE = 500
"""How many rows are asked for by their keys at a time."""

_OWN = and_(OPENING.c.idx == ENTRY.c.idx, OPENING.c.field == "entry")
_OPENED = select(ENTRY.c.idx, ENTRY.c.body, OPENING.c.value.label("opened")).outerjoin(OPENING, _OWN)
_BODIES = select(SUBJECT.c.id).where(SUBJECT.c.kind == "organisation")
_NEWEST_OF_BODIES = select(func.max(SUBJECT.c.idx)).where(SUBJECT.c.kind == "organisation")


def read_chains(reading: Reading, kind: str, subjects: Iterable[str]) -> dict[str, list[StoredEvent]]:
    """Every entry about each of these subjects, oldest first, sealed ones opened where that is still kept.

    Each names the one before it, so what is read at a time is one entry of every subject.
    """
    newest = newest_entries(reading, [(kind, subject) for subject in subjects])
    waiting = {index: subject for (_, subject), index in newest.items()}
    chains: defaultdict[str, list[StoredEvent]] = defaultdict(list)
    while waiting:
        before: dict[int, str] = {}
        for row in _rows(reading, _OPENED, ENTRY.c.idx, sorted(waiting)):
            event = stored_event(row.idx, decode(row.opened or row.body))
            chains[waiting[row.idx]].append(event)
            previous = _previous_of_erased(reading, row.idx) if event.type == SEALED else event.previous
            if previous is not None:
                before[previous] = waiting[row.idx]
        waiting = before
    return {subject: events[::-1] for subject, events in chains.items()}


def read_names(reading: Reading, size: int) -> Names:
    """What identifiers meant when the log had this size."""
    bodies = [identifier for (identifier,) in reading.all(_BODIES)]
    events = [event for chain in read_chains(reading, "organisation", bodies).values() for event in chain]
    in_order = sorted(events, key=lambda event: event.index)
    return Names((event for event in in_order if event.index < size), list_primaries(reading))


def newest_about_bodies(reading: Reading) -> int:
    """The index of the newest entry about any body; it changes when what names mean does."""
    newest: int | None = reading.scalar(_NEWEST_OF_BODIES)
    return -1 if newest is None else newest


def read_texts(reading: Reading, digests: Iterable[str]) -> Mapping[str, bytes]:
    """The frozen texts of these digests that there are."""
    wanted = select(FROZEN.c.hash, FROZEN.c.document)
    return {row.hash: bytes(row.document) for row in _rows(reading, wanted, FROZEN.c.hash, sorted(digests))}


def _previous_of_erased(reading: Reading, index: int) -> int | None:
    previous: int | None = reading.scalar(
        select(ERASURE.c.previous).where(ERASURE.c.idx == index, ERASURE.c.field == "entry")
    )
    return previous


def _rows(reading: Reading, wanted: Any, key: Any, values: Sequence[Any]) -> Iterator[Row[Any]]:
    for first in range(0, len(values), AT_ONCE):
        yield from reading.all(wanted.where(key.in_(values[first : first + AT_ONCE])))
