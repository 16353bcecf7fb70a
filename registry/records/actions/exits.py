"""What is left to do when an agreement is over: recipients return or destroy what they hold, and show it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Sealed, Subject
from registry.db import Reading, Transaction, new_id
from registry.records import queries, rules
from registry.records.actions.acting import (
    Acting,
    Recorded,
    check_codes,
    check_fields,
    check_may,
    check_reads,
    event,
    finish,
    get,
    get_agreement,
    lock,
    not_ahead,
)
from registry.records.actions.tasks import end_tasks
from registry.records.events import ExitEvidenced, ExitRaised
from registry.records.queries import EXIT
from registry.records.rules import Wanted
from registry.records.schemas import ExitEvidenceIn
from registry.records.tables import ExitDuty

SUBJECT = "exit"
DUE, EVIDENCED = "due", "evidenced"


def raise_duties(tx: Transaction, acting: Acting) -> list[Sealed]:
    """Raise the duties of every recipient for which an agreement is over. Their events are for the caller."""
    known = {(row.ref, row.organisation) for row in queries.list_exits(tx)}
    raised = []
    for ended in acting.register.ended(tx):
        if (ended.ref, ended.recipient) in known:
            continue
        identifier, ended_on = new_id(), ended.on or acting.today
        tx.insert(
            ExitDuty,
            id=identifier,
            ref=ended.ref,
            organisation=ended.recipient,
            ended_on=ended_on,
            due_on=acting.policies.records.due_on("exit-evidence", ended_on),
            method=None,
            certificate=None,
            done_on=None,
            person=None,
            revision=1,
        )
        subject = Subject(SUBJECT, identifier)
        raised.append(event(tx, ExitRaised, acting, subject, by_system=True, party=ended.recipient))
    return raised


def evidence(
    tx: Transaction, identifier: str, wanted: ExitEvidenceIn, *, acting: Acting, if_match: str | None = None
) -> Recorded:
    """Show what became of the information, which ends the task.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `check_may` and `lock`.
        WrongRecordStatus: it has been shown before.
        InvalidFields: an unknown method, or a day that lies ahead.
    """
    found = get(tx, EXIT, identifier)
    parties = get_agreement(tx, found.ref, acting).parties
    check_may(tx, "exit.evidence", acting, owner=found.organisation, parties=parties)
    row = lock(tx, EXIT, identifier, if_match)
    rules.check_status(DUE if row.done_on is None else EVIDENCED, DUE)
    check_codes(acting, method=("exit_methods", [wanted.method]))
    check_fields([not_ahead("/done_on", wanted.done_on, acting.today)])

    queries.change(tx, EXIT, row, person=acting.caller.person, **wanted.model_dump())
    evidenced = event(
        tx,
        ExitEvidenced,
        acting,
        Subject(SUBJECT, identifier),
        evidence=wanted.certificate,
        reason_code=wanted.method,
    )
    events = [evidenced, *end_tasks(tx, identifier, acting)]
    return finish(tx, events, identifier=identifier, status=EVIDENCED, revision=row.revision + 1)


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """A duty under an agreement that the caller's organisation is party to.

    Raises:
        NoSuchRecord: there is none that the caller may see.
    """
    row = get(reading, EXIT, identifier)
    parties = get_agreement(reading, row.ref, acting).parties
    check_may(reading, "exit.read", acting, parties=parties)
    return row


def find(reading: Reading, ref: str | None, *, acting: Acting) -> Sequence[Row[Any]]:
    """The duties that the end of an agreement left, or all that the caller's organisation has.

    Raises:
        NoSuchRecord: there is no such agreement, or none of the caller's organisation.
        RecordMayNot: the caller reads no such duties.
    """
    if ref is None:
        organisation = check_reads(reading, "exit.read", acting)
        return queries.list_exits(reading, organisation=organisation)
    check_may(reading, "exit.read", acting, parties=get_agreement(reading, ref, acting).parties)
    return queries.list_exits(reading, ref=ref)


def wanted_tasks(rows: Iterable[Row[Any]]) -> list[Wanted]:
    """The evidence that recipients have still to give."""
    return [
        Wanted(row.organisation, "ig_officer", "exit-evidence", SUBJECT, row.id, row.due_on)
        for row in rows
        if row.done_on is None
    ]
