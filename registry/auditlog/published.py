"""What was published of checkpoints, held against them: notes under cosignatures, time-stamp tokens."""

from hashlib import sha256
from typing import Any

from rfc3161_client import decode_timestamp_response
from sqlalchemy import Row, select

from registry.auditlog.feed import StoredEvent
from registry.auditlog.tables import CHECKPOINT, SERVED, TOKEN
from registry.clock import stamp
from registry.db import Reading
from registry.tlog.faults import Malformed
from registry.verification.findings import Report
from registry.verification.timestamps import stamped_octets


class PublishedLedger:
    """Served notes and tokens; no entry speaks of them. Cosignatures and certificates are for auditors."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Nothing: this looks at checkpoints alone."""

    def finish(self) -> None:
        """Hold every note that is served, and every token, against its checkpoint."""
        note = CHECKPOINT.c.note.label("signed")
        notes = select(SERVED, note).outerjoin(CHECKPOINT, CHECKPOINT.c.size == SERVED.c.size)
        for row in self._reading.execute(notes):
            if not _continues(row.note, row.signed):
                self._report.add(
                    "row-changed", f"served_checkpoint {row.size}", "not the note that was signed"
                )
        tokens = select(TOKEN, note).outerjoin(CHECKPOINT, CHECKPOINT.c.size == TOKEN.c.size)
        for row in self._reading.execute(tokens):
            if not _stamps(row):
                place = f"timestamp_token {row.size} {row.tsa}"
                self._report.add("row-changed", place, "it stamps something else than the checkpoint")


def _continues(served: str, signed: str | None) -> bool:
    """Whether a note is the signed one, with more lines under it or not."""
    if signed is None:
        return False
    text, _, lines = signed.rpartition("\n\n")
    served_text, _, served_lines = served.rpartition("\n\n")
    return served_text == text and {*lines.splitlines()} <= {*served_lines.splitlines()}


def _stamps(row: Row[Any]) -> bool:
    """Whether a token is about the checkpoint's note, and says the time that is stored beside it."""
    if row.signed is None:
        return False
    try:
        told = decode_timestamp_response(bytes(row.tsr)).tst_info
        imprint = sha256(stamped_octets(row.signed.encode())).digest()
    except (ValueError, Malformed):
        return False
    return told.message_imprint.message == imprint and stamp(told.gen_time) == stamp(row.gen_time)
