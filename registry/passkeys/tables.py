"""What is stored of passkeys, keys and rosters, and the evidence of approvals. It is bound by the log."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlmodel import Field, SQLModel

from registry.db.types import Index, Instant, Octets


class Passkey(SQLModel, table=True):
    """A person's passkey at one organisation. `synced` and `backed_up` are the WebAuthn flags BE and BS."""

    __tablename__ = "passkey"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    credential: bytes = Field(sa_type=Octets)
    credential_digest: str = Field(unique=True)
    public_key: bytes = Field(sa_type=Octets, description="a COSE key (RFC 9053)")
    sign_count: int
    synced: bool
    backed_up: bool
    aaguid: str = Field(description="the model of the authenticator, where it says so")
    enrolled_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class OrganisationKeyRow(SQLModel, table=True):
    """A key of an organisation: proposed, then registered or withdrawn. `document` is what `digest` names."""

    __tablename__ = "organisation_key"

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    document: bytes = Field(sa_type=Octets)
    digest: str = Field(unique=True)
    is_reset: bool
    proposed_by: str = Field(foreign_key="person.id")
    proposed_at: datetime = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    registered_at: datetime | None = Field(default=None, sa_type=Instant)
    evidence: bytes | None = Field(default=None, sa_type=Octets)
    log_index: int | None = Field(
        default=None,
        sa_type=Index,
        sa_column_args=[ForeignKey("log_entry.idx")],
        sa_column_kwargs={"info": {"entry": True}},
        unique=True,
    )


class Countersignature(SQLModel, table=True):
    """One organisation's signature over another's proposed key, by a key of its own."""

    __tablename__ = "organisation_key_countersignature"

    key: str = Field(primary_key=True, foreign_key="organisation_key.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    signing_key: str = Field(foreign_key="organisation_key.id")
    envelope: bytes = Field(sa_type=Octets, description="a DSSE envelope")
    person: str = Field(foreign_key="person.id")
    signed_at: datetime = Field(sa_type=Instant)


class RosterRow(SQLModel, table=True):
    """One version of an organisation's roster: the frozen document, and what signed it."""

    __tablename__ = "roster"
    __table_args__ = {"info": {"bound": True}}

    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    version: int = Field(primary_key=True)
    document: bytes = Field(sa_type=Octets)
    digest: str
    evidence: bytes = Field(sa_type=Octets)
    person: str = Field(foreign_key="person.id")
    signed_at: datetime = Field(sa_type=Instant)
    log_index: int = Field(sa_type=Index, sa_column_args=[ForeignKey("log_entry.idx")], unique=True)


class ApprovalEvidence(SQLModel, table=True):
    """What proves one approval: statement and signature, bound by the entry's `evidence`."""

    __tablename__ = "approval_evidence"
    __table_args__ = {"info": {"bound": True}}

    log_index: int = Field(
        sa_type=Index,
        sa_column_args=[ForeignKey("log_entry.idx")],
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    organisation: str = Field(foreign_key="organisation.id")
    nonce: str = Field(unique=True)
    document: bytes = Field(sa_type=Octets)
