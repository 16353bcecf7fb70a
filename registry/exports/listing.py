"""The list of entries that travels with an export for people: what can be read of each. No evidence."""

import csv
import io
from collections.abc import Iterable, Iterator

from registry.auditlog import queries
from registry.auditlog.entries import decode
from registry.db import Reading

NOT_EVIDENCE = "not evidence: a list for people, made from the entries / nid tystiolaeth: rhestr i bobl"
COLUMNS = ("index", "type", "at", "org", "subject_kind", "subject_id", "version")
PAGE = 4096
NO_SUBJECT: dict[str, object] = {}


def listing(reading: Reading, size: int) -> Iterator[bytes]:
    """The list of the first `size` entries, a page at a time."""
    yield write_rows([(NOT_EVIDENCE,), COLUMNS])
    for first in range(0, size, PAGE):
        rows = queries.events_from(reading, first, min(PAGE, size - first), public_only=True)
        yield write_rows(row_of(row.idx, row.opened or row.body) for row in rows)


def row_of(index: int, body: str | bytes) -> tuple[object, ...]:
    """The row of one entry in the list."""
    members = decode(body)
    subject = members.get("subject", NO_SUBJECT)
    return (
        index,
        members["type"],
        members.get("at"),
        members.get("org"),
        subject.get("kind"),
        subject.get("id"),
        subject.get("version"),
    )


def write_rows(rows: Iterable[tuple[object, ...]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
