"""The SQL of erasures: openings that are due, requests, and what goes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select, update

from registry.auditlog.tables import ERASURE, OPENING, ROWS
from registry.db import Reading, Transaction


def list_due(reading: Reading, today: date, limit: int) -> Sequence[Row[Any]]:
    """The first openings whose last day is over."""
    statement = select(OPENING.c.idx, OPENING.c.field).where(OPENING.c.erase_after < today)
    return reading.all(statement.order_by(OPENING.c.idx, OPENING.c.field).limit(limit))


def find_opening(reading: Reading, index: int, field: str) -> Row[Any] | None:
    """An opening, public or not."""
    return reading.one_or_none(select(OPENING).where(OPENING.c.idx == index, OPENING.c.field == field))


def find(reading: Reading, index: int, field: str) -> Row[Any] | None:
    """The erasure of an opening: asked for, or done."""
    return reading.one_or_none(select(ERASURE).where(ERASURE.c.idx == index, ERASURE.c.field == field))


def any_since(reading: Reading, size: int) -> bool:
    """Whether what a sealed entry says was erased after the log had this size."""
    done = (ERASURE.c.field == "entry", ERASURE.c.log_index >= size)
    return reading.scalar(select(ERASURE.c.id).where(*done).limit(1)) is not None


def list_stated(reading: Reading, indices: Sequence[int]) -> list[str]:
    """What these entries state of rows."""
    return [row.value for row in reading.all(select(ROWS.c.value).where(ROWS.c.idx.in_(indices)))]


def lock(tx: Transaction, identifier: str) -> Row[Any] | None:
    """An erasure, locked until the transaction ends."""
    return tx.one_or_none(select(ERASURE).where(ERASURE.c.id == identifier).with_for_update())


def list_of(reading: Reading, organisation: str, *, after: str, limit: int) -> Sequence[Row[Any]]:
    """The erasures that an organisation's people asked for, oldest first."""
    statement = select(ERASURE).where(ERASURE.c.organisation == organisation, ERASURE.c.id > after)
    return reading.all(statement.order_by(ERASURE.c.id).limit(limit))


def list_all(reading: Reading) -> Sequence[Row[Any]]:
    """Every erasure."""
    return reading.all(select(ERASURE).order_by(ERASURE.c.id))


def complete(tx: Transaction, identifier: str, *, log_index: int, confirmed_by: str | None = None) -> None:
    """Note that an erasure is done, by which second person, and the entry that says so."""
    done = {"log_index": log_index, "confirmed_by": confirmed_by}
    tx.execute(update(ERASURE).where(ERASURE.c.id == identifier).values(done))


def delete_opening(tx: Transaction, index: int, field: str) -> None:
    """Delete an opening. The database lets it go because its erasure is complete."""
    tx.execute(delete(OPENING).where(OPENING.c.idx == index, OPENING.c.field == field))
