"""Organisations and role mailboxes on the wire."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Row

from registry.web.body import WireModel
from registry.web.documents import Code, Day, OrganisationId, SaltedDocument

Identifier = Annotated[str, StringConstraints(max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Contact = Annotated[str, StringConstraints(max_length=300)]


class NewOrganisation(WireModel):
    """An organisation to register: its identifiers, its names, and the facts that rules judge."""

    id: Identifier
    aliases: Annotated[list[Identifier], Field(max_length=20)] = []
    name_en: Name
    name_cy: Name
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    nations: Annotated[str, StringConstraints(min_length=1, pattern=r"^E?W?S?N?$")]
    public_authority: bool
    competent_authority: bool
    health_or_care: bool
    dpo_designated: bool
    ico_number: Annotated[str, StringConstraints(max_length=20)] = ""
    ig_contact: Contact = ""
    duty_contact: Contact = ""
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to give a local account. Never comes over the wire: the command and the demo make people."""

    username: str
    name: str
    email: str
    password_hash: str
    demo: bool = False


class OrganisationOut(BaseModel):
    """An organisation under its primary identifier, with every other name it answers to."""

    id: str
    aliases: list[str]
    name_en: str
    name_cy: str
    kind: str
    nations: str
    public_authority: bool
    competent_authority: bool
    health_or_care: bool
    dpo_designated: bool
    ico_number: str
    ig_contact: str
    duty_contact: str
    illustrative: bool

    @classmethod
    def of(cls, row: Row[tuple[object, ...]], aliases: list[str]) -> Self:
        """The wire form of one row."""
        return cls(aliases=aliases, **row._mapping)


class OrganisationsOut(BaseModel):
    """A page of organisations; `next` is the cursor of the following page, null on the last."""

    results: list[OrganisationOut]
    next: str | None


class RoleMailbox(BaseModel):
    """A role that someone holds at an organisation now, and the mailbox to write to; no names."""

    organisation: str
    role: str
    contact: str


class RoleMailboxesOut(BaseModel):
    """Role mailboxes in order of organisation and role."""

    results: list[RoleMailbox]


Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
Lendable = Literal[
    "signatory", "siro", "dpo", "caldicott_guardian", "ethics_lead", "ig_officer", "asset_owner"
]
PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Risk = Literal["low", "medium", "high"]


class PersonIn(WireModel):
    """A colleague to give an account. They can do nothing until they hold a role."""

    username: Annotated[str, StringConstraints(max_length=64)]
    name: Name
    email: Annotated[str, StringConstraints(min_length=3, max_length=300)]
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
    """What is hashed of a delegation: who lends what to whom, for how long and how far. People by row id."""

    organisation: str
    role: str
    given_by: str
    person: str
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


class AssuranceIn(WireModel):
    """What a body can show: `evidence` says where the certificate or the return is kept."""

    kind: Literal["regulator-registration", "dspt", "cyber-essentials-plus", "iso-27001", "equivalent"]
    level: Literal[
        "", "standards-not-met", "approaching-standards", "standards-met", "standards-exceeded"
    ] = ""
    reference: Reference
    evidence: Reference
    expires_on: Day


class RecordedOut(BaseModel):
    """What was recorded. `pending` says whom it still waits for, `counts_from` from when a role counts."""

    id: str
    pending: str | None
    counts_from: datetime | None
    log_index: int
    log_size: int


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


class AssuranceOut(BaseModel):
    """One record of what a body can show."""

    kind: str
    level: str
    reference: str
    evidence: str
    expires_on: date
    recorded_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        return cls(**{name: row._mapping[name] for name in cls.model_fields})


class AssurancesOut(BaseModel):
    """What a body can show for itself, oldest record first."""

    organisation: str
    results: list[AssuranceOut]


class ShareIn(WireModel):
    """An agreement of which this body, not the heir, stands in the predecessor's place."""

    ref: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
    successor: OrganisationId


class SuccessionIn(WireModel):
    """An order by which bodies merge, are split or are abolished. Every body is in the register already."""

    kind: Literal["merge", "split", "abolish"]
    predecessors: Annotated[list[OrganisationId], Field(min_length=1, max_length=20)]
    heir: OrganisationId
    shares: Annotated[list[ShareIn], Field(max_length=500)] = []
    citation: Reference
    effective_on: Day


class SuccessionOut(BaseModel):
    """An order of succession and how far it has come."""

    id: str
    kind: str
    predecessors: list[str]
    heir: str
    shares: list[dict[str, str]]
    citation: str
    effective_on: date
    status: Literal["pending", "ordered", "carried-out"]

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The wire form of one row."""
        stored = {name: value for name, value in row._mapping.items() if name in cls.model_fields}
        status = "carried-out" if row.carried_out_at else "ordered" if row.agreed_at else "pending"
        return cls(**stored | {"status": status})


class SuccessionsOut(BaseModel):
    """Orders of succession, oldest first."""

    results: list[SuccessionOut]
