"""What is kept of what goes out and comes in: calendar addresses, a register until it is loaded."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


class CalendarFeed(SQLModel, table=True):
    """An address at which a calendar program reads a body's days for a person. Its secret is kept nowhere."""

    __tablename__ = "calendar_feed"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    opened_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)


class Intake(SQLModel, table=True):
    """One file of a register and the agreements that were made of it. The log tells of those, one by one."""

    __tablename__ = "intake"
    __table_args__ = {"info": {"technical": True}}

    id: str = Field(primary_key=True)
    organisation: str = Field(index=True)
    person: str
    media_type: str
    content: bytes = Field(sa_type=Octets)
    sent_at: datetime = Field(sa_type=Instant)
    refs: list[str] = Field(sa_type=Json, description="the agreements made of it, in order of rows")
