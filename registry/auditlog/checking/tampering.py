"""Looking for tampering: every row of the log held against the tree and its checkpoints, in one pass.

The tree is grown again from the entries. On the way it must complete the hashes of the tile rows and pass
through the root of every checkpoint; at the end it must have the stored right edge. What the entries say is
held against the rows beside them (`reconcile`). Everything found is named, nothing is repaired.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import queries
from registry.auditlog.checking.reconcile import LedgerMaker, Words
from registry.auditlog.publish import open_row
from registry.auditlog.rules import LogDamaged
from registry.db import Reading
from registry.tlog.keys import VerifierKey
from registry.tlog.tile import TILE_HEIGHT
from registry.tlog.tree import Frontier, leaf_hash
from registry.verification.findings import Report
from registry.verification.progress import Progress, unwatched


def find_tampering(
    reading: Reading,
    keys: Sequence[VerifierKey],
    progress: Progress = unwatched,
    *,
    ledgers: Sequence[LedgerMaker] = (),
) -> Report:
    """Check every row of the log against its keys and report what is missing, changed or foreign.

    Give `ledgers` to check the rows of features against their entries as well.
    """
    report = Report(keys[0].name)
    search = _Search(reading, keys, Words(reading, report, ledgers), report)
    size, expected = queries.log_size(reading), 0
    for row in queries.all_rows_opened(reading):
        if row.idx != expected:
            search.miss_entry(expected)
        search.check_entry(row)
        expected = row.idx + 1
        progress(expected, size)
    if expected < size:
        search.miss_entry(expected)
    search.check_end()
    report.size = expected
    return report


class _Search:
    """The state of one pass."""

    def __init__(self, reading: Reading, keys: Sequence[VerifierKey], words: Words, report: Report) -> None:
        self._reading, self._words, self._report = reading, words, report
        self._edge = Frontier()
        self._is_tree_known = True
        self._tiles = {(row.level, row.idx): bytes(row.hash) for row in queries.all_tile_hashes(reading)}
        self._checkpoints: deque[tuple[int, bytes]] = deque()
        for row in queries.all_checkpoints(reading):
            try:
                open_row(row, *keys)
            except LogDamaged as damage:
                report.add("row-changed", f"checkpoint {row.size}", damage)
            self._checkpoints.append((row.size, bytes(row.root)))
        self._check_checkpoint()

    def miss_entry(self, index: int) -> None:
        """Go on without the tree: a leaf is missing, so nothing above it can be made again."""
        self._report.add("row-missing", f"log_entry {index}")
        self._is_tree_known = False

    def check_entry(self, row: Row[Any]) -> None:
        """Check one entry and what it completes."""
        if leaf_hash(row.body) != row.leaf_hash:
            self._report.add("row-changed", f"log_entry {row.idx}", "its body does not give its leaf hash")
        else:
            try:
                self._words.check(row)
            except (ValueError, KeyError, TypeError):
                self._report.add("row-changed", f"log_entry {row.idx}", "it is not an entry")
        # The stored hash goes into the tree: were the body changed alone, this one finding is all there is.
        if self._is_tree_known:
            self._check_tiles(row.idx, self._edge.append(row.leaf_hash)[TILE_HEIGHT::TILE_HEIGHT])
            self._check_checkpoint()

    def check_end(self) -> None:
        """Check what the entries do not account for."""
        if self._is_tree_known:
            if self._edge != queries.stored_frontier(self._reading):
                self._report.add("row-changed", "log_state", "it is not the right edge of the entries' tree")
            for level, index in sorted(self._tiles):
                self._report.add("row-foreign", f"log_tile_hash {level} {index}")
            for size, _ in self._checkpoints:
                self._report.add("row-missing", f"log_entry {self._edge.size}, which checkpoint {size} signs")
        self._words.check_end()

    def _check_tiles(self, index: int, completed: Sequence[bytes]) -> None:
        """Hold the subtrees that an entry completes against the tile rows."""
        for level, root in enumerate(completed, 1):
            place = level, index >> TILE_HEIGHT * level
            stored = self._tiles.pop(place, None)
            if stored is None:
                self._report.add("row-missing", f"log_tile_hash {level} {place[1]}")
            elif stored != root:
                self._report.add(
                    "row-changed", f"log_tile_hash {level} {place[1]}", "the entries give another"
                )

    def _check_checkpoint(self) -> None:
        """Hold the tree against the checkpoint of this size, if there is one."""
        if self._checkpoints and self._checkpoints[0][0] == self._edge.size:
            size, root = self._checkpoints.popleft()
            if root != self._edge.root():
                self._report.add("root-differs", f"checkpoint {size}")
                self._checkpoints.clear()  # every later root differs with it
