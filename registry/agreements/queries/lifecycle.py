"""What the life of a version leaves behind: reviews, answers at review, notices."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from registry.agreements.queries.versions import StoredVersion
from registry.agreements.schemas import ConfirmIn
from registry.agreements.tables import Confirmation, Notice, QualityReview, ReviewAnswer
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table

REVIEW, ANSWER, CONFIRMATION, NOTICE = map(table, (QualityReview, ReviewAnswer, Confirmation, Notice))


def reviews(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """The quality reviews of a version, oldest first."""
    return reading.all(select(REVIEW).where(REVIEW.c.version_id == version_id).order_by(REVIEW.c.id))


def review_answers(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """What controllers answered at the reviews of a version, oldest first."""
    return reading.all(select(ANSWER).where(ANSWER.c.version_id == version_id).order_by(ANSWER.c.log_index))


def insert_review_answer(
    tx: Transaction,
    version: StoredVersion,
    caller: Caller,
    wanted: ConfirmIn,
    *,
    document: bytes,
    log_index: int,
    now: datetime,
) -> None:
    """Store what a controller answered, with the entry that says so."""
    tx.insert(
        ReviewAnswer,
        id=new_id(),
        version_id=version.id,
        organisation=caller.organisation,
        person=caller.person,
        review_on=version.review_on,
        continues=wanted.continue_,
        document=document,
        answered_at=now,
        log_index=log_index,
    )


def delete_confirmation(tx: Transaction, version: StoredVersion, organisation: str) -> None:
    """Take back a body's word at the present review."""
    given = (
        CONFIRMATION.c.version_id == version.id,
        CONFIRMATION.c.organisation == organisation,
        CONFIRMATION.c.review_on == version.review_on,
    )
    tx.execute(delete(CONFIRMATION).where(*given))


def find_notice(reading: Reading, version_id: str, organisation: str) -> Row[Any] | None:
    """The notice that a party has given and that has not run out."""
    return reading.one_or_none(
        select(NOTICE).where(
            NOTICE.c.version_id == version_id, NOTICE.c.organisation == organisation, ~NOTICE.c.done
        )
    )


def notices(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """The notices given on a version, run out or not, in order of their day."""
    return reading.all(
        select(NOTICE).where(NOTICE.c.version_id == version_id).order_by(NOTICE.c.effective_on)
    )


def insert_notice(
    tx: Transaction, version: StoredVersion, caller: Caller, *, reason: str, effective_on: date, now: datetime
) -> None:
    """Store a party's notice."""
    tx.insert(
        Notice,
        version_id=version.id,
        organisation=caller.organisation,
        person=caller.person,
        reason=reason,
        given_at=now,
        effective_on=effective_on,
        done=False,
    )


def finish_notice(tx: Transaction, version_id: str, organisation: str) -> None:
    """Say that a party has left, by its notice or before it."""
    tx.execute(
        update(NOTICE)
        .where(NOTICE.c.version_id == version_id, NOTICE.c.organisation == organisation)
        .values(done=True)
    )
