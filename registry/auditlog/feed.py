"""The log as a change feed: what followers read, sealed entries opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.auditlog import erasures, queries
from registry.auditlog.entries import SEALED, decode
from registry.db import Reading


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One entry as it is stored. Where an opening was erased, all that is left is the type `sealed`."""

    index: int
    type: str
    at: datetime | None
    org: str
    subject_kind: str
    subject_id: str
    version: int | None
    members: dict[str, Any]

    @property
    def previous(self) -> int | None:
        """The index of the entry before it about the same subject."""
        previous: int | None = self.members.get("prev")
        return previous


def read_events(reading: Reading, since: int, limit: int = 1000) -> list[StoredEvent]:
    """The events from index `since` on, `since` included; a follower's next `since` is the last index + 1."""
    return [_stored(row) for row in queries.events_from(reading, since, limit)]


def read_public_events(reading: Reading, since: int, limit: int = 1000) -> list[StoredEvent]:
    """The same events as anyone may read them: of one that is sealed to the public, the type `sealed`."""
    return [_stored(row) for row in queries.events_from(reading, since, limit, public_only=True)]


def event_at(reading: Reading, index: int) -> StoredEvent | None:
    """The event at an index; None when there is none."""
    row = queries.event_at(reading, index)
    return _stored(row) if row else None


def history(reading: Reading, kind: str, subject: str) -> list[StoredEvent]:
    """Every event about a subject, newest first, as each entry or its erasure names the one before it."""
    index = queries.newest_entries(reading, [(kind, subject)]).get((kind, subject))
    events = []
    while index is not None and (row := queries.event_at(reading, index)):
        events.append(_stored(row))
        index = _before(reading, events[-1])
    return events


def _before(reading: Reading, event: StoredEvent) -> int | None:
    """The index of the entry before it about the same subject, kept beside where its opening was erased."""
    if event.type != SEALED:
        return event.previous
    erasure = erasures.find(reading, event.index, "entry")
    return erasure.previous if erasure else None


def _stored(row: Row[Any]) -> StoredEvent:
    """The event of a row, from the inner entry where there is one."""
    return stored_event(row.idx, decode(row.opened or row.body))


def stored_event(index: int, members: dict[str, Any]) -> StoredEvent:
    """The event of an entry, from its members."""
    if members["type"] == SEALED:
        return StoredEvent(index, SEALED, None, "", "", "", None, members)
    subject = members["subject"]
    return StoredEvent(
        index=index,
        type=members["type"],
        at=datetime.fromisoformat(members["at"]),
        org=members["org"] or "",
        subject_kind=subject["kind"],
        subject_id=subject["id"],
        version=subject.get("version"),
        members=members,
    )
