"""What is stored of agreements: versions, their searchable projections, signatures, suspensions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.agreements.rules import FlowState, Status
from registry.db.guards import Final
from registry.db.types import Index as LogIndex
from registry.db.types import Instant, Json, Octets

_STATUSES = ", ".join(f"'{status}'" for status in Status)
_STATES = ", ".join(f"'{state}'" for state in FlowState)


class Agreement(SQLModel, table=True):
    """An agreement over all its versions. `latest` numbers the newest one."""

    __tablename__ = "agreement"

    ref: str = Field(primary_key=True)
    author_organisation: str = Field(foreign_key="organisation.id")
    latest: int


class AgreementVersion(SQLModel, table=True):
    """One text and how far it has come. `document` holds the exact bytes whose digest is `hash`."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("ref", "number"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        Index("ix_agreement_version_status", "status", "ref"),
        Index("ix_agreement_version_review", "status", "review_on"),
    )

    id: str = Field(primary_key=True)
    ref: str = Field(foreign_key="agreement.ref")
    number: int
    revision: int = Field(description="counts every change of this row: the ETag")
    status: str
    hash: str
    document: bytes = Field(sa_type=Octets, sa_column_kwargs={"info": {"digest": "hash"}})
    policy: str = Field(description="digest of the policy set it was last judged under")
    authors: list[str] = Field(sa_type=Json, description="people who wrote or changed this text")
    author_organisation: str
    publication: str
    title_en: str
    title_cy: str
    starts_on: date
    expires_on: date
    review_on: date
    first_live_at: datetime | None = Field(sa_type=Instant)
    end_reason: str = Field(default="", description="why it was withdrawn or ended, in the person's words")
    openable: list[int] = Field(sa_type=Json, description="sealed entries that open when it first goes live")
    submitted_at: datetime | None = Field(default=None, sa_type=Instant, description="last handed to review")
    ready_at: datetime | None = Field(
        default=None, sa_type=Instant, description="from then on it could be signed"
    )
    attested_by: str = Field(
        default="",
        description="the body whose officers attest that it was signed outside; empty: signed here",
    )
    shortcomings: list[str] = Field(
        default_factory=list, sa_type=Json, description="rules that a text signed outside does not meet"
    )
    amends: int | None = Field(default=None, description="the number of the version it was made from")
    ended_on: date | None = Field(default=None, description="its first London day in a status that is over")
    review_reason: str = Field(default="", description="why a review was called early, in the person's words")
    look_on: date | None = Field(
        default=None,
        description="the next day on which a version in force changes because of its review date",
    )


class Attestation(SQLModel, table=True):
    """What two people of one body say about a text that was signed outside; `pdf` digests what was signed."""

    __tablename__ = "attestation"

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    organisation: str
    hash: str
    pdf: str
    signatures: list[dict[str, str]] = Field(sa_type=Json, description="organisation, role, signed_on")
    person: str | None = Field(foreign_key="person.id", description="none: the operator, by an import")
    attested_at: datetime = Field(sa_type=Instant)
    second_person: str | None = Field(foreign_key="person.id")
    completed_at: datetime | None = Field(sa_type=Instant)


class FrozenText(SQLModel, table=True):
    """Every text that was ever submitted, under its hash, replaced ones included."""

    __tablename__ = "frozen_text"
    __table_args__ = {"info": {"final": Final()}}

    hash: str = Field(primary_key=True)
    ref: str = Field(index=True)
    number: int
    document: bytes = Field(sa_type=Octets, sa_column_kwargs={"info": {"digest": "hash"}})


class AgreementParty(SQLModel, table=True):
    """A body that a version names, and whether it is one of those that decide (and sign)."""

    __tablename__ = "agreement_party"
    __table_args__ = (Index("ix_agreement_party_organisation", "organisation", "ref"),)

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    ref: str = Field(description="for lists in order of reference")
    is_controller: bool


class AgreementTopic(SQLModel, table=True):
    """A purpose or category that a version names, for the search."""

    __tablename__ = "agreement_topic"
    __table_args__ = (Index("ix_agreement_topic_code", "kind", "code", "ref"),)

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    ref: str = Field(description="for lists in order of reference")


class AgreementTitle(SQLModel, table=True):
    """The title of a version in both languages, lower case: narrow rows, so that a word is found quickly."""

    __tablename__ = "agreement_title"
    __table_args__ = (Index("ix_agreement_title_ref", "ref", "text", "version_id"),)

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    ref: str
    text: str


