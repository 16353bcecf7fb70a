"""Incidents: report one, say who has been told, close it. Whoever may suspend decides whether to."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from registry import clock
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
from registry.records.events import IncidentClosed, IncidentReported, IncidentUpdated
from registry.records.queries import INCIDENT
from registry.records.rules import Running, Wanted
from registry.records.schemas import IncidentCloseIn, IncidentIn, IncidentUpdateIn
from registry.records.tables import Incident
from registry.web.body import field_error

SUBJECT = "incident"
REGULATOR_CLOCK = "regulator-notice"


def report(tx: Transaction, wanted: IncidentIn, *, acting: Acting) -> Recorded:
    """Report an incident of an agreement, which starts its clocks.

    Raises:
        NoSuchRecord, RecordMayNot: the agreement is another's, or the caller does not report incidents.
        InvalidFields: an unknown code or flow, or a discovery that lies ahead.
    """
    agreement = get_agreement(tx, wanted.ref, acting)
    check_may(tx, "incident.report", acting, parties=agreement.parties)
    check_codes(acting, kind=("incident_kinds", [wanted.kind]))
    flows = {flow.id for flow in agreement.flows}
    discovered_at = wanted.discovered_at or clock.day_start(wanted.discovered_on)
    on_another_day = clock.london_day(discovered_at) != wanted.discovered_on
    check_fields(
        [
            field_error("/flow", "unknown-code", value=wanted.flow, list="flows")
            if wanted.flow not in {None, *flows}
            else None,
            not_ahead("/discovered_on", discovered_at, acting.now),
            field_error("/discovered_at", "out-of-bounds") if on_another_day else None,
        ]
    )

    identifier, hours = new_id(), agreement.notify_hours
    tx.insert(
        Incident,
        id=identifier,
        organisation=acting.caller.organisation,
        person=acting.caller.person,
        status="open",
        revision=1,
        discovered_at=discovered_at,
        reported_at=acting.now,
        partner_told_at=None,
        regulator_told_at=None,
        outcome=None,
        closed_at=None,
        partner_due_at=discovered_at + timedelta(hours=hours) if hours is not None else None,
        regulator_due_at=_regulator_due_at(acting, discovered_at) if wanted.regulator_needed else None,
        **wanted.model_dump(exclude={"discovered_at", "regulator_needed"}),
    )
    reported = event(
        tx,
        IncidentReported,
        acting,
        Subject(SUBJECT, identifier),
        reason_code=wanted.kind,
        decision=wanted.severity,
        flow=wanted.flow,
    )
    tasks = raise_tasks(tx, wanted_tasks([get(tx, INCIDENT, identifier)]), acting)
    return finish(tx, [reported, *tasks], identifier=identifier, status="open", revision=1)


def update(
    tx: Transaction,
    identifier: str,
    wanted: IncidentUpdateIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> Recorded:
    """Say what is known now, and who has been told when.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `_open`.
        WrongRecordStatus: it is closed.
        InvalidFields: somebody is said to have been told in the future.
    """
    row = _open(tx, identifier, acting, if_match)
    rules.check_status(row.status, "open")
    told = ("partner_told_at", "regulator_told_at")
    check_fields([not_ahead(f"/{name}", getattr(wanted, name), acting.now) for name in told])

    values = wanted.model_dump(exclude={"regulator_needed"}, exclude_none=True)
    if wanted.regulator_needed is not None:
        due_at = _regulator_due_at(acting, row.discovered_at)
        values["regulator_due_at"] = due_at if wanted.regulator_needed else None
    queries.change(tx, INCIDENT, row, **values)
    updated = event(
        tx,
        IncidentUpdated,
        acting,
        Subject(SUBJECT, identifier),
        decision=wanted.severity or row.severity,
    )
    still_wanted = wanted_tasks([get(tx, INCIDENT, identifier)])
    tasks = [*end_tasks(tx, identifier, acting, but=still_wanted), *raise_tasks(tx, still_wanted, acting)]
    return finish(tx, [updated, *tasks], identifier=identifier, status="open", revision=row.revision + 1)


def close(
    tx: Transaction,
    identifier: str,
    wanted: IncidentCloseIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> Recorded:
    """Close an incident of which everyone who must know has been told.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `_open`.
        WrongRecordStatus: it is closed.
        ClockStillRuns: a partner or the regulator has still to be told.
        InvalidFields: an unknown outcome.
    """
    row = _open(tx, identifier, acting, if_match)
    rules.check_status(row.status, "open")
    check_codes(acting, outcome=("incident_outcomes", [wanted.outcome]))
    rules.check_told(*clocks_of(row).values())

    queries.change(tx, INCIDENT, row, status="closed", outcome=wanted.outcome, closed_at=acting.now)
    closed = event(tx, IncidentClosed, acting, Subject(SUBJECT, identifier), reason_code=wanted.outcome)
    return finish(tx, [closed], identifier=identifier, status="closed", revision=row.revision + 1)


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """An incident of an agreement that the caller's organisation is party to.

    Raises:
        NoSuchRecord: there is none that the caller may see.
    """
    row = get(reading, INCIDENT, identifier)
    check_may(reading, "incident.read", acting, parties=_parties(reading, row.ref, acting))
    return row


def find(reading: Reading, ref: str | None, *, acting: Acting) -> Sequence[Row[Any]]:
    """The incidents of an agreement, or those that the caller's organisation reported, newest first.

    Raises:
        NoSuchRecord: there is no such agreement, or none of the caller's organisation.
        RecordMayNot: the caller reads no incidents.
    """
    if ref is None:
        organisation = check_reads(reading, "incident.read", acting)
        return queries.list_incidents(reading, organisation=organisation)
    check_may(reading, "incident.read", acting, parties=get_agreement(reading, ref, acting).parties)
    return queries.list_incidents(reading, ref=ref)


def clocks_of(row: Row[Any]) -> dict[str, Running]:
    """The clocks of an incident, by the kind of task that each brings."""
    return {
        "incident-partner": Running(row.partner_due_at, row.partner_told_at),
        "incident-regulator": Running(row.regulator_due_at, row.regulator_told_at),
    }


def wanted_tasks(rows: Iterable[Row[Any]]) -> list[Wanted]:
    """What the data protection officer of the body that reported has still to do."""
    return [
        Wanted(row.organisation, "dpo", kind, SUBJECT, row.id, clock.london_day(running.due_at))
        for row in rows
        for kind, running in clocks_of(row).items()
        if running.due_at is not None and running.is_open
    ]


def _open(tx: Transaction, identifier: str, acting: Acting, if_match: str | None) -> Row[Any]:
    """An incident, locked, that the caller may change.

    Raises:
        NoSuchRecord, RecordMayNot: see `check_may`.
        StaleVersion: see `lock`.
    """
    found = get(tx, INCIDENT, identifier)
    check_may(tx, "incident.change", acting, parties=_parties(tx, found.ref, acting))
    return lock(tx, INCIDENT, identifier, if_match)


def _parties(reading: Reading, ref: str, acting: Acting) -> frozenset[str]:
    found = acting.register.agreement(reading, ref)
    return found.parties if found is not None else frozenset()


def _regulator_due_at(acting: Acting, discovered_at: datetime) -> datetime:
    return acting.policies.records.due_at(REGULATOR_CLOCK, discovered_at)
