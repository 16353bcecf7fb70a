"""People on the wire: their roles, what they were lent, training, leaving."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Row

from registry.organisations.schemas.register import Name
from registry.web.body import WireModel
from registry.web.documents import Code, Day, OrganisationId, SaltedDocument

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
Lendable = Literal[
    "signatory", "siro", "dpo", "caldicott_guardian", "ethics_lead", "ig_officer", "asset_owner"
]
PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
Risk = Literal["low", "medium", "high"]


class PersonIn(WireModel):
    """A colleague to give an account. They can do nothing until they hold a role."""

    username: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._@-]{0,63}$")]
    name: Name
    email: Annotated[str, StringConstraints(pattern=r"^[^\s@]{1,64}@[^\s@]{1,200}$")]
    password: Annotated[str, StringConstraints(min_length=12, max_length=1024)]


class RoleIn(WireModel):
    """A role at the caller's organisation."""

    role: Role


class DelegationIn(WireModel):
    """A role to lend: for which days, which kinds of agreement (none: every kind), up to which risk."""

    role: Lendable
    kinds: Annotated[list[Code], Field(max_length=20)] = []
    max_risk: Risk
    starts_on: Day
    ends_on: Day


class DelegationDocument(SaltedDocument):
    """What is hashed of a delegation: what is lent, for how long and how far. It names nobody.

    It goes to auditors of other bodies, beside the approval by a deputy; the entry commits to who lent it.
    """

    organisation: str
    role: str
    kinds: list[str]
    max_risk: str
    starts_on: Day
    ends_on: Day


class SharedAuthorityIn(WireModel):
    """The other body for which the same person may sign. Any identifier of it will do."""

    organisation: OrganisationId


class TrainingIn(WireModel):
    """A course completed for a role, and the last day it counts."""

    role: Role
    course: Code
    completed_on: Day
    expires_on: Day


class LeaveIn(WireModel):
    """Who takes over, where something would be left to nobody."""

    hand_over_to: PersonId | None = None


class LeftOut(BaseModel):
    """A person who left: which roles ended, and which unfinished agreements were handed over to whom."""

    id: str
    roles: list[str]
    unfinished: list[str]
    handed_to: str | None
    log_index: int
    log_size: int


class DelegationOut(BaseModel):
    """A delegation and what proves it: the document and its digest, which stands in the log."""

    id: str
    organisation: str
    role: str
    person: str
    kinds: list[str]
    max_risk: str
    starts_on: date
    ends_on: date
    status: Literal["pending", "given", "ended"]
    document: str
    digest: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        stored = {name: value for name, value in row._mapping.items() if name in cls.model_fields}
        status = "ended" if row.ended_at else "given" if row.given_at else "pending"
        return cls(**stored | {"document": row.document.decode(), "status": status})


class DelegationsOut(BaseModel):
    """The delegations of a body, oldest first."""

    results: list[DelegationOut]


class TrainingOut(BaseModel):
    """A course that a person completed for a role."""

    role: str
    course: str
    completed_on: date
    expires_on: date


class PersonOut(BaseModel):
    """A colleague as their own organisation sees them."""

    id: str
    name: str
    roles: list[str]
    untrained: list[str]
    training: list[TrainingOut]


class NoticeOut(BaseModel):
    """Something that was done about a person, told to that person."""

    about: Literal["role-proposed", "role-granted", "role-ended", "delegation", "handed-over"]
    organisation: str
    role: str | None
    at: datetime
    counts_from: datetime | None = None
    unfinished: list[str] = []


class NoticesOut(BaseModel):
    """What was done about a person, newest first."""

    results: list[NoticeOut]
