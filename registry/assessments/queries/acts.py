"""What people did to assessments: advice, consultations, decisions, adoptions, and what followed."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from registry import clock
from registry.assessments.approval import Approval, approval_of
from registry.assessments.queries.rows import Stored, select_columns
from registry.assessments.tables import (
    Adoption,
    Advice,
    Assessment,
    AssessmentCover,
    Consultation,
    Decision,
    FollowUp,
)
from registry.assessments.transitions import HOLDING, Kind
from registry.db import Reading

Act = type[Advice | Consultation | Decision | Adoption | FollowUp]
Acts = dict[str, list[dict[str, Any]]]


def list_acts(reading: Reading, table: Act, identifier: str) -> list[dict[str, Any]]:
    """The rows of one kind of act on an assessment, oldest first."""
    return acts_on(reading, table, (identifier,))[identifier]


def acts_on(reading: Reading, table: Act, identifiers: Collection[str]) -> Acts:
    """The rows of one kind of act on each of these assessments, oldest first."""
    found: Acts = {identifier: [] for identifier in identifiers}
    if not found:
        return found
    rows = reading.all(_acts_statement(table), identifiers=list(identifiers))
    for row in sorted((dict(row._mapping) for row in rows), key=lambda row: row.get("id", "")):
        found[row["assessment"]].append(row)
    return found


@cache
def _acts_statement(table: Act) -> Any:
    """Built once, because every signature runs it."""
    return select_columns(table).where(col(table.assessment).in_(bindparam("identifiers", expanding=True)))


def adopters(reading: Reading, identifiers: Collection[str]) -> dict[str, frozenset[str]]:
    """Who adopted each of these assessments."""
    acts = acts_on(reading, Adoption, identifiers)
    return {one: frozenset(row["organisation"] for row in rows) for one, rows in acts.items()}


def is_adopted(reading: Reading, identifier: str, organisation: str) -> bool:
    """Whether an organisation has adopted an assessment."""
    return organisation in adopters(reading, (identifier,))[identifier]


def consultation_of(rows: Iterable[dict[str, Any]], digest: str) -> dict[str, Any] | None:
    """The last consultation of the regulator about a text, or None."""
    return next((row for row in reversed(list(rows)) if row["hash"] == digest), None)


def stage_of(consultation: dict[str, Any] | None) -> str:
    """How far a consultation has come: nothing, `submitted`, `advice` or `cleared`."""
    return (consultation["outcome"] or "submitted") if consultation else ""


def find_consultation(reading: Reading, found: Stored) -> dict[str, Any] | None:
    """The last consultation of the regulator about the present text, or None."""
    return consultation_of(list_acts(reading, Consultation, found.id), found.hash)


def last_advice(reading: Reading, found: Stored) -> str:
    """The last advice on the present text; empty while there is none."""
    said = [row["advice"] for row in list_acts(reading, Advice, found.id) if row["hash"] == found.hash]
    return str(said[-1]) if said else ""


def find_approval(reading: Reading, found: Stored) -> Approval:
    """The last approval of the present text, and what became of it."""
    decisions, later = (list_acts(reading, table, found.id) for table in (Decision, FollowUp))
    return approval_of(found.hash, decisions, later, stated(found.limits.conditions))


def stated(conditions: Iterable[Any]) -> list[dict[str, Any]]:
    """The conditions in a text, as those of a decision are kept."""
    return [condition.model_dump() for condition in conditions]


def due_for_review(reading: Reading, day: date, limit: int) -> list[str]:
    """DPIAs whose approval nobody has looked at, nor called a review of, since before a London day."""
    rows = reading.all(_due_for_review_statement(), day=day, began=clock.day_start(day), most=limit)
    return [identifier for (identifier,) in rows]


@cache
def _due_for_review_statement() -> Any:
    given = (
        select(func.max(col(Decision.decided_at)))
        .where(
            col(Decision.assessment) == col(Assessment.id),
            col(Decision.hash) == col(Assessment.hash),
            col(Decision.decision).startswith("approve"),
        )
        .scalar_subquery()
    )
    looked_at = (
        select(FollowUp.id)
        .where(
            col(FollowUp.assessment) == col(Assessment.id),
            col(FollowUp.kind).in_(("review-called", "review-held")),
            col(FollowUp.happened_on) >= bindparam("day"),
        )
        .exists()
    )
    return (
        select(Assessment.id)
        .where(
            col(Assessment.kind) == Kind.DPIA,
            col(Assessment.status).in_(sorted(HOLDING)),
            given < bindparam("began"),
            ~looked_at,
        )
        .order_by(col(Assessment.id))
        .limit(bindparam("most"))
    )


def has_advised(reading: Reading, ref: str, person: str) -> bool:
    """Whether a person advised, as data protection officer, on a DPIA that covers an agreement (SD-02)."""
    return bool(reading.scalar(_has_advised_statement(), ref=ref, person=person, kind=Kind.DPIA))


@cache
def _has_advised_statement() -> Any:
    """Built once, because every signature runs it."""
    found = (
        select(Advice.id)
        .join(Assessment, col(Assessment.id) == col(Advice.assessment))
        .join(AssessmentCover, col(AssessmentCover.assessment) == col(Assessment.id))
        .where(
            col(AssessmentCover.ref) == bindparam("ref"),
            col(Advice.person) == bindparam("person"),
            col(Assessment.kind) == bindparam("kind"),
        )
    )
    return select(found.exists())
