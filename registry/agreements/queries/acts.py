"""What people did to a version: reviews, signatures, suspensions, confirmations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, cast, delete, null, select, union_all, update

from registry.agreements.queries.versions import VERSION, StoredVersion
from registry.agreements.schemas import ConfirmIn, ReviewIn, SignIn
from registry.agreements.tables import CarriedSignature, Confirmation, QualityReview, Signature, Suspension
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table
from registry.passkeys.actions import Proven

SIGNATURE, SUSPENSION, CONFIRMATION = map(table, (Signature, Suspension, Confirmation))
CARRIED = table(CarriedSignature)

_OWN = select(SIGNATURE, cast(null(), Integer).label("carried_from")).where(
    SIGNATURE.c.version_id == bindparam("version")
)
_CARRIED = (
    select(SIGNATURE, VERSION.c.number.label("carried_from"))
    .join(CARRIED, CARRIED.c.signature == SIGNATURE.c.id)
    .join(VERSION, VERSION.c.id == SIGNATURE.c.version_id)
    .where(CARRIED.c.version_id == bindparam("version"))
)
_SIGNATURES = union_all(_OWN, _CARRIED).order_by("log_index")


def signatures(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """Signatures and refusals of a version, in order of the log.

    `carried_from` numbers the version that was signed, where the signature carried over from it; else None.
    """
    return reading.all(_SIGNATURES, version=version_id)


def insert_review(
    tx: Transaction, version: StoredVersion, caller: Caller, review: ReviewIn, now: datetime
) -> None:
    """Store a quality review."""
    tx.insert(
        QualityReview,
        id=new_id(),
        version_id=version.id,
        organisation=caller.organisation,
        person=caller.person,
        outcome=review.outcome,
        comments=[comment.model_dump() for comment in review.comments],
        interests=review.interests,
        reviewed_at=now,
    )


def insert_signature(
    tx: Transaction,
    version: StoredVersion,
    caller: Caller,
    wanted: SignIn,
    proven: Proven,
    *,
    log_index: int,
    now: datetime,
) -> None:
    """Store a signature or a refusal, how strongly it is known, and the entry that says so."""
    tx.insert(
        Signature,
        id=new_id(),
        version_id=version.id,
        organisation=caller.organisation,
        role=wanted.role,
        person=caller.person,
        decision=wanted.decision,
        hash=wanted.hash,
        reason=wanted.reason,
        strength=proven.strength,
        marked=proven.mark,
        signed_at=now,
        log_index=log_index,
    )


def open_suspensions(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """The suspensions of a version's flows that nobody has lifted."""
    statement = select(SUSPENSION).where(
        SUSPENSION.c.version_id == version_id, SUSPENSION.c.lifted_at.is_(None)
    )
    return reading.all(statement)


def insert_suspension(
    tx: Transaction,
    version: StoredVersion,
    flow: str,
    caller: Caller,
    *,
    scope: str,
    reason: str,
    incident: str | None,
    now: datetime,
) -> None:
    """Store one body's suspension of one flow."""
    tx.insert(
        Suspension,
        id=new_id(),
        version_id=version.id,
        flow=flow,
        organisation=caller.organisation,
        person=caller.person,
        scope=scope,
        reason=reason,
        incident=incident,
        suspended_at=now,
        lift_asked_by=None,
        lift_reason="",
        lifted_at=None,
    )


def ask_to_lift(tx: Transaction, suspension: str, caller: Caller, reason: str) -> None:
    """Note the first person who asks to lift a suspension, and why."""
    asked = {"lift_asked_by": caller.person, "lift_reason": reason}
    tx.execute(update(SUSPENSION).where(SUSPENSION.c.id == suspension).values(asked))


def lift(tx: Transaction, suspension: str, reason: str, now: datetime) -> None:
    """Close a suspension, and keep why where this person says so."""
    closed = {"lifted_at": now} | ({"lift_reason": reason} if reason else {})
    tx.execute(update(SUSPENSION).where(SUSPENSION.c.id == suspension).values(closed))


def insert_confirmation(tx: Transaction, version: StoredVersion, caller: Caller, wanted: ConfirmIn) -> None:
    """Store one controller's word at the present review; a second word of the same body replaces it."""
    given = (
        CONFIRMATION.c.version_id == version.id,
        CONFIRMATION.c.organisation == caller.organisation,
        CONFIRMATION.c.review_on == version.review_on,
    )
    tx.execute(delete(CONFIRMATION).where(*given))
    tx.insert(
        Confirmation,
        version_id=version.id,
        organisation=caller.organisation,
        review_on=version.review_on,
        next_review_on=wanted.next_review_on,
        person=caller.person,
        reason=wanted.reason,
    )


def confirmations(reading: Reading, version: StoredVersion) -> dict[str, date]:
    """The next review that each body asked for when it confirmed at the present one."""
    statement = select(CONFIRMATION.c.organisation, CONFIRMATION.c.next_review_on).where(
        CONFIRMATION.c.version_id == version.id, CONFIRMATION.c.review_on == version.review_on
    )
    return {row.organisation: row.next_review_on for row in reading.all(statement)}
