"""What the shared face stores."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json


class IdempotentAnswer(SQLModel, table=True):
    """The answer given to the first request under a key: repeated for the same request only."""

    __tablename__ = "idempotent_answer"
    __table_args__ = {"info": {"technical": True}}

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str = Field(description="SHA-256 of method, path and body")
    status: int
    body: str
    headers: dict[str, str] = Field(sa_type=Json)
    at: datetime = Field(sa_type=Instant, index=True)
