"""Rows that each prove an entry: they name its index, and it names the digest of their octets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select

from registry.auditlog.feed import StoredEvent
from registry.clock import stamp
from registry.db import Reading
from registry.verification.findings import Report
from registry.web.documents import digest


@dataclass(frozen=True, slots=True)
class Proofs:
    """Which columns hold index and octets, which who and when, where they do; which entries have such a row.

    Make a ledger of it (`reconcile.Ledger`) by calling it.
    """

    table: Table
    octets: str
    are_of: Callable[[StoredEvent], bool]
    index: str = "log_index"
    person: str = ""
    at: str = ""

    def __call__(self, reading: Reading, report: Report) -> "ProofLedger":
        """The ledger of these rows."""
        return ProofLedger(self, reading, report)

    def differing(self, row: Row[Any], event: StoredEvent, actor: str | None) -> list[str]:
        """The columns in which a row says something else than its entry."""
        said = {self.octets: event.members["evidence"], self.at: event.members["at"], self.person: actor}
        stored = {self.octets: digest(bytes(row._mapping[self.octets] or b""))}
        if self.at:
            stored[self.at] = stamp(row._mapping[self.at])
        if self.person and actor is not None:
            stored[self.person] = f"person:{row._mapping[self.person]}"
        return [name for name, value in stored.items() if value != said[name]]


class ProofLedger:
    """A row for each entry that has one, which says the same."""

    def __init__(self, proofs: Proofs, reading: Reading, report: Report) -> None:
        self._proofs, self._report = proofs, report
        index = proofs.table.c[proofs.index]
        rows = reading.execute(select(proofs.table).where(index.is_not(None)))
        self._rows = {row._mapping[index]: row for row in rows}

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of an entry against it. What an entry says that was erased is not known any more."""
        row, place = self._rows.pop(event.index, None), f"{self._proofs.table.name} {event.index}"
        if row is None:
            if self._proofs.are_of(event):
                self._report.add("row-missing", place)
        elif "evidence" in event.members:
            if differing := self._proofs.differing(row, event, actor):
                said = f"log_entry {event.index} says another {', '.join(differing)}"
                self._report.add("row-changed", place, said)
        elif event.subject_kind:
            self._report.add("row-foreign", place)

    def finish(self) -> None:
        """Name the rows of entries that are not there."""
        for index in sorted(self._rows):
            self._report.add("row-foreign", f"{self._proofs.table.name} {index}")
