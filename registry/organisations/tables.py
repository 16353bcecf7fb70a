"""What is stored of organisations, people and roles."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.db.types import Instant


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
