"""Signatures and answers at reviews, held against the log (`auditlog.checking.reconcile.Ledger`)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, select

from registry.agreements.events import AgreementConfirmed, ContinuationDoubted
from registry.agreements.queries.acts import SIGNATURE
from registry.agreements.queries.versions import VERSION
from registry.agreements.tables import ReviewAnswer
from registry.auditlog import StoredEvent
from registry.auditlog.checking.proofs import Proofs
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.auditlog.entries import SEALED
from registry.clock import stamp
from registry.db import Reading, table
from registry.organisations.queries import list_orders
from registry.verification.findings import Report

AT_ONCE = 1000
ANSWERS = frozenset({"agreement.signed", "agreement.refused"})


class SignatureLedger:
    """Every signature and refusal: one row for each entry, which says the same."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._report = report
        named = select(SIGNATURE, VERSION.c.ref, VERSION.c.number).join(
            VERSION, VERSION.c.id == SIGNATURE.c.version_id
        )
        self._rows = _each(reading, named.order_by(SIGNATURE.c.log_index))
        self._next = next(self._rows, None)
        self._heirs = {
            body: {order.heir, *(share["successor"] for share in order.shares)}
            for order in list_orders(reading)
            if order.carried_out_at is not None
            for body in order.predecessors
        }

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the row of this entry against it."""
        row = self._row_of(event.index)
        if event.type not in ANSWERS:
            if row is not None and event.type != SEALED:
                self._foreign(row)
        elif row is None:
            self._report.add("row-missing", f"signature of log_entry {event.index}")
        elif differing := self._differing(row, event, actor):
            said = f"log_entry {event.index} says another {', '.join(differing)}"
            self._report.add("row-changed", f"signature {row.id}", said)

    def finish(self) -> None:
        """Name the signatures that no entry says."""
        while self._next is not None:
            self._foreign(self._next)
            self._next = next(self._rows, None)

    def _row_of(self, index: int) -> Row[Any] | None:
        """The row that names this entry. Those of entries that cannot be read are passed over."""
        while self._next is not None and self._next.log_index < index:
            self._next = next(self._rows, None)
        if self._next is None or self._next.log_index > index:
            return None
        row, self._next = self._next, next(self._rows, None)
        return row

    def _differing(self, row: Row[Any], event: StoredEvent, actor: str | None) -> list[str]:
        said, members = event.members, event.members["subject"]
        pairs = {
            "version_id": ((row.ref, row.number), (event.subject_id, event.version)),
            "role": (row.role, said["role"]),
            "decision": (row.decision, said["decision"]),
            "hash": (row.hash, members.get("digest")),
            "signed_at": (stamp(row.signed_at), said["at"]),
            "strength": (row.strength, said.get("strength", row.strength)),
            "marked": (row.marked, said.get("reason_code", "")),
            "person": (f"person:{row.person}", actor or f"person:{row.person}"),
        }
        differing = [name for name, (stored, logged) in pairs.items() if stored != logged]
        return differing + ([] if self._stands_for(row.organisation, event.org) else ["organisation"])

    def _stands_for(self, present: str, signer: str) -> bool:
        """Whether a body is the one that signed, or stands in its place by orders of succession."""
        heirs, seen = {signer}, set[str]()
        while heirs - seen:
            seen |= heirs
            heirs = {heir for body in seen for heir in self._heirs.get(body, ())}
        return present in seen

    def _foreign(self, row: Row[Any]) -> None:
        self._report.add("row-foreign", f"signature {row.id}")


def _each(reading: Reading, statement: Select[Any]) -> Iterator[Row[Any]]:
    """Every row of a statement, few in memory at a time."""
    return iter(reading.execute(statement.execution_options(yield_per=AT_ONCE)))


LEDGERS: tuple[LedgerMaker, ...] = (
    SignatureLedger,
    Proofs(
        table(ReviewAnswer),
        "document",
        lambda event: event.type in (AgreementConfirmed.type, ContinuationDoubted.type),
        person="person",
        at="answered_at",
    ),
)
"""What of agreements `registry log verify` holds against the log."""
