"""Erasing openings: what a commitment stands for goes; its entry, and every proof of it, stay as they are.

Two people decide it (`registry.openings`), or the retention under which an entry was sealed does. Either way
the log says which index and field, and why as a code, and nothing of what was erased.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import SQLModel

from registry import clock
from registry.auditlog import erasures
from registry.auditlog.append import Sealed, append_many
from registry.auditlog.events import Event, OpeningErased, Subject
from registry.auditlog.feed import event_at
from registry.auditlog.tables import LogErasure
from registry.db import Database, Transaction, new_id

RETENTION_OVER = "retention-over"
AT_ONCE = 500
"""Openings erased in one transaction: the log is locked for as long."""

Place = tuple[int, str]
"""An entry's index, and which of its two openings: `entry` or `actor`."""


def subject_of(index: int, field: str) -> Subject:
    """What entries call an opening."""
    return Subject("opening", f"{index}:{field}")


def erased(place: Place, reason_code: str, now: datetime, *, demo: bool = False) -> OpeningErased:
    """The event of an erasure."""
    return OpeningErased(
        at=now, org="", actor=None, subject=subject_of(*place), reason_code=reason_code, demo=demo
    )


def carry_out(
    tx: Transaction, request: Row[Any], acts: Sequence[Event | Sealed], now: datetime, *, person: str
) -> range:
    """Append the acts of those who decided it and that it is done, and erase the opening."""
    _state_again(tx, [(request.idx, request.field)])
    done = erased((request.idx, request.field), request.reason_code, now)
    indices = append_many(tx, [*acts, done])
    erasures.complete(tx, request.id, log_index=indices[-1], confirmed_by=person)
    erasures.delete_opening(tx, request.idx, request.field)
    return indices


def erase_due(db: Database, now: datetime) -> int:
    """Erase every opening whose retention is over, and say how many there were."""
    today, count = clock.london_day(now), 0
    while True:
        with db.write() as tx:
            due = [(row.idx, row.field) for row in erasures.list_due(tx, today, AT_ONCE)]
            if not due:
                return count
            _erase_all(tx, due, now)
        count += len(due)


def _erase_all(tx: Transaction, due: Sequence[Place], now: datetime) -> None:
    """Erase openings for their retention, those that somebody has asked for for the reason given there."""
    asked = {place: erasures.find(tx, *place) for place in due}
    reasons = [row.reason_code if (row := asked[place]) else RETENTION_OVER for place in due]
    _state_again(tx, due)
    events = [erased(place, reason, now) for place, reason in zip(due, reasons, strict=True)]
    for (index, field), log_index in zip(due, append_many(tx, events), strict=True):
        if (row := asked[index, field]) is not None:
            erasures.complete(tx, row.id, log_index=log_index)
        else:
            _record(tx, (index, field), log_index, now)
        erasures.delete_opening(tx, index, field)


def _state_again(tx: Transaction, places: Sequence[Place]) -> None:
    """Let the next event state the rows that were stated by entries of which nothing will be left to read."""
    for value in erasures.list_stated(tx, [index for index, field in places if field == "entry"]):
        for name, rows in json.loads(value).items():
            tx.state(SQLModel.metadata.tables[name], rows)


def _record(tx: Transaction, place: Place, log_index: int, now: datetime) -> None:
    """Store an erasure that nobody asked for."""
    event = event_at(tx, place[0])
    tx.insert(
        LogErasure,
        id=new_id(),
        idx=place[0],
        field=place[1],
        organisation="",
        reason_code=RETENTION_OVER,
        previous=event.previous if event else None,
        asked_by=None,
        asked_at=now,
        confirmed_by=None,
        log_index=log_index,
    )
