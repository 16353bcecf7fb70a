"""Organisations, accounts and role mailboxes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Row

from registry.web.body import WireModel

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


class RecordedOut(BaseModel):
    """What was recorded. `pending` says whom it still waits for, `counts_from` from when a role counts."""

    id: str
    pending: str | None
    counts_from: datetime | None
    log_index: int
    log_size: int
