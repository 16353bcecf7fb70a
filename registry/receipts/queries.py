"""The SQL of receipts: those that wait, the leaves, the tree above them, the roots."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, delete, select

from registry.db import Reading, Transaction, new_id
from registry.receipts.tables import LEAF, ROOT, TILE, WAITING, ReceiptWaiting
from registry.tlog.tile import split_hashes

_ADDED_LEAF = LEAF.insert()

AT_ONCE = 500
"""Hashes that are looked up or added by one statement: to prepare them all at once takes twice the time."""


def keep(tx: Transaction, digests: Sequence[bytes], now: datetime) -> None:
    """Keep receipts until they are rooted, all in one row."""
    tx.insert(ReceiptWaiting, id=new_id(), digests=b"".join(digests), kept_at=now)


def waiting_before(reading: Reading, hour: datetime) -> tuple[Sequence[str], list[bytes]]:
    """The rows of what was kept before an hour, and the receipts in them that no root holds yet, in order."""
    rows = reading.all(select(WAITING).where(WAITING.c.kept_at < hour))
    kept = {digest for row in rows for digest in split_hashes(bytes(row.digests))}
    return [row.id for row in rows], sorted(kept - _rooted(reading, kept))


def has_waiting(reading: Reading, hour: datetime) -> bool:
    """Whether any receipt was kept before an hour."""
    found = reading.one_or_none(select(WAITING.c.id).where(WAITING.c.kept_at < hour).limit(1))
    return found is not None


def is_waiting(reading: Reading, digest: bytes) -> bool:
    """Whether a receipt waits for its root."""
    rows = reading.execute(select(WAITING.c.digests))
    return any(digest in split_hashes(bytes(row.digests)) for row in rows)


def wait_no_longer(tx: Transaction, rows: Sequence[str]) -> None:
    """Remove rows whose receipts are rooted. A statement takes no more parameters than some thousands."""
    for begin in range(0, len(rows), AT_ONCE):
        tx.execute(delete(WAITING).where(WAITING.c.id.in_(rows[begin : begin + AT_ONCE])))


def add_leaves(tx: Transaction, places: dict[int, bytes]) -> None:
    """Put receipts at their places in the tree."""
    rows = ({"idx": idx, "digest": digest} for idx, digest in places.items())
    while some := list(islice(rows, AT_ONCE)):
        tx.execute(_ADDED_LEAF, some)


def add_tile_hashes(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Store roots of complete subtrees: `level, idx, hash`."""
    tx.execute(TILE.insert(), rows)


def leaves(reading: Reading, places: range) -> dict[int, bytes]:
    """The receipts at these places of the tree, by place."""
    within = LEAF.c.idx.between(places.start, places.stop - 1)
    return {row.idx: bytes(row.digest) for row in reading.all(select(LEAF).where(within))}


def place_of(reading: Reading, digest: bytes) -> int | None:
    """Where a receipt is in the tree."""
    place: int | None = reading.scalar(select(LEAF.c.idx).where(LEAF.c.digest == digest))
    return place


def tile_hashes(reading: Reading, level: int, first: int, count: int) -> list[bytes]:
    """The hashes of a tile level above the leaves that there are, of so many from an index on."""
    within = (TILE.c.level == level) & TILE.c.idx.between(first, first + count - 1)
    return [bytes(row.hash) for row in reading.all(select(TILE.c.hash).where(within).order_by(TILE.c.idx))]


def newest_root(reading: Reading, *, logged_before: int | None = None) -> Row[Any] | None:
    """The newest root `hour, size, root, padding, log_index`; of those below a size of the main log."""
    statement = select(ROOT).order_by(ROOT.c.size.desc()).limit(1)
    if logged_before is not None:
        statement = statement.where(ROOT.c.log_index < logged_before)
    return reading.one_or_none(statement)


def root_over(reading: Reading, index: int) -> Row[Any] | None:
    """The first root whose tree has a leaf at this index."""
    statement = select(ROOT).where(ROOT.c.size > index).order_by(ROOT.c.size).limit(1)
    return reading.one_or_none(statement)


def all_roots(reading: Reading) -> Sequence[Row[Any]]:
    """Every root, in order."""
    return reading.all(select(ROOT).order_by(ROOT.c.size))


def _rooted(reading: Reading, digests: Iterable[bytes]) -> set[bytes]:
    """Those of these receipts that a root holds."""
    found: set[bytes] = set()
    asked = iter(digests)
    while some := list(islice(asked, AT_ONCE)):
        found |= {
            bytes(row.digest) for row in reading.all(select(LEAF.c.digest).where(LEAF.c.digest.in_(some)))
        }
    return found
