"""The rows that an append adds: gathered entry by entry, then written together.

While they are written every other append waits, so PostgreSQL gets them all in one statement: each statement
is a way there and back. SQLite, which is in this process, writes a table at a time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, text, update
from sqlalchemy.dialects import sqlite

from registry.auditlog.tables import ENTRY, OPENING, ROWS, STATE, SUBJECT, TILE
from registry.db import Transaction
from registry.tlog.tree import Frontier

# Built once: building a statement costs as much as running it.
_ADD_ENTRY, _ADD_TILE, _ADD_OPENING, _ADD_ROWS = map(insert, (ENTRY, TILE, OPENING, ROWS))
_POINT = sqlite.insert(SUBJECT)
_POINT = _POINT.on_conflict_do_update(index_elements=["kind", "id"], set_={"idx": _POINT.excluded.idx})
_MOVE_STATE = update(STATE).values(size=bindparam("new_size"), frontier=bindparam("edge"))

_TOGETHER = text("""
    WITH entries AS (
        INSERT INTO log_entry (idx, leaf_hash, body)
        SELECT * FROM json_to_recordset(CAST(:entries AS json))
            AS new (idx bigint, leaf_hash bytea, body bytea)
    ), tiles AS (
        INSERT INTO log_tile_hash (level, idx, hash)
        SELECT * FROM json_to_recordset(CAST(:tiles AS json)) AS new (level int, idx bigint, hash bytea)
    ), openings AS (
        INSERT INTO log_opening (idx, field, salt, value, public, erase_after)
        SELECT * FROM json_to_recordset(CAST(:openings AS json))
            AS new (idx bigint, field text, salt bytea, value text, public boolean, erase_after date)
    ), stated AS (
        INSERT INTO log_rows (idx, salt, value)
        SELECT * FROM json_to_recordset(CAST(:stated AS json)) AS new (idx bigint, salt bytea, value text)
    ), subjects AS (
        INSERT INTO log_subject (kind, id, idx)
        SELECT * FROM json_to_recordset(CAST(:subjects AS json)) AS new (kind text, id text, idx bigint)
        ON CONFLICT (kind, id) DO UPDATE SET idx = excluded.idx
    )
    UPDATE log_state SET size = :new_size, frontier = :edge
""")


@dataclass(slots=True)
class NewRows:
    """The rows that one append adds, and the newest entry of each subject it is about."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    tiles: list[dict[str, Any]] = field(default_factory=list)
    openings: list[dict[str, Any]] = field(default_factory=list)
    stated: list[dict[str, Any]] = field(default_factory=list)
    newest: dict[tuple[str, str], int] = field(default_factory=dict)

    def tables(self) -> Mapping[str, list[dict[str, Any]]]:
        """The rows by what they are of."""
        newest = self.newest.items()
        subjects = [{"kind": kind, "id": subject, "idx": index} for (kind, subject), index in newest]
        return {
            "entries": self.entries,
            "tiles": self.tiles,
            "openings": self.openings,
            "stated": self.stated,
            "subjects": subjects,
        }


def write_rows(tx: Transaction, frontier: Frontier, rows: NewRows) -> None:
    """Write the rows of an append and the right edge they lead to."""
    edge = {"new_size": frontier.size, "edge": b"".join(frontier.hashes)}
    if tx.dialect == "postgresql":
        written = {name: json.dumps(table, default=_written) for name, table in rows.tables().items()}
        tx.execute(_TOGETHER, written | edge)
        return
    adding = zip(
        (_ADD_ENTRY, _ADD_TILE, _ADD_OPENING, _ADD_ROWS, _POINT), rows.tables().values(), strict=True
    )
    for statement, table in adding:
        if table:
            tx.execute(statement, table)
    tx.execute(_MOVE_STATE, edge)


def _written(value: bytes | date) -> str:
    """Octets and days as PostgreSQL reads them."""
    return value.isoformat() if isinstance(value, date) else rf"\x{value.hex()}"
