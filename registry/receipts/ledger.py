"""The rows of receipts, held against the main log (`auditlog.checking.reconcile.Ledger`).

Leaves, padding and tile hashes are those of the roots that the main log names, one for each entry.
"""

from typing import Any

from sqlalchemy import Row, select

from registry.auditlog import StoredEvent
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.db import Reading
from registry.receipts import queries
from registry.receipts.events import DecisionsRooted
from registry.receipts.tables import LEAF
from registry.receipts.tree import entries, grow
from registry.tlog.tile import TILE_WIDTH
from registry.tlog.tree import Frontier
from registry.verification.findings import Report


class ReceiptLedger:
    """Every root of receipts is the one its entry names, and the rows below add up to it."""

    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report
        self._roots = {row.log_index: row for row in queries.all_roots(reading)}
        self._edge = Frontier()

    def visit(self, event: StoredEvent, actor: str | None) -> None:
        """Hold the root that an entry names against its row, and the tree up to it."""
        if event.type != DecisionsRooted.type:
            return
        row = self._roots.pop(event.index, None)
        if row is None:
            self._report.add("row-missing", f"receipt_root of entry {event.index}")
        else:
            self._check(row, event.members["subject"]["digest"])

    def finish(self) -> None:
        """Name what no entry accounts for."""
        for index in sorted(self._roots):
            self._report.add("row-foreign", f"receipt_root of entry {index}")
        if self._reading.scalar(select(LEAF.c.idx).where(LEAF.c.idx >= self._edge.size).limit(1)) is not None:
            self._report.add("row-foreign", f"receipt_leaf from {self._edge.size} on")

    def _check(self, row: Row[Any], named: str) -> None:
        """Grow the tree to the size of a root, from leaves and padding."""
        place = f"receipt_root of entry {row.log_index}"
        if f"sha256:{bytes(row.root).hex()}" != named:
            self._report.add("row-changed", place, f"log_entry {row.log_index} says otherwise")
        for bundle in range(self._edge.size // TILE_WIDTH, row.size // TILE_WIDTH):
            for grown in grow(self._edge, entries(self._reading, bundle)):
                stored = queries.tile_hashes(self._reading, grown["level"], grown["idx"], 1)
                if stored != [grown["hash"]]:
                    what = f"receipt_tile_hash {grown['level']} {grown['idx']}"
                    self._report.add("row-changed", what, "it is not the tree of the leaves below it")
        if self._edge.root() != bytes(row.root):
            self._report.add("row-changed", place, "the leaves do not add up to it")


LEDGERS: tuple[LedgerMaker, ...] = (ReceiptLedger,)
"""What of receipts `registry log verify` holds against the log."""
