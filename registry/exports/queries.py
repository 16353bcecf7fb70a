"""What exports read that nothing else does."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from registry.auditlog.tables import CHECKPOINT
from registry.db import Reading

PAGE = 1000


def checkpoint_of(reading: Reading, size: int) -> Row[Any] | None:
    """The row of the checkpoint of this size, if it was signed."""
    return reading.one_or_none(select(CHECKPOINT).where(CHECKPOINT.c.size == size))


def daily_checkpoints(reading: Reading, size: int) -> Iterator[Row[Any]]:
    """The last checkpoint of each day (UTC) up to a size, in order of the names of their files."""
    signed = select(CHECKPOINT.c.size, CHECKPOINT.c.published_at).where(CHECKPOINT.c.size <= size)
    last: dict[date, int] = {}
    for row in reading.execute(signed.order_by(CHECKPOINT.c.size).execution_options(yield_per=PAGE)):
        last[row.published_at.date()] = row.size
    for found in sorted(last.values(), key=str):
        if row_then := checkpoint_of(reading, found):
            yield row_then
