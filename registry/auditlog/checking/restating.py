"""Stating rows anew that are not what the log says, because the operator answers for what they are now.

A register from before entries stated rows needs it once, and so does a row that was put right in the database
itself. It forgives nothing in silence: the log says for good that it was done, when and why, and what the
rows were said to be before.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Literal

from registry.auditlog import queries
from registry.auditlog.append import append_many
from registry.auditlog.checking.stated import Differing, StatedRows
from registry.auditlog.entries import SEALED, decode
from registry.auditlog.events import RowsRestated, Subject
from registry.db import Database, Reading, Transaction

Reason = Literal["repaired", "upgraded"]
AT_ONCE = 500
"""Rows stated by one entry: the log is locked while they are read."""


def restate(db: Database, reason: Reason, now: datetime) -> int:
    """Let the log state every row that differs from its last word about it; says how many there were."""
    with db.read() as reading:
        differing = list(_last_words(reading).differing())
    for first in range(0, len(differing), AT_ONCE):
        with db.write() as tx:
            _restate(tx, differing[first : first + AT_ONCE], reason, now)
    return len(differing)


def _restate(tx: Transaction, rows: Sequence[Differing], reason: Reason, now: datetime) -> None:
    event = RowsRestated(at=now, org="", actor=None, subject=Subject("register", "rows"), reason_code=reason)

    def state(_: range) -> None:
        """Look at the rows while the log is locked: what others write to them is stated after this."""
        for table, of_table in groupby(rows, lambda row: row.table):
            tx.state(table, [row.key for row in of_table])

    append_many(tx, [event], state)


def _last_words(reading: Reading) -> StatedRows:
    """What the entries that can still be read state."""
    words = StatedRows(reading)
    for row in queries.all_rows_opened(reading):
        is_erased = row.entry is None and decode(row.body)["type"] == SEALED
        if row.rows is not None and not is_erased:
            words.take(row.rows)
    return words
