"""The SQL of a deployment's own entries of law."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from registry.db import Reading, Transaction, table
from registry.vocabulary.rules import Standing
from registry.vocabulary.tables import LawOverlay

OVERLAY = table(LawOverlay)


def find(reading: Reading, digest: str) -> Standing | None:
    """How far the approval of a digest has come, or None when nobody proposed it."""
    row = reading.one_or_none(_of(digest))
    return _standing(row) if row else None


def lock(tx: Transaction, digest: str) -> Standing | None:
    """The same, locked until the transaction ends."""
    row = tx.one_or_none(_of(digest).with_for_update())
    return _standing(row) if row else None


def insert_proposal(tx: Transaction, digest: str, *, person: str, now: datetime) -> None:
    """Store that a person proposed a digest."""
    tx.execute(insert(OVERLAY).values(digest=digest, proposed_by=person, proposed_at=now))


def record_approval(tx: Transaction, digest: str, *, person: str, now: datetime) -> None:
    """Store that a second person approved it."""
    statement = update(OVERLAY).where(OVERLAY.c.digest == digest)
    tx.execute(statement.values(approved_by=person, approved_at=now))


def _of(digest: str) -> Any:
    return select(OVERLAY.c.digest, OVERLAY.c.proposed_by, OVERLAY.c.approved_by).where(
        OVERLAY.c.digest == digest
    )


def _standing(row: Row[Any]) -> Standing:
    return Standing(row.digest, row.proposed_by, row.approved_by)
