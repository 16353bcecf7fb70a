"""The assessments of a body, page by page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import col, select

from registry.assessments.queries.rows import select_columns
from registry.assessments.tables import Adoption, Assessment, AssessmentCover
from registry.assessments.transitions import Kind
from registry.db import Reading


def list_assessments(
    reading: Reading,
    kind: Kind,
    *,
    body: str | None,
    ref: str | None,
    status: str | None,
    after: str,
    limit: int,
) -> Sequence[Row[Any]]:
    """Assessments in order of id: those a body owns or adopted, or all where no body is named; filtered."""
    statement = select_columns(Assessment).where(col(Assessment.kind) == kind, col(Assessment.id) > after)
    if body is not None:
        adopted = select(Adoption.assessment).where(col(Adoption.organisation) == body)
        statement = statement.where((col(Assessment.owner) == body) | col(Assessment.id).in_(adopted))
    if ref is not None:
        covering = select(AssessmentCover.assessment).where(col(AssessmentCover.ref) == ref)
        statement = statement.where(col(Assessment.id).in_(covering))
    if status is not None:
        statement = statement.where(col(Assessment.status) == status)
    return reading.all(statement.order_by(col(Assessment.id)).limit(limit))
