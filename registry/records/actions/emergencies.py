"""Emergency decisions (break-glass): record one, read its words, review it (DOMAIN 7.4)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
from registry.db import Reading, Transaction, new_id
from registry.organisations.principals import still_holding
from registry.organisations.queries import find_primary
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
    lock,
    may,
    not_ahead,
)
from registry.records.actions.stubs import close_stubs
from registry.records.actions.tasks import end_tasks, raise_tasks
from registry.records.events import EmergencyRead, EmergencyRecorded, EmergencyReviewed
from registry.records.queries import EMERGENCY
from registry.records.rules import RecordMayNot, Wanted, WordsErased
from registry.records.schemas import EmergencyIn, EmergencyReviewIn, WordsOut
from registry.records.tables import EmergencyRecord
from registry.records.vault import Vault
from registry.web.body import field_error

SUBJECT = "emergency"
REVIEWERS = ("caldicott_guardian", "dpo")
READERS = (*REVIEWERS, "siro")
"""The roles of the owning body that read the words, in the order in which one is named in the log."""


def record(tx: Transaction, wanted: EmergencyIn, *, acting: Acting, vault: Vault) -> Recorded:
    """Record a decision to share, or not to share, in an emergency. Nothing of it is held up by a rule.

    Raises:
        RecordMayNot: the token has not the scope.
        InvalidFields: an unknown code or recipient, or a decision that lies ahead.
    """
    owner = acting.caller.organisation
    if not may(tx, "emergency.record", acting, owner=owner):
        raise RecordMayNot(action="emergency.record")
    recipient = find_primary(tx, wanted.recipient)
    check_codes(
        acting,
        purpose=("purposes", [wanted.purpose]),
        categories=("categories", wanted.categories),
        basis=("emergency_bases", [wanted.basis]),
        notified=("notified", wanted.notified),
    )
    unknown = field_error("/recipient", "unknown-organisation", value=wanted.recipient)
    check_fields(
        [unknown if recipient is None else None, not_ahead("/decided_at", wanted.decided_at, acting.now)]
    )

    identifier, periods = new_id(), acting.policies.records
    tx.insert(
        EmergencyRecord,
        id=identifier,
        owner=owner,
        recipient=recipient,
        consent_sought=wanted.consent.sought,
        person_told=wanted.informed.told,
        recorded_at=acting.now,
        recorder=acting.caller.person,
        late=periods.due_at("break-glass-record", wanted.decided_at) < acting.now,
        words=vault.seal(_words(wanted), owner=owner, record=identifier),
        erase_on=periods.due_on("break-glass-retention", acting.today),
        erasure_asked_by=None,
        review_due_on=periods.due_on("break-glass-review", acting.today),
        outcome=None,
        reviewed_at=None,
        revision=1,
        **wanted.model_dump(exclude={"recipient", "consent", "informed", "risk", "why_now"}),
    )
    recorded = event(
        tx,
        EmergencyRecorded,
        acting,
        Subject(SUBJECT, identifier),
        erase_after=periods.due_on("break-glass-retention", acting.today),
        decision=wanted.decision,
        reason_code=wanted.basis,
        party=recipient,
    )
    row = get(tx, EMERGENCY, identifier)
    tasks = raise_tasks(tx, [*wanted_tasks([row]), *_proposals(tx, row, acting)], acting)
    closed = close_stubs(tx, owner, row.recipient, wanted, identifier, acting=acting)
    return finish(tx, [recorded, *tasks, *closed], identifier=identifier, status="recorded", revision=1)


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """An emergency decision of the caller's organisation, without its words.

    Raises:
        NoSuchRecord: there is none that the caller may see.
    """
    row = get(reading, EMERGENCY, identifier)
    check_may(reading, "emergency.read", acting, owner=row.owner)
    return row


def find(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The emergency decisions of the caller's organisation, newest first.

    Raises:
        RecordMayNot: the caller may see none.
    """
    return queries.list_emergencies(reading, check_reads(reading, "emergency.read", acting))


