"""What is stored of a deployment's own entries of law: which digests were proposed and approved, by whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.db.types import Instant


class LawOverlay(SQLModel, table=True):
    """One set of entries, by the digest that names its bytes."""

    __tablename__ = "law_overlay"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="two_people"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_is_dated"),
    )

    digest: str = Field(primary_key=True)
    proposed_by: str = Field(foreign_key="person.id")
    proposed_at: datetime = Field(sa_type=Instant)
    approved_by: str | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
