"""The SQL of receipts: those that wait, the leaves, the tree above them, the roots."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, not_, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.db import Reading, Transaction
from registry.receipts.tables import LEAF, ROOT, TILE, WAITING

_IS_ROOTED = exists().where(LEAF.c.digest == WAITING.c.digest)


def keep(tx: Transaction, digests: Collection[bytes], now: datetime) -> None:
    """Keep receipts until they are rooted; those that are kept already stay as they are."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    rows = [{"digest": digest, "kept_at": now} for digest in digests]
    tx.execute(insert(WAITING).on_conflict_do_nothing(), rows)


def waiting_before(reading: Reading, hour: datetime) -> list[bytes]:
    """The receipts kept before an hour that no root holds yet. One may be kept again after it was rooted."""
    statement = select(WAITING.c.digest).where(WAITING.c.kept_at < hour, not_(_IS_ROOTED))
    return [bytes(row.digest) for row in reading.all(statement)]


def has_waiting(reading: Reading, hour: datetime) -> bool:
    """Whether any receipt was kept before an hour that no root holds yet."""
    found = reading.one_or_none(select(WAITING.c.digest).where(WAITING.c.kept_at < hour).limit(1))
    return found is not None


def is_waiting(reading: Reading, digest: bytes) -> bool:
    """Whether a receipt waits for its root."""
    return reading.one_or_none(select(WAITING).where(WAITING.c.digest == digest)) is not None


def add_leaves(tx: Transaction, places: dict[int, bytes]) -> None:
    """Put receipts at their places in the tree; they wait no longer."""
    if places:
        tx.execute(LEAF.insert(), [{"idx": idx, "digest": digest} for idx, digest in places.items()])
    tx.execute(delete(WAITING).where(_IS_ROOTED))


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
