"""Complaints about sharing: received, acknowledged within thirty days, answered (DPA 2018 s.164A)."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
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
from registry.records.actions.tasks import end_tasks, raise_tasks
from registry.records.events import ComplaintAcknowledged, ComplaintClosed, ComplaintRecorded
from registry.records.queries import COMPLAINT
from registry.records.register import AgreementRegister, RightsContacts
from registry.records.rules import NoSuchRecord, Wanted
from registry.records.schemas import AcknowledgeIn, ComplaintCloseIn, ComplaintIn
from registry.records.tables import Complaint
from registry.web.body import field_error

SUBJECT = "complaint"
CLOCK = "complaint-acknowledgement"


def record(tx: Transaction, wanted: ComplaintIn, *, acting: Acting) -> Recorded:
    """Record a complaint at the caller's organisation, which starts its clock.

    Raises:
        NoSuchRecord, RecordMayNot: the agreement is not the caller's organisation's, or it is not their work.
        InvalidFields: an unknown channel, or a day that lies ahead.
    """
    agreement, owner = get_agreement(tx, wanted.ref, acting), acting.caller.organisation
    if owner not in agreement.parties:
        raise NoSuchRecord
    check_may(tx, "complaint.record", acting, owner=owner)
    check_codes(acting, channel=("complaint_channels", [wanted.channel]))
    check_fields([not_ahead("/received_on", wanted.received_on, acting.today)])

    identifier = new_id()
    tx.insert(
        Complaint,
        id=identifier,
        organisation=owner,
        status="received",
        acknowledge_by=acting.policies.records.due_on(CLOCK, wanted.received_on),
        acknowledged_on=None,
        outcome=None,
        closed_on=None,
        revision=1,
        **wanted.model_dump(),
    )
    subject = Subject(SUBJECT, identifier)
    recorded = event(tx, ComplaintRecorded, acting, subject, reason_code=wanted.channel)
    tasks = raise_tasks(tx, wanted_tasks([get(tx, COMPLAINT, identifier)]), acting)
    return finish(tx, [recorded, *tasks], identifier=identifier, status="received", revision=1)


def acknowledge(
    tx: Transaction, identifier: str, wanted: AcknowledgeIn, *, acting: Acting, if_match: str | None = None
) -> Recorded:
    """Say that receipt of a complaint was acknowledged, which ends its task.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `_open`.
        WrongRecordStatus: it was acknowledged before.
        InvalidFields: the day is before the complaint, or lies ahead.
    """
    row = _open(tx, identifier, acting, if_match)
    rules.check_status(row.status, "received")
    _check_day("/acknowledged_on", wanted.acknowledged_on, row, acting)

    queries.change(tx, COMPLAINT, row, status="acknowledged", acknowledged_on=wanted.acknowledged_on)
    acknowledged = event(tx, ComplaintAcknowledged, acting, Subject(SUBJECT, identifier))
    events = [acknowledged, *end_tasks(tx, identifier, acting)]
    return finish(tx, events, identifier=identifier, status="acknowledged", revision=row.revision + 1)


def close(
    tx: Transaction, identifier: str, wanted: ComplaintCloseIn, *, acting: Acting, if_match: str | None = None
) -> Recorded:
    """Say how a complaint was answered.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `_open`.
        WrongRecordStatus: it has not been acknowledged, or is closed.
        InvalidFields: an unknown outcome, or a day before the complaint or ahead.
    """
    row = _open(tx, identifier, acting, if_match)
    rules.check_status(row.status, "acknowledged")
    check_codes(acting, outcome=("complaint_outcomes", [wanted.outcome]))
    _check_day("/closed_on", wanted.closed_on, row, acting)

    queries.change(tx, COMPLAINT, row, status="closed", outcome=wanted.outcome, closed_on=wanted.closed_on)
    closed = event(tx, ComplaintClosed, acting, Subject(SUBJECT, identifier), decision=wanted.outcome)
    return finish(tx, [closed], identifier=identifier, status="closed", revision=row.revision + 1)


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """A complaint at the caller's organisation.

    Raises:
        NoSuchRecord: there is none that the caller may see.
    """
    row = get(reading, COMPLAINT, identifier)
    check_may(reading, "complaint.read", acting, owner=row.organisation)
    return row


def find(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The complaints at the caller's organisation, newest first.

    Raises:
        RecordMayNot: the caller may see none.
    """
    return queries.list_complaints(reading, check_reads(reading, "complaint.read", acting))


def contacts(reading: Reading, ref: str, register: AgreementRegister) -> RightsContacts:
    """Who answers people who use their rights under a published agreement. Anyone may ask.

    Raises:
        NoSuchRecord: there is none that has been in force and is published.
    """
    found = register.contacts(reading, ref)
    if found is None:
        raise NoSuchRecord
    return found


def wanted_tasks(rows: Iterable[Row[Any]]) -> list[Wanted]:
    """The acknowledgements that complaints call for."""
    return [
        Wanted(row.organisation, "dpo", CLOCK, SUBJECT, row.id, row.acknowledge_by)
        for row in rows
        if row.status == "received"
    ]


def _open(tx: Transaction, identifier: str, acting: Acting, if_match: str | None) -> Row[Any]:
    """A complaint, locked, that the caller may change.

    Raises:
        NoSuchRecord, RecordMayNot: see `check_may`.
        StaleVersion: see `lock`.
    """
    check_may(tx, "complaint.change", acting, owner=get(tx, COMPLAINT, identifier).organisation)
    return lock(tx, COMPLAINT, identifier, if_match)


def _check_day(pointer: str, day: Any, row: Row[Any], acting: Acting) -> None:
    too_early = field_error(pointer, "out-of-bounds") if day < row.received_on else None
    check_fields([too_early, not_ahead(pointer, day, acting.today)])
