"""Publishing: signing the tree of all committed entries, never before they are committed.

One pass (`publish`) does this, in this order:

1. Read the high-water mark, as the witnesses have been heard before. Both come before looking at the
   database, so that neither can be what another publisher signed in between.
2. Read the newest checkpoint and open it with the log's own key.
3. Check that the tree still has the roots of the mark, of what the witnesses have seen, and of the newest
   checkpoint, from rows.
4. Hash every entry since then anew and grow the tree by it; rows and the stored right edge must agree.
5. Sign.
6. Store the checkpoint by compare-and-swap on the newest one. Another publisher may have been first: then
   this signature never leaves the process.
7. Raise the high-water mark: nobody ever sees a checkpoint that the mark is behind.
8. Serve it; where there are witnesses, they are asked first (`witnessing`).

A crash before 6 has no effect; after it the next pass does what is left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.auditlog import queries, served
from registry.auditlog.highwater import HighWater
from registry.auditlog.rules import LogDamaged
from registry.db import Database, Reading
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signer
from registry.tlog.tile import TILE_HEIGHT
from registry.tlog.tree import EMPTY_ROOT, Frontier, frontier, leaf_hash
from registry.witness.rules import Known


def publish(
    db: Database,
    signer: Signer,
    high_water: HighWater,
    now: datetime,
    *,
    heard: Sequence[Known] = (),
    is_witnessed: bool = False,
) -> Checkpoint | None:
    """Sign the tree of all committed entries; None when that is done or another publisher was first.

    The empty log is published too, once. What is to be witnessed is not served yet.

    Raises:
        LogDamaged: the rows do not continue what was signed before. Nothing has been signed.
    """
    mark = read_mark(high_water)  # 1
    with db.read() as reading:
        newest = queries.newest_checkpoint(reading)
        shown = served.newest_served(reading)
        edge = check_continued(reading, newest, signer.keys, mark=mark, heard=heard)  # 2, 3, 4
    if newest and edge.size == newest.size:
        high_water.raise_to(newest.note)
        if not is_witnessed and (shown is None or shown.size < newest.size):
            _serve(db, newest.size, newest.note, now)  # 8
        return None
    checkpoint = Checkpoint(signer.name, edge.size, edge.root())
    note = checkpoint.signed(signer)  # 5
    with db.write() as tx:
        after = newest.size if newest else None
        if not queries.store_checkpoint(tx, checkpoint, note, after=after, now=now):  # 6
            return None
    high_water.raise_to(note)  # 7
    if not is_witnessed:
        _serve(db, checkpoint.size, note, now)  # 8
    return checkpoint


def check_continued(
    reading: Reading,
    newest: Row[Any] | None,
    keys: tuple[VerifierKey, ...],
    *,
    mark: Checkpoint | None,
    heard: Sequence[Known] = (),
) -> Frontier:
    """The right edge of the tree of all entries, which continues everything that is known to be signed.

    Raises:
        LogDamaged: it does not.
    """
    signed = open_row(newest, *keys) if newest else None
    for known in heard:
        _check_known(reading, known)
    if mark and mark != signed:
        _edge_at(reading, mark)
    edge = _edge_at(reading, signed) if signed else Frontier()
    _grow(reading, edge)
    return edge


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


def read_mark(high_water: HighWater) -> Checkpoint | None:
    """The largest checkpoint ever signed on this machine.

    Raises:
        LogDamaged: the mark is not one of the log's keys.
    """
    try:
        return high_water.read()
    except (Malformed, Unproved) as fault:
        raise LogDamaged(f"{high_water.path} is not a note of this key: {fault}") from fault


def _serve(db: Database, size: int, note: str, now: datetime) -> None:
    """Serve a checkpoint as it is, without cosignatures."""
    with db.write() as tx:
        served.serve(tx, size, note, has_quorum=True, now=now)


def _check_known(reading: Reading, known: Known) -> None:
    """Hold the rows against what a witness has seen: its size, and its root where it showed a signed one."""
    size = queries.log_size(reading)
    if known.size > size:
        raise LogDamaged(
            f"the witness {known.witness} has seen {known.size} entries, the log has {size};"
            " was a backup restored?"
        )
    if known.root is None or (known.size == 0 and known.root == EMPTY_ROOT):
        return
    if frontier(known.size, queries.subtrees(reading)).root() != known.root:
        raise LogDamaged(
            f"the first {known.size} entries are not those that the witness {known.witness} has seen"
        )


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
