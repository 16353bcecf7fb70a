"""A spreadsheet given back with the answers to its rows beside them, as it was sent: CSV or XLSX."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from registry.decisions.words.wording import Said
from registry.exchange.checking import Checked, CheckedRow
from registry.exchange.columns import guarded
from registry.exchange.sheets import CSV
from registry.exchange.voice import Language

HEADINGS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Covered", "Outcome", "Agreements", "Not covered", "Why", "Advice"),
    "cy": ("Cwmpesir", "Canlyniad", "Cytundebau", "Heb ei gwmpasu", "Pam", "Cyngor"),
}
COVERED: Mapping[str, Said] = {
    "all": Said("All of it", "Y cyfan"),
    "some": Said("Some of it", "Peth ohono"),
    "none": Said("No agreement", "Dim cytundeb"),
    "not-ours": Said(
        "Not asked: your organisation is no end of it", "Ni ofynnwyd: nid yw'ch sefydliad yn un pen iddo"
    ),
    "not-understood": Said("Not understood", "Heb ei ddeall"),
}
"""How far a row is covered, in words."""
MORE = Said(
    "... There is more than a cell holds: send the rows as CSV.",
    "... Mae mwy nag a ddeil cell: anfonwch y rhesi fel CSV.",
)
MAX_CELL, MAX_TITLE = 32_767, 31
"""How many characters a cell, and the title of a sheet, have at most (ECMA-376 and what reads it)."""


def write_answers(checked: Checked, kind: str, language: Language) -> bytes:
    """The sheet in a media type, each row with its answers, in one language."""
    rows = _rows(checked, language)
    return _csv(rows) if kind == CSV else _xlsx(checked.sheet.name, rows, language)


def _rows(checked: Checked, language: Language) -> Iterator[tuple[str, ...]]:
    yield (*checked.sheet.headings, *HEADINGS[language])
    for (_, cells), row in zip(checked.sheet.rows, checked.rows, strict=True):
        yield (*cells, *_answer(row, language))


def _answer(row: CheckedRow, language: Language) -> Sequence[str]:
    def of(said: Said) -> str:
        return said.en if language == "en" else said.cy

    why = dict.fromkeys(of(one.why) for one in row.gaps or row.asked)
    faults = (f"{fault.field}: {fault.en if language == 'en' else fault.cy}" for fault in row.faults)
    return (
        of(COVERED[row.covered]),
        row.outcome,
        ", ".join(row.agreements),
        "\n".join(str(one.sharing) for one in row.gaps),
        "\n".join([*why, *faults]),
        of(row.advice) if row.advice else "",
    )


def _csv(rows: Iterator[tuple[str, ...]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([guarded(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _xlsx(name: str, rows: Iterator[tuple[str, ...]], language: Language) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", name)[:MAX_TITLE])
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=_fitting(text, language)) for text in row]
        for cell in cells:
            cell.data_type = "s"  # a text that begins like a formula stays a text
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fitting(text: str, language: Language) -> str:
    """So much of a text as a cell holds; one that goes on says so."""
    spelt = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(spelt) <= MAX_CELL:
        return spelt
    more = "\n" + (MORE.en if language == "en" else MORE.cy)
    return spelt[: MAX_CELL - len(more)] + more
