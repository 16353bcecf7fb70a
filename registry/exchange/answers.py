"""A spreadsheet given back with the answers to its rows beside them, as it was sent: CSV or XLSX."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

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


def write_answers(checked: Checked, kind: str, language: Language) -> bytes:
    """The sheet in a media type, each row with its answers, in one language."""
    rows = _rows(checked, language)
    return _csv(rows) if kind == CSV else _xlsx(checked.sheet.name, rows)


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


def _xlsx(name: str, rows: Iterator[tuple[str, ...]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.data_type = "s"  # a text that begins like a formula stays a text
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
