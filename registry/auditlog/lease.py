"""The lease: which worker publishes, so that the others need not try.

A row names the holder and when its time is up. It is taken and renewed by compare-and-swap, so no session of
the database is tied up by it. The lease only saves work: should two workers believe they hold it, because a
clock is wrong or a turn was long, the compare-and-swap of the checkpoint still lets one of them sign.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.auditlog.tables import LEASE
from registry.db import Database, Transaction, new_id


@dataclass(slots=True)
class Lease:
    """One worker's claim to do what this name stands for, `term` at a time."""

    db: Database
    name: str
    term: timedelta = timedelta(seconds=5)
    holder: str = field(default_factory=new_id)
    _until: datetime | None = None

    def hold(self, now: datetime) -> bool:
        """Whether this worker holds the lease now: taken when free or over, renewed when half used."""
        if self._until is None or now >= self._until - self.term / 2:
            with self.db.write() as tx:
                is_held = self._renew(tx, now) or self._take(tx, now)
            self._until = now + self.term if is_held else None
        return self._until is not None

    def release(self) -> None:
        """Let another worker have it at once."""
        if self._until is not None:
            with self.db.write() as tx:
                tx.execute(delete(LEASE).where(LEASE.c.name == self.name, LEASE.c.holder == self.holder))
            self._until = None

    def _renew(self, tx: Transaction, now: datetime) -> bool:
        """Move the row on, if it is this worker's or its time is up."""
        mine_or_over = or_(LEASE.c.holder == self.holder, LEASE.c.expires_at <= now)
        statement = update(LEASE).where(LEASE.c.name == self.name, mine_or_over)
        moved = tx.execute(statement.values(holder=self.holder, expires_at=now + self.term))
        return moved.rowcount == 1

    def _take(self, tx: Transaction, now: datetime) -> bool:
        """Make the row, if nobody has: of several at once, one does."""
        insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
        row = insert(LEASE).values(name=self.name, holder=self.holder, expires_at=now + self.term)
        return tx.scalar(row.on_conflict_do_nothing().returning(LEASE.c.name)) is not None