def read_words(tx: Transaction, identifier: str, *, acting: Acting, vault: Vault) -> WordsOut:
    """The words of an emergency decision. Each reading is an entry of the log.

    Raises:
        NoSuchRecord, RecordMayNot: see `check_may`.
        WordsErased: their retention is over.
    """
    row = get(tx, EMERGENCY, identifier)
    check_may(tx, "emergency.open", acting, owner=row.owner)
    if row.words is None:
        raise WordsErased(erased_on=row.erase_on.isoformat())
    words = json.loads(vault.open(row.words, owner=row.owner, record=row.id))
    subject, role = Subject(SUBJECT, identifier), _role(tx, acting)
    opened = event(tx, EmergencyRead, acting, subject, erase_after=row.erase_on, role=role)
    finish(tx, [opened], identifier=identifier, status="", revision=row.revision)
    return WordsOut(id=identifier, **words)


def review(
    tx: Transaction,
    identifier: str,
    wanted: EmergencyReviewIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> Recorded:
    """Say what the review of an emergency decision found, which ends its tasks.

    Raises:
        NoSuchRecord, RecordMayNot, StaleVersion: see `check_may` and `lock`.
        WrongRecordStatus: it has been reviewed.
        RecorderReviews: the caller recorded it.
    """
    check_may(tx, "emergency.review", acting, owner=get(tx, EMERGENCY, identifier).owner)
    row = lock(tx, EMERGENCY, identifier, if_match)
    rules.check_status("recorded" if row.outcome is None else "reviewed", "recorded")
    rules.check_reviewer(row.recorder, acting.caller.person)

    queries.change(tx, EMERGENCY, row, outcome=wanted.outcome, reviewed_at=acting.now)
    reviewed = event(
        tx,
        EmergencyReviewed,
        acting,
        Subject(SUBJECT, identifier),
        erase_after=row.erase_on,
        decision=wanted.outcome,
        role=_role(tx, acting),
    )
    events = [reviewed, *end_tasks(tx, identifier, acting)]
    return finish(tx, events, identifier=identifier, status="reviewed", revision=row.revision + 1)


def wanted_tasks(rows: Iterable[Row[Any]]) -> list[Wanted]:
    """The reviews that emergency decisions call for: by the Caldicott Guardian and by the DPO."""
    return [
        Wanted(row.owner, role, "break-glass-review", SUBJECT, row.id, row.review_due_on)
        for row in rows
        for role in REVIEWERS
    ]


def _proposals(tx: Transaction, row: Row[Any], acting: Acting) -> list[Wanted]:
    """The task to propose an agreement, where a pair has shared for a purpose three times of late."""
    subject = f"{row.recipient}~{row.purpose}"
    used = queries.count_emergencies(
        tx,
        owner=row.owner,
        recipient=row.recipient,
        purpose=row.purpose,
        since=acting.now - acting.policies.records.days("proposal-window"),
    )
    kind = "propose-agreement"
    asked = queries.list_open_tasks(tx, organisation=row.owner, kind=kind, subject=subject)
    if used < rules.USES_BEFORE_AGREEMENT or asked:
        return []
    due_on = acting.policies.records.due_on("agreement-proposal", acting.today)
    return [Wanted(row.owner, "ig_officer", kind, "pair", subject, due_on)]


def _role(reading: Reading, acting: Acting) -> str:
    """The role in which a reader or reviewer acts."""
    held = still_holding(reading, acting.caller, acting.now).roles
    return next(role for role in READERS if role in held)


def _words(wanted: EmergencyIn) -> bytes:
    said = {
        "risk": wanted.risk,
        "why_now": wanted.why_now,
        "consent_why_not": wanted.consent.why_not,
        "told_why_not": wanted.informed.why_not,
    }
    return json.dumps(said).encode()
