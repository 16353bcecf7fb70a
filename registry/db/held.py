"""What the log answers for: the rows of every table that is neither working memory nor the log itself.

Each entry states the rows that its transaction wrote, by the digest of what stands in them; `log verify`
makes the digests again. A table says in its `info` when it is something else (docs/log-entries.md):

- `technical`: working memory, of which no entry speaks;
- `bound`: its rows belong to one entry, are written with or after it, and have a check of their own.
"""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

Stated = dict[str, dict[str, str | None]]
"""Tables, their rows by key, and the digest of each row: none of one that is gone."""


def is_held(table: Table) -> bool:
    """Whether entries state the rows of a table."""
    return not table.info.keys() & {"technical", "bound"}


@cache
def columns_of(table: Table) -> tuple[ColumnElement[Any], ...]:
    """The key of a row and what else its digest covers.

    Not so what is marked in its `info`: octets whose `digest` stands in another column, and an index of the
    `entry` that states the row.
    """
    left_out = {one for one in table.columns if one.primary_key or one.info.keys() & {"digest", "entry"}}
    others = sorted(set(table.columns) - left_out, key=lambda column: column.name)
    return *table.primary_key.columns, *others


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(str(column.key) for column in columns_of(table))


def key_of(table: Table, row: Iterable[Any]) -> str:
    """What a row is called in entries and findings."""
    values = tuple(row)[: len(table.primary_key)]
    return " ".join(map(str, values))


def digest_of(table: Table, row: Iterable[Any]) -> str:
    """The digest of a row. What is empty is left out: a column may be added later without a new word."""
    said = {name: value for name, value in zip(_names(table), row, strict=True) if value is not None}
    return sha256(_canonical.encode(said).encode()).hexdigest()


def rows_near(table: Table, keys: Collection[str]) -> Select[Any]:
    """The rows of a table that have these keys, and perhaps others: those whose keys begin alike."""
    first, *more = table.primary_key.columns
    return select(*columns_of(table)).where(
        first.in_({key.partition(" ")[0] if more else key for key in keys})
    )


def _plain(value: Any) -> str:
    """The one spelling of a value that JSON has no form for."""
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"not the value of a column: {value!r}")


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
