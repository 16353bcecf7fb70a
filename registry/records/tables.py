"""What is stored of records: rows that can be erased, of which the log keeps codes and digests alone."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


class Incident(SQLModel, table=True):
    """A breach, or what may be one, of what flows under an agreement. No personal data belongs in it."""

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("status IN ('open', 'closed')", name="incident_status_known"),)

    id: str = Field(primary_key=True)
    ref: str = Field(index=True)
    flow: str | None
    organisation: str = Field(foreign_key="organisation.id")
    person: str = Field(foreign_key="person.id")
    kind: str
    severity: str
    status: str
    revision: int
    discovered_on: date
    discovered_at: datetime = Field(
        sa_type=Instant, description="the beginning of that day where none was given"
    )
    reported_at: datetime = Field(sa_type=Instant)
    narrative: str
    people_affected: int | None
    partner_due_at: datetime | None = Field(sa_type=Instant)
    partner_told_at: datetime | None = Field(sa_type=Instant)
    regulator_due_at: datetime | None = Field(
        sa_type=Instant, description="null: a risk to people is unlikely"
    )
    regulator_told_at: datetime | None = Field(sa_type=Instant)
    outcome: str | None
    closed_at: datetime | None = Field(sa_type=Instant)


class DisclosureReport(SQLModel, table=True):
    """How often one organisation disclosed, or received, under one answer of the permission check."""

    __tablename__ = "disclosure_report"
    __table_args__ = (
        UniqueConstraint("organisation", "evaluation_id"),
        Index("ix_disclosure_report_flow", "ref", "flow", "disclosed_on"),
    )

    id: str = Field(primary_key=True)
    evaluation_id: str
    ref: str
    flow: str
    organisation: str = Field(foreign_key="organisation.id")
    client: str
    count: int
    disclosed_on: date
    method: str
    reported_at: datetime = Field(sa_type=Instant)


class EmergencyRecord(SQLModel, table=True):
    """One decision to share, or not to share, in an emergency. `words` is encrypted to its owner."""

    __tablename__ = "emergency_record"
    __table_args__ = (
        CheckConstraint("decision IN ('share', 'withhold')", name="emergency_decision_known"),
        Index("ix_emergency_record_pair", "owner", "recipient", "purpose"),
    )

    id: str = Field(primary_key=True)
    owner: str = Field(foreign_key="organisation.id")
    recipient: str = Field(foreign_key="organisation.id")
    evaluation_id: str | None
    decision: str
    role: str
    purpose: str
    categories: list[str] = Field(sa_type=Json)
    items: list[str] = Field(sa_type=Json)
    basis: str
    consent_sought: bool
    person_told: bool
    notified: list[str] = Field(sa_type=Json)
    decided_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    recorder: str | None = Field(description="the person, null where a system recorded it")
    late: bool
    words: bytes | None = Field(sa_type=Octets, description="null once erased")
    erase_on: date = Field(index=True)
    erasure_asked_by: str | None = Field(foreign_key="person.id", description="the first of two people")
    review_due_on: date
    outcome: str | None
    reviewed_at: datetime | None = Field(sa_type=Instant)
    revision: int


class EmergencyStub(SQLModel, table=True):
    """An emergency in which a system was not told yes: what was asked, in codes, until it is recorded."""

    __tablename__ = "emergency_stub"
    __table_args__ = (UniqueConstraint("owner", "evaluation_id"),)

    id: str = Field(primary_key=True)
    owner: str = Field(foreign_key="organisation.id", description="the body for which was asked")
    holder: str = Field(foreign_key="organisation.id")
    recipient: str = Field(foreign_key="organisation.id")
    evaluation_id: str
    purpose: str
    category: str
    asked_at: datetime = Field(sa_type=Instant)
    due_on: date = Field(index=True)
    record: str | None = Field(foreign_key="emergency_record.id", description="null until it is recorded")
    closed_at: datetime | None = Field(
        default=None, sa_type=Instant, description="null while its task asks for a record"
    )


class Task(SQLModel, table=True):
    """Something that a role of an organisation has to do by a day."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("organisation", "role", "kind", "subject", "due_on"),
        Index("ix_task_open", "organisation", "done_at", "due_on"),
    )

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id")
    role: str
    kind: str
    subject_kind: str
    subject: str
    due_on: date
    raised_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(sa_type=Instant)
    revision: int


class Complaint(SQLModel, table=True):
    """A complaint about sharing under an agreement, at the body that received it (DPA 2018 s.164A)."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("status IN ('received', 'acknowledged', 'closed')", name="complaint_status_known"),
    )

    id: str = Field(primary_key=True)
    ref: str = Field(index=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    channel: str
    status: str
    received_on: date
    acknowledge_by: date
    acknowledged_on: date | None
    outcome: str | None
    closed_on: date | None
    revision: int


class ExitDuty(SQLModel, table=True):
    """A recipient's duty to return or destroy what it received under an agreement that is over for it."""

    __tablename__ = "exit_duty"
    __table_args__ = (UniqueConstraint("ref", "organisation"),)

    id: str = Field(primary_key=True)
    ref: str
    organisation: str = Field(foreign_key="organisation.id")
    ended_on: date
    due_on: date
    method: str | None
    certificate: str | None
    done_on: date | None
    person: str | None
    revision: int
