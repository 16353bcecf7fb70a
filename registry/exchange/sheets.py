"""Reading a spreadsheet as it is sent: CSV (RFC 4180) or XLSX, as rows of plain cells with their places.

Nothing in the file is run: a formula counts as the value the file gives for it. What is too large to be a
register is refused before it is unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from registry.errors import Invalid, WrongMediaType

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 5_000, 100, 20_000
MAX_UNPACKED = 100 * 2**20


class NotASpreadsheet(WrongMediaType):
    """The file was sent as something else than `text/csv` or XLSX."""

    code = "not-a-spreadsheet"


class UnreadableSpreadsheet(Invalid):
    """The file is not the CSV or XLSX it is sent as, is empty, or is too large to be a register."""

    code = "unreadable-spreadsheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a file: its headings, and its rows with the number each has in the file."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(content: bytes, media_type: str) -> Sheet:
    """The sheet that a file holds. Days are written YYYY-MM-DD, whole numbers without a point.

    Raises:
        NotASpreadsheet, UnreadableSpreadsheet: see there.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind == CSV:
        name, grid = "csv", _read_csv(content)
    elif kind == XLSX:
        name, grid = _read_xlsx(content)
    else:
        raise NotASpreadsheet
    return _sheet(name, grid)


def column_letter(place: int) -> str:
    """What spreadsheets call a column: A for 0."""
    return str(get_column_letter(place + 1))


def _sheet(name: str, grid: Iterable[Sequence[Any]]) -> Sheet:
    filled = []
    for number, cells in enumerate(grid, start=1):
        texts = tuple(map(_text, cells))
        if any(texts):
            filled.append((number, texts))
        if len(filled) > MAX_ROWS + 1 or len(cells) > MAX_COLUMNS:
            raise UnreadableSpreadsheet(reason=f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns")
    if len(filled) < 2:
        raise UnreadableSpreadsheet(reason="no row below the headings")
    (_, headings), *rows = filled
    return Sheet(name, headings, tuple((number, _padded(cells, len(headings))) for number, cells in rows))


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))[:width]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell).strip()
    if len(text) > MAX_CELL:
        raise UnreadableSpreadsheet(reason=f"a cell of more than {MAX_CELL} characters")
    return text


def _read_csv(content: bytes) -> Sequence[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise UnreadableSpreadsheet(reason="a cell holds U+0000")
        separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise UnreadableSpreadsheet(reason=str(fault)[:200]) from None


def _read_xlsx(content: bytes) -> tuple[str, Sequence[Sequence[Any]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableSpreadsheet(reason="it unpacks to more than 100 MiB")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MAX_ROWS + 100, max_col=MAX_COLUMNS, values_only=True)
        grid = [_cut(row) for row in rows]
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as fault:
        raise UnreadableSpreadsheet(reason=str(fault)[:200]) from None
    return str(sheet.title), grid


def _cut(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row without the empty cells at its end."""
    width = max((place + 1 for place, cell in enumerate(row) if cell is not None), default=0)
    return row[:width]
