"""What is stored of webhooks. Their secrets are nowhere: they are worked out from the registry's key file."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.db.types import Index, Instant, Json
from registry.webhooks.rules import Reach, Status

_STATUSES = ", ".join(f"'{status}'" for status in Status)
_REACHES = ", ".join(f"'{reach}'" for reach in Reach)


class Webhook(SQLModel, table=True):
    """An address at which an organisation is told of events."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="webhook_status_known"),
        CheckConstraint(f"reach IN ({_REACHES})", name="webhook_reach_known"),
    )

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    url: str = Field(description="empty once it has ended")
    types: list[str] = Field(sa_type=Json, description="the types of event it is told of; none: all")
    reach: str
    status: str
    generation: int = Field(description="of its secret")
    rotated_at: datetime | None = Field(sa_type=Instant)
    shown: bool = Field(description="whether the present secret has been shown")
    opened_at: datetime = Field(sa_type=Instant)


class WebhookCursor(SQLModel, table=True):
    """How far a webhook has been told, and what keeps it from being told more."""

    __tablename__ = "webhook_cursor"
    __table_args__ = {"info": {"technical": True}}

    webhook: str = Field(primary_key=True, foreign_key="webhook.id")
    next_index: int = Field(sa_type=Index, description="of the first entry that it has not been told of")
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = Field(default=0, description="in a row")
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    retry_at: datetime | None = Field(default=None, sa_type=Instant)
    fault: str | None = Field(default=None, description="how it last failed, as a code")
