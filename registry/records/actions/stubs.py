"""Stubs: a system asked in an emergency and was not told yes. What became of it has to be recorded.

Opened after the answer, which waits for nothing; closed with its task: by the record, by a person who says
that there is nothing to record, or after a month. A stub holds codes alone, and tells the record whose
evaluation it is of (DOMAIN 7.2a).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.auditlog import Sealed, Subject
from registry.db import Reading, Transaction, new_id
from registry.records import queries
from registry.records.actions.acting import Acting, check_reads, event
from registry.records.actions.tasks import EMERGENCY_STUB, end_tasks, raise_tasks
from registry.records.events import EmergencyOpened
from registry.records.rules import Wanted
from registry.records.schemas import EmergencyIn
from registry.records.tables import EmergencyStub

KIND = "break-glass-record"
"""The period within which an emergency is recorded, and the kind of the task that asks for it."""

MAX_OPEN = 200
"""How many stubs a body has open at most: a system that asks in circles drowns nobody."""


@dataclass(frozen=True, slots=True)
class EmergencyAsked:
    """A question about an emergency that got no yes, in codes: for which body, about what, when."""

    owner: str
    holder: str
    recipient: str
    evaluation_id: str
    purpose: str
    category: str
    asked_at: datetime


def open_stubs(tx: Transaction, asked: Iterable[EmergencyAsked], *, acting: Acting) -> list[Sealed]:
    """Open a stub for each question, and its task; for the same thing asked again none while one runs.

    The events are for the caller to append.
    """
    events: list[Sealed] = []
    for one in asked:
        if len(queries.list_stubs(tx, owner=one.owner, closed_at=None)) >= MAX_OPEN:
            continue
        due_on = clock.london_day(acting.policies.records.due_at(KIND, one.asked_at))
        today = clock.london_day(one.asked_at)
        if queries.find_stub(tx, one.owner, one.holder, one.recipient, one.purpose, one.category, today):
            continue
        identifier = new_id()
        values = {name: getattr(one, name) for name in EmergencyAsked.__dataclass_fields__}
        tx.insert(EmergencyStub, id=identifier, due_on=due_on, record=None, **values)
        subject = Subject(EMERGENCY_STUB, identifier)
        events.append(event(tx, EmergencyOpened, acting, subject, by_system=True, party=one.owner))
        events += raise_tasks(tx, [_wanted(one.owner, identifier, due_on)], acting)
    return events


def close_stubs(
    tx: Transaction, owner: str, recipient: str, wanted: EmergencyIn, record: str, *, acting: Acting
) -> list[Sealed]:
    """Say which record the stubs about the same thing have come to, and end their tasks."""
    events = []
    for row in queries.list_stubs(tx, owner=owner, closed_at=None):
        is_about = (row.recipient, row.purpose) == (recipient, wanted.purpose)
        if row.evaluation_id == wanted.evaluation_id or (is_about and row.category in wanted.categories):
            queries.change_stub(tx, row.id, record=record, closed_at=acting.now)
            events += end_tasks(tx, row.id, acting)
    return events


def find_open(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The stubs of the caller's organisation that ask for a record, oldest first.

    Raises:
        RecordMayNot: the caller may see none.
    """
    return queries.list_stubs(reading, owner=check_reads(reading, "emergency.read", acting), closed_at=None)


def wanted_tasks(rows: Collection[Row[Any]]) -> list[Wanted]:
    """The records that open stubs call for."""
    return [_wanted(row.owner, row.id, row.due_on) for row in rows]


def _wanted(owner: str, identifier: str, due_on: date) -> Wanted:
    return Wanted(owner, "ig_officer", KIND, EMERGENCY_STUB, identifier, due_on)
