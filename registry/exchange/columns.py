"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.exchange.papers import Line
from registry.exchange.voice import Voice

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Register:
    """A register that others prescribe: its columns, and the rows an organisation has in it."""

    columns: tuple[str, ...]
    rows: Callable[[Iterable[Line], str, Voice], Iterator[Row]]


def write_csv(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    """The table in UTF-8 with a mark at its start, which spreadsheets need to read Welsh."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns)
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows)
    return written.getvalue().encode("utf-8-sig")


def guarded(value: str) -> str:
    """A value as text: an apostrophe before what would be run as a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value
