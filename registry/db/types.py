"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB


class Instant(TypeDecorator[datetime]):
    """A UTC instant: timestamptz on PostgreSQL, a sortable text on SQLite. Refuses a naive datetime."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The engine's own column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a timezone")
        value = value.astimezone(UTC)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What was stored, in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document the database may look into. Never used for what is hashed or signed."""

Octets = LargeBinary
"""Exact bytes."""

Index = BigInteger().with_variant(Integer(), "sqlite")
"""A log index: 64 bits on both engines (SQLite's INTEGER is)."""
