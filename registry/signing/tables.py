"""What is stored of questions that people ask before they sign. The log has the digests of their words."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db.types import Index, Instant, Octets


class SigningQuestion(SQLModel, table=True):
    """A question of someone who is to sign a version, and the author's answer once there is one.

    `organisation` is the body for which it was asked, whatever has become of that body since.
    """

    __tablename__ = "signing_question"
    __table_args__ = {"info": {"bound": True}}

    id: str = Field(primary_key=True)
    version_id: str = Field(foreign_key="agreement_version.id", index=True)
    organisation: str
    role: str
    person: str = Field(foreign_key="person.id")
    document: bytes = Field(sa_type=Octets, description="the question, salted")
    asked_at: datetime = Field(sa_type=Instant)
    log_index: int = Field(sa_type=Index, foreign_key="log_entry.idx", unique=True)
    answer: bytes | None = Field(default=None, sa_type=Octets, description="the answer, salted")
    answered_by: str | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answer_index: int | None = Field(default=None, sa_type=Index, foreign_key="log_entry.idx", unique=True)
