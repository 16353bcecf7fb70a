"""The texts of an assessment and of those it replaced: its versions."""

from dataclasses import dataclass

from sqlmodel import col, select

from registry.assessments.tables import Assessment, AssessmentText
from registry.db import Reading


@dataclass(frozen=True, slots=True)
class Version:
    """The last text of one version, and the assessment it is of."""

    assessment: str
    number: int
    hash: str
    document: bytes


def versions(reading: Reading, identifier: str) -> list[Version]:
    """The versions of an assessment and of those it replaced, oldest first."""
    found: list[Version] = []
    following: str | None = identifier
    while following is not None:
        found = _versions_of(reading, following) + found
        following = reading.scalar(select(Assessment.supersedes).where(col(Assessment.id) == following))
    return found


def _versions_of(reading: Reading, identifier: str) -> list[Version]:
    statement = (
        select(AssessmentText.version, AssessmentText.hash, AssessmentText.document)
        .where(col(AssessmentText.assessment) == identifier)
        .order_by(col(AssessmentText.version), col(AssessmentText.revision))
    )
    last = {row.version: row for row in reading.all(statement)}
    return [Version(identifier, row.version, row.hash, row.document) for row in last.values()]
