"""The SQL of reports: rows of the register that one organisation is a party to."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, select

from registry.agreements import queries
from registry.agreements.actions.settling import standing_of
from registry.agreements.rules import BEFORE_FORCE, IN_FORCE, Status
from registry.agreements.tables import (
    AgreementFlow,
    AgreementParty,
    AgreementVersion,
    QualityReview,
    Signature,
)
from registry.assessments.tables import Advice, Assessment, AssessmentText, Decision
from registry.db import Reading, table
from registry.policy import Policies
from registry.reports.rules import Approval, Waiting

VERSION, PARTY, FLOW = map(table, (AgreementVersion, AgreementParty, AgreementFlow))
REVIEW, SIGNATURE = map(table, (QualityReview, Signature))
ASSESSMENT, TEXT, ADVICE, DECISION = map(table, (Assessment, AssessmentText, Advice, Decision))
DECIDED: dict[str, Literal["dpia-decision", "ethics-decision"]] = {
    "dpia": "dpia-decision",
    "ethics": "ethics-decision",
}
APPROVES = frozenset({"approve", "approve_with_conditions"})
ASKS = (IN_FORCE | BEFORE_FORCE) - {Status.DRAFT, Status.CHANGES_REQUESTED}
"""Statuses of versions that have been submitted and still wait for something, or may."""


def approvals(reading: Reading, organisation: str, *, since: date) -> list[Approval]:
    """The quality reviews, signatures and decisions of an organisation's people since a day."""
    reviews = (
        select(VERSION, REVIEW)
        .join(REVIEW, REVIEW.c.version_id == VERSION.c.id)
        .where(REVIEW.c.organisation == organisation)
    )
    signatures = (
        select(VERSION, SIGNATURE)
        .join(SIGNATURE, SIGNATURE.c.version_id == VERSION.c.id)
        .where(SIGNATURE.c.organisation == organisation)
    )
    found = [
        *_approvals(reading, reviews, "quality-review"),
        *_approvals(reading, signatures, "signature"),
        *_decisions(reading, organisation),
    ]
    return [one for one in found if one.at.date() >= since]


def waiting(
    reading: Reading, organisation: str, *, after: str, limit: int, policies: Policies, now: datetime
) -> Iterator[Waiting]:
    """The signatures that versions of an organisation's agreements ask for, given or not, by reference."""
    ours = select(PARTY.c.version_id).where(PARTY.c.organisation == organisation)
    statement = (
        select(VERSION.c.ref, VERSION.c.number, VERSION.c.submitted_at, VERSION.c.ready_at)
        .where(VERSION.c.id.in_(ours), VERSION.c.status.in_(sorted(ASKS)), VERSION.c.ref > after)
        .order_by(VERSION.c.ref, VERSION.c.number)
        .limit(limit)
    )
    for row in reading.all(statement):
        yield from _signatures(reading, row, policies, now)


def overdue(
    reading: Reading, organisation: str, today: date, *, after: str, limit: int
) -> Sequence[Row[Any]]:
    """The versions in force of an organisation's agreements whose review date is past, by reference."""
    ours = select(PARTY.c.version_id).where(PARTY.c.organisation == organisation)
    columns = (
        VERSION.c.id,
        VERSION.c.ref,
        VERSION.c.number,
        VERSION.c.status,
        VERSION.c.review_on,
        VERSION.c.expires_on,
    )
    return reading.all(
        select(*columns)
        .where(
            VERSION.c.id.in_(ours),
            VERSION.c.status.in_(sorted(IN_FORCE)),
            VERSION.c.review_on < today,
            VERSION.c.ref > after,
        )
        .order_by(VERSION.c.ref, VERSION.c.number)
        .limit(limit)
    )


def flows(reading: Reading, version_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The state of each version's flows, and the rules for which they are stopped or warned of."""
    columns = (FLOW.c.version_id, FLOW.c.flow, FLOW.c.state, FLOW.c.stopped_by, FLOW.c.warned_of)
    statement = select(*columns).where(FLOW.c.version_id.in_(version_ids))
    found: dict[str, list[Row[Any]]] = {identifier: [] for identifier in version_ids}
    for row in reading.all(statement.order_by(FLOW.c.position)):
        found[row.version_id].append(row)
    return found


def _approvals(
    reading: Reading, statement: Select[Any], act: Literal["quality-review", "signature"]
) -> Iterator[Approval]:
    is_review = act == "quality-review"
    for row in reading.execute(statement).mappings():
        yield Approval(
            ref=row[VERSION.c.ref],
            version=row[VERSION.c.number],
            organisation=row[REVIEW.c.organisation if is_review else SIGNATURE.c.organisation],
            act=act,
            person=row[REVIEW.c.person if is_review else SIGNATURE.c.person],
            approves=(row[REVIEW.c.outcome] == "accept")
            if is_review
            else (row[SIGNATURE.c.decision] == "sign"),
            possible_at=row[VERSION.c.submitted_at if is_review else VERSION.c.ready_at],
            at=row[REVIEW.c.reviewed_at if is_review else SIGNATURE.c.signed_at],
            authors=tuple(row[VERSION.c.authors]),
        )


def _decisions(reading: Reading, organisation: str) -> Iterator[Approval]:
    """The answers to an organisation's assessments; to take an approval back is none.

    A decision can be made from the last advice on its text.
    """
    of_the_text = and_(ADVICE.c.assessment == DECISION.c.assessment, ADVICE.c.hash == DECISION.c.hash)
    advised_at = select(func.max(ADVICE.c.advised_at)).where(
        of_the_text, ADVICE.c.advised_at <= DECISION.c.decided_at
    )
    statement = (
        select(
            DECISION,
            ASSESSMENT.c.kind,
            ASSESSMENT.c.authors,
            TEXT.c.version,
            advised_at.scalar_subquery().label("advised_at"),
        )
        .join(ASSESSMENT, ASSESSMENT.c.id == DECISION.c.assessment)
        .join(TEXT, and_(TEXT.c.assessment == DECISION.c.assessment, TEXT.c.hash == DECISION.c.hash))
        .where(ASSESSMENT.c.owner == organisation, DECISION.c.decision != "revoke")
    )
    for row in reading.all(statement):
        yield Approval(
            ref=row.assessment,
            version=row.version,
            organisation=organisation,
            act=DECIDED[row.kind],
            person=row.person,
            approves=row.decision in APPROVES,
            possible_at=row.advised_at,
            at=row.decided_at,
            authors=tuple(row.authors),
        )


def _signatures(reading: Reading, row: Row[Any], policies: Policies, now: datetime) -> Iterator[Waiting]:
    """One line for each signature of one version."""
    version = queries.get(reading, row.ref, row.number)
    answers = {(one.organisation, one.role): one for one in queries.counting(reading, version)}
    for organisation, role in sorted(standing_of(reading, version, policies, now).signatures_needed()):
        answer = answers.get((organisation, role))
        yield Waiting(
            ref=row.ref,
            version=row.number,
            status=version.status.value,
            submitted_at=row.submitted_at,
            ready_at=row.ready_at,
            organisation=organisation,
            role=role,
            answered_at=answer.signed_at if answer else None,
            decision=answer.decision if answer else "",
        )
