"""What is stored of assessments: how far each has come, its texts, what people said and decided."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.assessments.transitions import Kind, Status
from registry.db.types import Instant, Json, Octets

_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_STATUSES = ", ".join(f"'{status}'" for status in Status)


class Assessment(SQLModel, table=True):
    """One assessment. `hash` names its present text; `scope` is that text's, with primary identifiers."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    )

    id: str = Field(primary_key=True)
    kind: str
    owner: str = Field(foreign_key="organisation.id", index=True)
    status: str
    revision: int = Field(description="counts every change of this row: the ETag")
    version: int = Field(description="counts the texts that came back after they were submitted")
    hash: str
    authors: list[str] = Field(sa_type=Json, description="people who wrote or submitted it")
    scope: dict[str, Any] = Field(sa_type=Json)
    supersedes: str | None = Field(foreign_key="assessment.id")
    valid_until: date | None = Field(description="the last day an approval holds; null: open")


class AssessmentText(SQLModel, table=True):
    """The exact bytes behind every hash that the log names, replaced texts included."""

    __tablename__ = "assessment_text"

    assessment: str = Field(primary_key=True, foreign_key="assessment.id")
    hash: str = Field(primary_key=True)
    version: int
    document: bytes = Field(sa_type=Octets)


class AssessmentCover(SQLModel, table=True):
    """An agreement that an assessment covers."""

    __tablename__ = "assessment_cover"

    assessment: str = Field(primary_key=True, foreign_key="assessment.id")
    ref: str = Field(primary_key=True, index=True)


class Advice(SQLModel, table=True):
    """What a data protection officer or an ethics panel said about one text: never an approval."""

    __tablename__ = "assessment_advice"

    id: str = Field(primary_key=True)
    assessment: str = Field(foreign_key="assessment.id", index=True)
    hash: str = Field(description="of the text it speaks of")
    person: str = Field(foreign_key="person.id")
    advice: str
    text: str
    advised_at: datetime = Field(sa_type=Instant)


class Consultation(SQLModel, table=True):
    """What the regulator answered when asked about a high residual risk (UK GDPR Article 36)."""

    __tablename__ = "assessment_consultation"

    id: str = Field(primary_key=True)
    assessment: str = Field(foreign_key="assessment.id", index=True)
    hash: str = Field(description="of the text it speaks of")
    person: str = Field(foreign_key="person.id")
    reference: str
    submitted_on: date
    replied_on: date
    outcome: str
    text: str
    recorded_at: datetime = Field(sa_type=Instant)


class Decision(SQLModel, table=True):
    """What the owner decided about one text: approve, approve_with_conditions, reject or revoke."""

    __tablename__ = "assessment_decision"

    id: str = Field(primary_key=True)
    assessment: str = Field(foreign_key="assessment.id", index=True)
    hash: str = Field(description="of the text it speaks of")
    person: str = Field(foreign_key="person.id")
    decision: str
    reason: str
    conditions: list[dict[str, Any]] = Field(sa_type=Json)
    valid_until: date | None
    decided_at: datetime = Field(sa_type=Instant)


class Adoption(SQLModel, table=True):
    """Another controller made an approved assessment its own."""

    __tablename__ = "assessment_adoption"

    assessment: str = Field(primary_key=True, foreign_key="assessment.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    person: str = Field(foreign_key="person.id")
    adopted_at: datetime = Field(sa_type=Instant)
