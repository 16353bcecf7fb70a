"""What is kept of a register that comes in: the file as it was sent, until it is loaded or thrown away."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


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
