"""The rows that the log answers for (`registry.db.held`), held against the last word about each.

An entry that cannot be read any more, because what it says was erased, states nothing: the entry that says
that it was erased states its rows again.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Table, select
from sqlmodel import SQLModel

from registry.db import Reading
from registry.db.held import Stated, columns_of, digest_of, is_held, key_of
from registry.web.documents import digest

AT_ONCE = 1000


class Differing(NamedTuple):
    """A row that is not what was last said of it: a code of `verification.findings`, and perhaps how."""

    code: str
    table: Table
    key: str
    detail: str = ""


class StatedRows:
    """What the entries have said so far of every row, by table and key."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._stated: Stated = {}

    def take(self, value: str) -> None:
        """Remember what an entry states: its word about a row is the last so far."""
        for name, rows in json.loads(value).items():
            known = self._stated.setdefault(name, {})
            known |= rows
            for gone in [key for key in rows if rows[key] is None]:
                del known[gone]

    def differing(self) -> Iterator[Differing]:
        """Hold every row against what was said of it; name those that differ or are not there."""
        for table in SQLModel.metadata.sorted_tables:
            if is_held(table):
                yield from self._differing(table, self._stated.get(table.name, {}))

    def _differing(self, table: Table, stated: dict[str, str | None]) -> Iterator[Differing]:
        kept = [column for column in table.columns if "digest" in column.info]
        columns = columns_of(table)
        rows = select(*columns, *kept).execution_options(yield_per=AT_ONCE)
        for row in self._reading.execute(rows):
            key = key_of(table, row)
            said = stated.pop(key, None)
            if said is None:
                yield Differing("row-foreign", table, key)
            elif said != digest_of(table, row[: len(columns)]):
                yield Differing("row-changed", table, key, "the log says otherwise")
            elif any(digest(bytes(row._mapping[one])) != row._mapping[one.info["digest"]] for one in kept):
                yield Differing("row-changed", table, key, "its document does not give its hash")
        for key in sorted(stated):
            yield Differing("row-missing", table, key)
