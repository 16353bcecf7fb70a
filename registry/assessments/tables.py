"""What is stored of assessments: how far each has come, its texts, what people said, decided, did later."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.sql import expression
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
    limits: dict[str, Any] = Field(
        sa_type=Json,
        sa_column_kwargs={"server_default": "{}"},
        description="what else its text says that gates ask: `documents.Limits`",
    )


class AssessmentText(SQLModel, table=True):
    """The exact bytes behind every hash that the log names, replaced texts included."""

    __tablename__ = "assessment_text"

    assessment: str = Field(primary_key=True, foreign_key="assessment.id")
    hash: str = Field(primary_key=True)
    version: int
    document: bytes = Field(sa_type=Octets, sa_column_kwargs={"info": {"digest": "hash"}})
    revision: int = Field(
        sa_column_kwargs={"server_default": "0"}, description="the assessment's when this became its text"
    )


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
    """How the regulator was asked about a high residual risk, and what it answered (UK GDPR Article 36)."""

    __tablename__ = "assessment_consultation"

    id: str = Field(primary_key=True)
    assessment: str = Field(foreign_key="assessment.id", index=True)
    hash: str = Field(description="of the text it speaks of")
    person: str = Field(foreign_key="person.id")
    reference: str
    regime: str = Field(sa_column_kwargs={"server_default": "uk-gdpr"}, description="whose clock runs")
    submitted_on: date
    extended_on: date | None = Field(description="the day the regulator took more time")
    extension_reason: str = Field(sa_column_kwargs={"server_default": ""})
    replied_on: date | None
    outcome: str | None
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
    role: str = Field(sa_column_kwargs={"server_default": ""}, description="in which the person decided")
    stage: str | None = Field(description="of data ethics: what the opinion was asked for")
    departs: bool = Field(
        sa_column_kwargs={"server_default": expression.false()}, description="from the advice on this text"
    )
    departure: str = Field(sa_column_kwargs={"server_default": ""}, description="why, where it departs")
    strength: str = Field(
        sa_column_kwargs={"server_default": "session"}, description="how the decision is known to be theirs"
    )


class Adoption(SQLModel, table=True):
    """Another controller made an approved assessment its own."""

    __tablename__ = "assessment_adoption"

    assessment: str = Field(primary_key=True, foreign_key="assessment.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    person: str = Field(foreign_key="person.id")
    adopted_at: datetime = Field(sa_type=Instant)


class FollowUp(SQLModel, table=True):
    """What was done about an approval later: a condition met, a review called or held, a tool rolled out."""

    __tablename__ = "assessment_follow_up"

    id: str = Field(primary_key=True)
    assessment: str = Field(foreign_key="assessment.id", index=True)
    hash: str = Field(description="of the text it speaks of")
    person: str | None = Field(foreign_key="person.id", description="null: the registry itself")
    kind: str = Field(description="condition-met, review-called, review-held, rolled-out, effect, reopened")
    code: str = Field(description="the trigger of a review, or its outcome; else empty")
    number: int | None = Field(description="of the condition that was met, from 1")
    happened_on: date
    text: str
    evidence: str
    recorded_at: datetime = Field(sa_type=Instant)


class TightenedMatrix(SQLModel, table=True):
    """The cells of the risk matrix that a body holds to be higher than everyone does."""

    __tablename__ = "assessment_matrix"

    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    cells: dict[str, dict[str, str]] = Field(sa_type=Json)
    person: str = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=Instant)
