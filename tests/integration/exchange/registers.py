"""Registers as bodies keep them: a good one of any length, and one with every kind of fault."""

import csv
import io
from typing import Any

from openpyxl import Workbook

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "ab" * 32
COLUMNS = {
    "Agreement name": "Housing figures",
    "Ref": "LCC/1",
    "Data provider": "gss:E10000017",
    "Shared with": "gss:E06000009",
    "Purpose of sharing": "Statistics",
    "Data subjects": "tenant",
    "Data shared": "Housing; Identity",
    "Lawful basis": "Article 6(1)(e)",
    "Date started": "01/04/2025",
    "Expiry date": "31/03/2028",
    "Next review date": "2027-04-01",
    "Retention": "6 years",
    "Date signed": "15/03/2025",
    "SHA-256": PDF,
}


def row(**changes: str) -> dict[str, str]:
    return COLUMNS | changes


def as_csv(*rows: dict[str, str]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def as_xlsx(*rows: dict[str, Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(list(rows[0]))
    for one in rows:
        sheet.append(list(one.values()))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


WELSH = {
    "Enw'r cytundeb": "Ffigurau tai",
    "Oddi wrth": "gss:E10000017",
    "Rhennir gyda": "gss:E06000009",
    "Diben": "Ystadegau",
    "Unigolion": "tenant",
    "Data a rennir": "housing",
    "Dyddiad dechrau": "2025-04-01",
    "Dyddiad gorffen": "2028-03-31",
    "Cyfnod cadw": "6 blynedd",
}
"""The same register as a Welsh body heads it."""
