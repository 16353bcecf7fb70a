"""The SQL of the log: reads, the lock, row writes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    select,
    text,
    update,
)

from registry.auditlog.rules import LogDamaged
from registry.auditlog.tables import CHECKPOINT, ENTRY, OPENING, ROWS, STATE, SUBJECT, TILE, CheckpointRow
from registry.db import Reading, Transaction
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.tile import ENTRIES, TILE_WIDTH, Tile, split_hashes, subtree_reader, write_bundle
from registry.tlog.tree import Frontier, SubtreeReader

PAGE = 4096
"""Entries read at a time when the whole log is read."""

# What every append and every follower runs is built once: building a statement costs as much as running it.
_STATE = select(STATE.c.size, STATE.c.frontier)
_LOCK_STATE = _STATE.with_for_update()
_SIZE = select(STATE.c.size)
_PUBLISH_OPENINGS = (
    update(OPENING)
    .where(OPENING.c.idx.in_(bindparam("indices", expanding=True)), OPENING.c.field == "entry")
    .values(public=True)
)
_NEWEST = select(SUBJECT).where(SUBJECT.c.kind == bindparam("of_kind"), SUBJECT.c.id == bindparam("of_id"))

_LEAVES = (
    select(ENTRY.c.leaf_hash.label("hash"))
    .where(ENTRY.c.idx >= bindparam("since"), ENTRY.c.idx < bindparam("until"))
    .order_by(ENTRY.c.idx)
)
_NODES = (
    select(TILE.c.hash)
    .where(TILE.c.level == bindparam("of_level"))
    .where(TILE.c.idx >= bindparam("since"), TILE.c.idx < bindparam("until"))
    .order_by(TILE.c.idx)
)

SubjectKey = tuple[str, str]


def lock_frontier(tx: Transaction) -> Frontier:
    """The tree's right edge, locked until the transaction ends. This is what puts appends in order."""
    row = tx.one_or_none(_LOCK_STATE)
    if row is None:
        # The very first append, of perhaps several at once: one makes the row, all then lock it.
        tx.execute(
            text("INSERT INTO log_state (id, size, frontier) VALUES (1, 0, :none) ON CONFLICT DO NOTHING"),
            {"none": b""},
        )
        row = tx.execute(_LOCK_STATE).one()
    return Frontier(row.size, split_hashes(row.frontier))


def stored_frontier(reading: Reading) -> Frontier:
    """The tree's right edge as the last append left it."""
    row = reading.one_or_none(_STATE)
    return Frontier(row.size, split_hashes(row.frontier)) if row else Frontier()


def newest_entries(reading: Reading, subjects: Iterable[SubjectKey]) -> dict[SubjectKey, int]:
    """The index of the newest entry about each of these subjects that has one."""
    newest: dict[SubjectKey, int] = {}
    for kind, keys in groupby(sorted(set(subjects)), key=lambda key: key[0]):
        ids = [key[1] for key in keys]
        if len(ids) == 1:
            rows = reading.all(_NEWEST, of_kind=kind, of_id=ids[0])
        else:
            rows = reading.all(select(SUBJECT).where(SUBJECT.c.kind == kind, SUBJECT.c.id.in_(ids)))
        newest |= {(row.kind, row.id): row.idx for row in rows}
    return newest


def publish_openings(tx: Transaction, indices: Sequence[int]) -> None:
    """Let anyone read what these sealed entries say. An entry without such an opening stays as it is."""
    tx.execute(_PUBLISH_OPENINGS, {"indices": indices})


def _events(*opened_by: ColumnElement[bool]) -> Select[Any]:
    """Entries from index `since` in order, `most` of them, each with the opening that meets the condition.

    That its index too is from `since` on has to be said, or PostgreSQL goes through every opening of the log.
    """
    near = OPENING.c.idx >= bindparam("since")
    own = and_(OPENING.c.idx == ENTRY.c.idx, near, OPENING.c.field == "entry", *opened_by)
    statement = select(ENTRY.c.idx, ENTRY.c.body, OPENING.c.value.label("opened")).outerjoin(OPENING, own)
    return statement.where(ENTRY.c.idx >= bindparam("since")).order_by(ENTRY.c.idx).limit(bindparam("most"))


_EVENTS, _PUBLIC_EVENTS = _events(), _events(OPENING.c.public)


def log_size(reading: Reading) -> int:
    """How many entries the log holds, published or not."""
    size: int | None = reading.scalar(_SIZE)
    return size or 0


def events_from(reading: Reading, since: int, limit: int, *, public_only: bool = False) -> Sequence[Row[Any]]:
    """Rows `idx, body, opened` of entries from index `since`; `opened` is the inner entry of a sealed one."""
    return reading.all(_PUBLIC_EVENTS if public_only else _EVENTS, since=since, most=limit)


def event_at(reading: Reading, index: int) -> Row[Any] | None:
    """The row of one entry, as `events_from` gives it."""
    row = reading.one_or_none(_EVENTS, since=index, most=1)
    return row if row and row.idx == index else None


def tile_hashes(reading: Reading, level: int, first: int, count: int) -> list[bytes]:
    """Hashes of a tile level from its index `first`.

    Raises:
        LogDamaged: a row is missing.
    """
    return _whole(_hashes(reading, level, first, count), level, first, count)


