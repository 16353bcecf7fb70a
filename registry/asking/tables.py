"""What is stored of grants to ask, and of the questions that are asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


class AskingGrant(SQLModel, table=True):
    """An organisation lets a partner system of another body ask for it on some days.

    `document` holds the bytes behind `digest`, which stands in the log.
    """

    __tablename__ = "asking_grant"

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    client_id: str = Field(foreign_key="oauth_client.client_id")
    client_organisation: str = Field(foreign_key="organisation.id", index=True)
    starts_on: date
    ends_on: date
    document: bytes = Field(sa_type=Octets)
    digest: str
    granted_by: str = Field(foreign_key="person.id")
    granted_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredQuestion(SQLModel, table=True):
    """What a body's partner systems ask, in codes of the register alone, and how often: never about whom."""

    __tablename__ = "stored_question"
    __table_args__ = (
        Index("ix_stored_question_organisation", "organisation", "last_on"),
        {"info": {"technical": True}},
    )

    id: str = Field(primary_key=True, description="digest of the organisation and the question")
    organisation: str
    question: dict[str, Any] = Field(sa_type=Json)
    times: int = Field(sa_type=BigInteger)
    first_on: date
    last_on: date