class AgreementFlow(SQLModel, table=True):
    """One directed flow of a version: its state, and in `spec` what a permission check needs of the terms."""

    __tablename__ = "agreement_flow"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        Index("ix_agreement_flow_state", "state"),
        Index("ix_agreement_flow_ends", "holder", "recipient"),
    )

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    flow: str = Field(primary_key=True)
    position: int
    ref: str = Field(index=True)
    holder: str
    recipient: str
    state: str
    ended_by: str | None
    live_at: datetime | None = Field(sa_type=Instant)
    watched: bool = Field(description="a rule of stage disclose may turn with time: automation or biometrics")
    blocked_by: list[str] = Field(sa_type=Json, description="unmet rules of stage disclose")
    blocked_from: date | None = Field(
        description="the day its ethics approval has run out: ET-01 from then on"
    )
    awaiting: list[str] = Field(sa_type=Json, description="controllers at its ends that have not signed")
    warned_of: list[str] = Field(sa_type=Json, description="unmet rules that a live flow goes on with")
    stopped_by: list[str] = Field(sa_type=Json, description="unmet rules for which the registry suspended it")
    spec: dict[str, Any] = Field(sa_type=Json)


class Signature(SQLModel, table=True):
    """One body's signature or refusal in one role. `strength` says how the person proved who they are."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation", "role"),
        {"info": {"final": Final(but=("organisation",)), "bound": True}},
    )

    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="agreement_version.id")
    organisation: str = Field(foreign_key="organisation.id")
    role: str
    person: str = Field(foreign_key="person.id")
    decision: str
    hash: str
    reason: str
    strength: str
    marked: str = Field(
        default="",
        sa_column_kwargs={"server_default": ""},
        description="what made the approval doubtful when it was given: `key-reset`",
    )
    signed_at: datetime = Field(sa_type=Instant)
    log_index: int = Field(sa_type=LogIndex, unique=True, foreign_key="log_entry.idx")


class CarriedSignature(SQLModel, table=True):
    """A signature on an earlier version that counts for this one: nothing that touches its body changed."""

    __tablename__ = "carried_signature"

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    signature: str = Field(primary_key=True, foreign_key="signature.id")
    carried_at: datetime = Field(sa_type=Instant)


class QualityReview(SQLModel, table=True):
    """One quality review of a submitted text, with comments on its fields."""

    __tablename__ = "quality_review"

    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="agreement_version.id", index=True)
    organisation: str
    person: str = Field(foreign_key="person.id")
    outcome: str
    comments: list[dict[str, str]] = Field(sa_type=Json)
    interests: str = Field(default="", description="what the reviewer declared, in their words")
    reviewed_at: datetime = Field(sa_type=Instant)


class Confirmation(SQLModel, table=True):
    """One controller's word, at review, that the agreement goes on unchanged."""

    __tablename__ = "confirmation"

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    organisation: str = Field(primary_key=True)
    review_on: date = Field(primary_key=True, description="the review this answers")
    next_review_on: date
    person: str = Field(foreign_key="person.id")
    reason: str


class ReviewAnswer(SQLModel, table=True):
    """What one controller answered at a review. `document` holds the bytes whose digest is in the log."""

    __tablename__ = "review_answer"
    __table_args__ = {"info": {"bound": True}}

    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="agreement_version.id", index=True)
    organisation: str
    person: str = Field(foreign_key="person.id")
    review_on: date = Field(description="the review this answers")
    continues: bool
    document: bytes = Field(sa_type=Octets)
    answered_at: datetime = Field(sa_type=Instant)
    log_index: int = Field(sa_type=LogIndex, unique=True, foreign_key="log_entry.idx")


class Notice(SQLModel, table=True):
    """A party's notice that it will leave on a day to come."""

    __tablename__ = "notice"

    version_id: str = Field(primary_key=True, foreign_key="agreement_version.id")
    organisation: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    reason: str
    given_at: datetime = Field(sa_type=Instant)
    effective_on: date = Field(index=True, description="the day from which nothing of that party flows")
    done: bool = False


class Suspension(SQLModel, table=True):
    """One body's suspension of one flow. Only that body lifts it."""

    __tablename__ = "suspension"
    __table_args__ = (Index("ix_suspension_version", "version_id", "flow"),)

    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="agreement_version.id")
    flow: str
    organisation: str
    person: str = Field(foreign_key="person.id")
    scope: str = Field(description="organisation, flow or all")
    reason: str
    incident: str | None = Field(default=None, description="because of which it was made")
    suspended_at: datetime = Field(sa_type=Instant)
    lift_asked_by: str | None
    lift_reason: str = ""
    lifted_at: datetime | None = Field(sa_type=Instant)


class FollowerPosition(SQLModel, table=True):
    """How far a follower of the log has come, in entries."""

    __tablename__ = "follower_position"
    __table_args__ = {"info": {"technical": True}}

    name: str = Field(primary_key=True)
    position: int = Field(sa_type=LogIndex)
