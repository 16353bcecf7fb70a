"""Tasks: raised and ended by the state of things, or ticked off by a person; listed for whoever has them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Sealed, Subject
from registry.db import Reading, Transaction, new_id
from registry.organisations.principals import still_holding
from registry.records import queries, rules
from registry.records.actions.acting import Acting, Recorded, check_may, check_reads, event, finish, get, lock
from registry.records.events import TaskDone, TaskRaised
from registry.records.queries import TASK
from registry.records.rules import Wanted
from registry.records.tables import Task

SUBJECT, EMERGENCY_STUB = "task", "emergency_stub"
OPEN, DONE = "open", "done"


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """A task of the caller's organisation.

    Raises:
        NoSuchRecord: there is none.
    """
    row = get(reading, TASK, identifier)
    check_may(reading, "task.read", acting, owner=row.organisation)
    return row


def find(reading: Reading, *, mine: bool, done: bool, acting: Acting) -> Sequence[Row[Any]]:
    """The tasks of the caller's organisation, those due first in front: of the caller's roles, or of all.

    Raises:
        RecordMayNot: the caller is no person of an organisation.
    """
    organisation = check_reads(reading, "task.read", acting)
    roles = still_holding(reading, acting.caller, acting.now).roles if mine else None
    return queries.list_tasks(reading, organisation, roles=roles, done=done)


def tick_off(tx: Transaction, identifier: str, *, acting: Acting, if_match: str | None = None) -> Recorded:
    """Say that a task is done which nothing but a person can say to be done.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `check_may` and `lock`.
        WrongRecordStatus: it is done.
        TaskEndsItself: it ends when what it asks for is done.
    """
    check_may(tx, "task.finish", acting, owner=get(tx, TASK, identifier).organisation)
    row = lock(tx, TASK, identifier, if_match)
    rules.check_status(status_of(row), OPEN)
    rules.check_ticked_off(row.kind)

    _end(tx, row, acting)
    done = event(tx, TaskDone, acting, Subject(SUBJECT, identifier), reason_code=row.kind)
    return finish(tx, [done], identifier=identifier, status=DONE, revision=row.revision + 1)


def status_of(row: Row[Any]) -> str:
    """Whether a task is open or done."""
    return OPEN if row.done_at is None else DONE


def raise_tasks(tx: Transaction, wanted: Collection[Wanted], acting: Acting) -> list[Sealed]:
    """Raise those of these tasks that have never been raised. Their events are for the caller to append."""
    if not wanted:
        return []
    known = queries.known_tasks(tx, min(one.due_on for one in wanted))
    return [_raise(tx, one, acting) for one in sorted(set(wanted) - known)]


def end_tasks(tx: Transaction, subject: str, acting: Acting, *, but: Iterable[Wanted] = ()) -> list[Sealed]:
    """End the tasks about a subject whose cause is gone. Their events are for the caller to append."""
    rows = queries.list_open_tasks(tx, subject=subject)
    return end_rows(tx, [row for row in rows if wanted_of(row) not in set(but)], acting)


def end_rows(tx: Transaction, rows: Iterable[Row[Any]], acting: Acting) -> list[Sealed]:
    """End tasks, as the registry's own act."""
    ended = []
    for identifier in sorted(row.id for row in rows):
        row = lock(tx, TASK, identifier)
        if row.done_at is None:  # else another worker has ended it
            _end(tx, row, acting)
            subject = Subject(SUBJECT, row.id)
            ended.append(event(tx, TaskDone, acting, subject, by_system=True, reason_code=row.kind))
    return ended


def _end(tx: Transaction, row: Row[Any], acting: Acting) -> None:
    """End a task, and what lives no longer than the task about it."""
    queries.change(tx, TASK, row, done_at=acting.now)
    if row.subject_kind == EMERGENCY_STUB:
        queries.change_stub(tx, row.subject, closed_at=acting.now)


def wanted_of(row: Row[Any]) -> Wanted:
    """A stored task as what called for it."""
    return Wanted(row.organisation, row.role, row.kind, row.subject_kind, row.subject, row.due_on)


def _raise(tx: Transaction, wanted: Wanted, acting: Acting) -> Sealed:
    identifier = new_id()
    tx.insert(
        Task,
        id=identifier,
        organisation=wanted.organisation,
        role=wanted.role,
        kind=wanted.kind,
        subject_kind=wanted.subject_kind,
        subject=wanted.subject,
        due_on=wanted.due_on,
        raised_at=acting.now,
        done_at=None,
        revision=1,
    )
    return event(
        tx,
        TaskRaised,
        acting,
        Subject(SUBJECT, identifier),
        by_system=True,
        party=wanted.organisation,
        role=wanted.role,
        reason_code=wanted.kind,
    )