def _hashes(reading: Reading, level: int, first: int, most: int) -> list[bytes]:
    """The hashes of a tile level that there are, of so many from an index on."""
    rows = reading.all(_LEAVES if level == 0 else _NODES, of_level=level, since=first, until=first + most)
    return [bytes(row.hash) for row in rows]


def _whole(hashes: list[bytes], level: int, first: int, count: int) -> list[bytes]:
    if len(hashes) != count:
        raise LogDamaged(f"tile level {level} lacks rows between {first} and {first + count}")
    return hashes


def subtrees(reading: Reading) -> SubtreeReader:
    """A reader of the tree's complete subtrees, from rows. It reads a tile once: a path needs most of it."""
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def read(level: int, first: int, count: int) -> list[bytes]:
        index, place = divmod(first, TILE_WIDTH)
        if (level, index) not in tiles:
            tiles[level, index] = _hashes(reading, level, index * TILE_WIDTH, TILE_WIDTH)
        return _whole(tiles[level, index][place : place + count], level, first, count)

    return subtree_reader(read)


def bodies(reading: Reading, first: int, count: int) -> list[bytes]:
    """The entries from index `first`.

    Raises:
        LogDamaged: a row is missing.
    """
    statement = select(ENTRY.c.body).where(ENTRY.c.idx >= first, ENTRY.c.idx < first + count)
    found = [bytes(row.body) for row in reading.all(statement.order_by(ENTRY.c.idx))]
    if len(found) != count:
        raise LogDamaged(f"the log lacks rows between {first} and {first + count}")
    return found


def tile_octets(reading: Reading, tile: Tile) -> bytes:
    """The octets of a tile or an entry bundle.

    Raises:
        LogDamaged: a row is missing.
    """
    if tile.level == ENTRIES:
        return write_bundle(bodies(reading, tile.first, tile.width))
    return b"".join(tile_hashes(reading, tile.level, tile.first, tile.width))


def all_rows(reading: Reading, first: int = 0) -> Iterator[Row[Any]]:
    """Every entry row `idx, leaf_hash, body` from index `first`, in order, a page at a time."""
    return _paged(reading, select(ENTRY), first)


def all_tile_hashes(reading: Reading) -> Sequence[Row[Any]]:
    """Every row `level, idx, hash` above the leaves: one for each 256 entries."""
    return reading.all(select(TILE))


def all_subjects(reading: Reading) -> Sequence[Row[Any]]:
    """Every row `kind, id, idx` of a subject's newest entry."""
    return reading.all(select(SUBJECT))


def all_rows_opened(reading: Reading) -> Iterator[Row[Any]]:
    """Every entry row with what opens it: `idx, leaf_hash, body, entry_salt, entry, actor_salt, actor`.

    `rows_salt, rows` open what it says of the rows that were written with it.
    """
    entry, actor = OPENING.alias(), OPENING.alias()
    columns = (
        entry.c.salt.label("entry_salt"),
        entry.c.value.label("entry"),
        actor.c.salt.label("actor_salt"),
        actor.c.value.label("actor"),
        ROWS.c.salt.label("rows_salt"),
        ROWS.c.value.label("rows"),
    )
    statement = (
        select(ENTRY, *columns)
        .outerjoin(entry, (entry.c.idx == ENTRY.c.idx) & (entry.c.field == "entry"))
        .outerjoin(actor, (actor.c.idx == ENTRY.c.idx) & (actor.c.field == "actor"))
        .outerjoin(ROWS, ROWS.c.idx == ENTRY.c.idx)
    )
    return _paged(reading, statement, 0)


def public_openings(reading: Reading, size: int) -> Iterator[Row[Any]]:
    """The public openings of the first `size` entries, in order, a page at a time."""
    after = -1
    statement = select(OPENING).where(OPENING.c.field == "entry", OPENING.c.public, OPENING.c.idx < size)
    while page := reading.all(statement.where(OPENING.c.idx > after).order_by(OPENING.c.idx).limit(PAGE)):
        yield from page
        after = page[-1].idx


def newest_checkpoint(reading: Reading) -> Row[Any] | None:
    """The row `size, root, note, published_at` of the newest signed checkpoint."""
    return reading.one_or_none(select(CHECKPOINT).order_by(CHECKPOINT.c.size.desc()).limit(1))


def all_checkpoints(reading: Reading) -> Sequence[Row[Any]]:
    """Every checkpoint row, by size."""
    return reading.all(select(CHECKPOINT).order_by(CHECKPOINT.c.size))


def store_checkpoint(
    tx: Transaction, checkpoint: Checkpoint, note: str, *, after: int | None, now: datetime
) -> bool:
    """Store a signed checkpoint if the newest is still that of size `after`; whether it was.

    The log's one row is locked before looking again, so of two publishers that saw the same newest one, or
    none, one succeeds.
    """
    lock_frontier(tx)
    if tx.scalar(select(func.max(CHECKPOINT.c.size))) != after:
        return False
    tx.insert(CheckpointRow, size=checkpoint.size, root=checkpoint.root, note=note, published_at=now)
    return True


def _paged(reading: Reading, statement: Any, first: int) -> Iterator[Row[Any]]:
    """The rows of a statement over entries, in order of index, a page at a time."""
    ordered = statement.order_by(ENTRY.c.idx).limit(PAGE)
    while page := reading.all(ordered.where(ENTRY.c.idx >= first)):
        yield from page
        first = page[-1].idx + 1
