"""What is stored of organisations, people, the roles they hold and the authority they were given."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


class Organisation(SQLModel, table=True):
    """One legal person. `id` is its primary identifier; booleans are the facts that rules judge."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    name_en: str
    name_cy: str
    kind: str = Field(description="council, police, nhs-trust, icb, lhb, health-board, ... (policies/law)")
    nations: str = Field(description="the nations it acts in, of E, W, S, N, in that order: `E`, `EW`")
    public_authority: bool = Field(description="UK GDPR Article 6(1) closing words; DPA 2018 s.7")
    competent_authority: bool = Field(description="DPA 2018 s.30")
    health_or_care: bool = Field(description="a health or adult social care body: Caldicott applies")
    dpo_designated: bool = Field(description="UK GDPR Article 37; DPA 2018 s.69")
    ico_number: str
    ig_contact: str
    duty_contact: str
    illustrative: bool = Field(description="sample data: a real body's name, nothing else of it is real")


class OrganisationAlias(SQLModel, table=True):
    """Any identifier under which an organisation may be named, its primary one included."""

    __tablename__ = "organisation_alias"

    alias: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)


class Person(SQLModel, table=True):
    """A person with a local account. Names live here and nowhere in the log."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    username: str = Field(unique=True)
    name: str
    email: str
    password_hash: str
    demo: bool


class RoleHeld(SQLModel, table=True):
    """A role a person holds at an organisation, from a day and perhaps until one."""

    __tablename__ = "role_held"
    __table_args__ = (UniqueConstraint("person", "organisation", "role", "granted_at"),)

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    role: str
    granted_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class RoleRequest(SQLModel, table=True):
    """A first person's word that someone should hold a role that approves; a second person completes it."""

    __tablename__ = "role_request"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    role: str
    asked_by: str = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=Instant)
    completed_by: str | None = Field(default=None, foreign_key="person.id")
    completed_at: datetime | None = Field(default=None, sa_type=Instant)
    counts_from: datetime | None = Field(default=None, sa_type=Instant, description="when the role begins")


class Delegation(SQLModel, table=True):
    """A role lent to a person for some days and within limits. `document` holds the bytes behind `digest`.

    `given_at` is empty until the second of two people has agreed, where the giver does not hold the role.
    """

    __tablename__ = "delegation"
    __table_args__ = (CheckConstraint("max_risk IN ('low', 'medium', 'high')", name="max_risk_known"),)

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    role: str
    kinds: list[str] = Field(sa_type=Json, description="kinds of agreement; none named means every kind")
    max_risk: str = Field(description="the highest residual risk it reaches to: low, medium, high")
    starts_on: date
    ends_on: date
    document: bytes = Field(sa_type=Octets)
    digest: str
    asked_by: str = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=Instant)
    agreed_by: str | None = Field(default=None, foreign_key="person.id")
    given_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class SharedAuthority(SQLModel, table=True):
    """One body's word that a person may sign for it and for another. It counts once both have said so."""

    __tablename__ = "shared_authority"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    other: str = Field(foreign_key="organisation.id")
    recorded_by: str = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class Training(SQLModel, table=True):
    """A course that a person completed for a role, and the last day it counts."""

    __tablename__ = "training"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    role: str
    course: str
    completed_on: date
    expires_on: date
    recorded_by: str = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=Instant)


class Assurance(SQLModel, table=True):
    """What a body can show for itself: a fee paid, a toolkit, a certificate, and the last day it counts."""

    __tablename__ = "assurance"

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    kind: str
    level: str = Field(description="how far it was met, where the scheme has steps (DSPT); else empty")
    reference: str
    evidence: str = Field(description="where the certificate or return is kept")
    expires_on: date = Field(index=True)
    recorded_by: str = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=Instant)


class Departure(SQLModel, table=True):
    """A person left a body: which roles ended, and who took over which drafts."""

    __tablename__ = "departure"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    handed_to: str | None = Field(default=None, foreign_key="person.id", index=True)
    roles: list[str] = Field(sa_type=Json)
    drafts: list[str] = Field(sa_type=Json, description="references of what was unfinished")
    left_at: datetime = Field(sa_type=Instant)


class SuccessionOrder(SQLModel, table=True):
    """An order by which bodies merge, are split or are abolished, with effect from a day.

    The heir answers to the predecessors' identifiers; `shares` says which agreements go to another successor.
    """

    __tablename__ = "succession_order"
    __table_args__ = (CheckConstraint("kind IN ('merge', 'split', 'abolish')", name="kind_known"),)

    id: str = Field(primary_key=True)
    kind: str
    predecessors: list[str] = Field(sa_type=Json)
    heir: str = Field(foreign_key="organisation.id")
    shares: list[dict[str, str]] = Field(sa_type=Json)
    citation: str
    effective_on: date
    terms: str = Field(description="digest of the order as it was put on record")
    asked_by: str = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=Instant)
    agreed_by: str | None = Field(default=None, foreign_key="person.id")
    agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    carried_out_at: datetime | None = Field(default=None, sa_type=Instant)


class SuccessionShare(SQLModel, table=True):
    """An agreement of which another body than the heir stands in the predecessor's place."""

    __tablename__ = "succession_share"

    ref: str = Field(primary_key=True)
    predecessor: str = Field(primary_key=True, description="any identifier it answered to")
    successor: str = Field(foreign_key="organisation.id")
