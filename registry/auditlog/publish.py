"""Publishing: signing the tree of all committed entries, never before they are committed.

One pass (`publish`) does this, in this order:

1. Read the high-water mark. This comes before looking at the database, so that the mark cannot be that of
   another publisher who signed in between.
2. Read the newest checkpoint and open it with the log's own key.
3. Check that the tree still has the roots of the mark and of the newest checkpoint, from rows.
4. Hash every entry since then anew and grow the tree by it; rows and the stored right edge must agree.
5. Sign.
6. Store the checkpoint by compare-and-swap on the newest one. Another publisher may have been first: then
   this signature never leaves the process.
7. Raise the high-water mark.

A crash before 6 has no effect; after it the checkpoint is served, and the next pass raises the mark.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from registry import clock
from registry.auditlog import queries
from registry.auditlog.highwater import HighWater
from registry.auditlog.rules import LogDamaged
from registry.db import Database, Reading
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signer
from registry.tlog.tile import TILE_HEIGHT
from registry.tlog.tree import Frontier, frontier, leaf_hash

logger = logging.getLogger("registry.log")


def publish(db: Database, signer: Signer, high_water: HighWater, now: datetime) -> Checkpoint | None:
    """Sign the tree of all committed entries; None when that is done or another publisher was first.

    The empty log is published too, once.

    Raises:
        LogDamaged: the rows do not continue what was signed before. Nothing has been signed.
    """
    mark = _read_mark(high_water)  # 1
    with db.read() as reading:
        newest = queries.newest_checkpoint(reading)
        signed = open_row(newest, *signer.keys) if newest else None  # 2
        if mark and mark != signed:
            _edge_at(reading, mark)  # 3
        edge = _edge_at(reading, signed) if signed else Frontier()
        _grow(reading, edge)  # 4
    if newest and edge.size == newest.size:
        high_water.raise_to(newest.note)
        return None
    checkpoint = Checkpoint(signer.name, edge.size, edge.root())
    note = checkpoint.signed(signer)  # 5
    with db.write() as tx:
        after = newest.size if newest else None
        if not queries.store_checkpoint(tx, checkpoint, note, after=after, now=now):  # 6
            return None
    high_water.raise_to(note)  # 7
    return checkpoint


def open_row(row: Row[Any], *keys: VerifierKey) -> Checkpoint:
    """The checkpoint of a stored row, from its note.

    Raises:
        LogDamaged: the note was not signed by one of the log's keys, or says something else than the row.
    """
    try:
        checkpoint = open_checkpoint(row.note.encode(), *keys)
    except (Malformed, Unproved) as fault:
        raise LogDamaged(
            f"the checkpoint of {row.size} entries was not signed by this key: {fault}"
        ) from fault
    if (checkpoint.size, checkpoint.root) != (row.size, bytes(row.root)):
        raise LogDamaged(f"the checkpoint of {row.size} entries is not what its note says")
    return checkpoint


class Publisher:
    """A thread that keeps the newest checkpoint within a second of the newest entry."""

    def __init__(
        self,
        db: Database,
        signer: Signer,
        high_water: HighWater,
        *,
        interval_seconds: float = 0.25,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._signer, self._high_water = db, signer, high_water
        self._interval_seconds, self._now = interval_seconds, now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-publisher", daemon=True)
        self.fault: str | None = None
        """Why nothing is signed any more, once the log was found damaged."""

    @property
    def is_running(self) -> bool:
        """Whether new entries are being published."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Check the log against the high-water mark, publish what is waiting, and go on doing so.

        Raises:
            LogDamaged: the rows do not continue what was signed before.
        """
        publish(self._db, self._signer, self._high_water, self._now())
        self._thread.start()

    def stop(self) -> None:
        """Publish what is waiting and end the thread."""
        self._stopping.set()
        if self.is_running:
            self._thread.join()

    def _run(self) -> None:
        """Publish whenever there is something new; end when told to, or when the log is damaged."""
        while self.fault is None:
            stopping = self._stopping.wait(self._interval_seconds)
            try:
                if self._is_due():
                    publish(self._db, self._signer, self._high_water, self._now())
            except LogDamaged as damage:
                self.fault = str(damage)
                logger.critical("no checkpoint is signed any more: %s", damage)
            except (SQLAlchemyError, OSError) as fault:
                logger.warning("no checkpoint this time: %s", fault)
            if stopping:
                return

    def _is_due(self) -> bool:
        """Whether there are entries that no checkpoint covers."""
        with self._db.read() as reading:
            newest = queries.newest_checkpoint(reading)
            return newest is None or newest.size < queries.log_size(reading)


def _read_mark(high_water: HighWater) -> Checkpoint | None:
    """The largest checkpoint ever signed on this machine."""
    try:
        return high_water.read()
    except (Malformed, Unproved) as fault:
        raise LogDamaged(f"{high_water.path} is not a note of this key: {fault}") from fault


def _edge_at(reading: Reading, signed: Checkpoint) -> Frontier:
    """The right edge of the tree at a signed size, from rows that still give the signed root."""
    if signed.size > queries.log_size(reading):
        raise LogDamaged(f"a log of {signed.size} entries has been signed before; was a backup restored?")
    edge = frontier(signed.size, queries.subtrees(reading))
    if edge.root() != signed.root:
        raise LogDamaged(f"the first {signed.size} entries no longer give the root that was signed")
    return edge


def _grow(reading: Reading, edge: Frontier) -> None:
    """Grow the tree by the entries after it, hashed anew, holding every row of hashes against it."""
    for row in queries.all_rows(reading, edge.size):
        if row.idx != edge.size:
            raise LogDamaged(f"entry {edge.size} is missing")
        leaf = leaf_hash(row.body)
        if leaf != row.leaf_hash:
            raise LogDamaged(f"entry {row.idx} is not what its leaf hash was made of")
        for level, root in enumerate(edge.append(leaf)[TILE_HEIGHT::TILE_HEIGHT], 1):
            if queries.tile_hashes(reading, level, row.idx >> TILE_HEIGHT * level, 1) != [root]:
                raise LogDamaged(f"tile level {level} is not the tree of the entries up to {row.idx}")
    if edge != queries.stored_frontier(reading):
        raise LogDamaged("the stored right edge is not that of the entries")
