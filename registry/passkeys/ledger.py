"""Evidence, rosters and organisations' keys, held against the log (`auditlog.checking.reconcile.Ledger`)."""

from typing import Any

from sqlalchemy import Row, Table, select

from registry.auditlog import StoredEvent
from registry.auditlog.checking.proofs import Proofs
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.db import Reading, table
from registry.passkeys.events import KeyRegistered, RosterSigned
from registry.passkeys.tables import ApprovalEvidence, OrganisationKeyRow, RosterRow
from registry.verification.approvals import STRONG
from registry.verification.findings import Report
from registry.web.documents import digest

EVIDENCE, KEY, ROSTER = map(table, (ApprovalEvidence, OrganisationKeyRow, RosterRow))


class VouchingLedger:
    """Rosters and registered keys: document and evidence give the digests in the entry that brought them."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        self._rows = {
            RosterSigned.type: _by_index(reading, ROSTER),
            KeyRegistered.type: _by_index(reading, KEY),
        }

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of an entry against it."""
        if event.type not in self._rows:
            return
        row, place = self._rows[event.type].pop(event.index, None), f"{_name(event.type)} {event.index}"
        if row is None:
            self._report.add("row-missing", place)
            return
        named = event.members["subject"].get("digest"), event.members["evidence"]
        found = digest(bytes(row.document)), digest(bytes(row.evidence or b""))
        if found != named or row.digest != named[0] or row.organisation != event.org:
            self._report.add("row-changed", place, f"log_entry {event.index} says otherwise")

    def finish(self) -> None:
        """Name the rows that no entry brought."""
        for kind, rows in self._rows.items():
            for index in sorted(rows):
                self._report.add("row-foreign", f"{_name(kind)} {index}")


def _by_index(reading: Reading, source: Table) -> dict[int, Row[Any]]:
    rows = reading.execute(select(source).where(source.c.log_index.is_not(None)))
    return {row.log_index: row for row in rows}


def _name(kind: str) -> str:
    return {RosterSigned.type: ROSTER, KeyRegistered.type: KEY}[kind].name


LEDGERS: tuple[LedgerMaker, ...] = (
    Proofs(EVIDENCE, "document", lambda event: event.members.get("strength") in STRONG),
    VouchingLedger,
)
"""What of approvals' evidence `registry log verify` holds against the log."""
