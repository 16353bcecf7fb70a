"""Erasing openings: what a commitment stands for goes; its entry, and every proof of it, stay as they are.

Two people decide it (`registry.openings`), or the retention under which an entry was sealed does. Either way
the log says which index and field, and why as a code, and nothing of what was erased.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.auditlog import erasures
from registry.auditlog.append import Sealed, append_many
from registry.auditlog.events import Event, OpeningErased, Subject
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
    indices = append_many(tx, [erased(place, RETENTION_OVER, now) for place in due])
    for (index, field), log_index in zip(due, indices, strict=True):
        asked = erasures.find(tx, index, field)
        if asked is not None:
            erasures.complete(tx, asked.id, log_index=log_index)
        else:
            tx.insert(
                LogErasure,
                id=new_id(),
                idx=index,
                field=field,
                organisation="",
                reason_code=RETENTION_OVER,
                asked_by=None,
                asked_at=now,
                confirmed_by=None,
                log_index=log_index,
            )
        erasures.delete_opening(tx, index, field)
