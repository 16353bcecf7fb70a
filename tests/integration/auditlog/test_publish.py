"""Publishing: one history, signed after the commit, never behind what was signed before."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from registry.auditlog import queries
from registry.auditlog.publish import publish
from registry.auditlog.publisher import Publisher
from registry.auditlog.rules import LogDamaged
from registry.auditlog.tables import CHECKPOINT, ENTRY, SERVED, STATE, TILE
from registry.db import Database, Transaction
from registry.signers.files import create_key, load_signer
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.tree import EMPTY_ROOT, Frontier, check_consistency, consistency_path, leaf_hash
from tests.auditlog_world import NOW, ORIGIN, SIGNER, append_and_roll_back, grow, high_water, sign
from tests.integration.auditlog.damage import without_guards


def newest(db: Database) -> Checkpoint | None:
    with db.read() as reading:
        row = queries.newest_checkpoint(reading)
    return open_checkpoint(row.note.encode(), SIGNER.key) if row else None


def is_signed(db: Database, size: int) -> bool:
    checkpoint = newest(db)
    return checkpoint is not None and checkpoint.size == size


def test_the_empty_log_is_published_once(database: Database, tmp_path: Path) -> None:
    assert sign(database, tmp_path) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert sign(database, tmp_path) is None


def test_each_checkpoint_continues_the_one_before(database: Database, tmp_path: Path) -> None:
    signed = [Checkpoint(ORIGIN, 0, EMPTY_ROOT)]
    for count in (1, 1, 254, 1, 300):
        grow(database, count)
        checkpoint = sign(database, tmp_path)
        assert checkpoint is not None
        signed.append(checkpoint)
    with database.read() as reading:
        for old, new in pairwise(signed):
            path = consistency_path(old.size, new.size, queries.subtrees(reading))
            check_consistency(
                old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, path=path
            )
    assert high_water(tmp_path).read() == signed[-1] == newest(database)


def test_nothing_that_was_rolled_back_is_signed(database: Database, tmp_path: Path) -> None:
    grow(database, 2)
    append_and_roll_back(database)
    checkpoint = sign(database, tmp_path)
    assert checkpoint is not None
    assert checkpoint.size == 2


def test_of_two_publishers_at_once_one_signs(database: Database, tmp_path: Path) -> None:
    sign(database, tmp_path)
    for _ in range(5):
        size = grow(database, 3).stop
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda _: sign(database, tmp_path), range(4)))
        assert [result.size for result in results if result] == [size]
    with database.read() as reading:
        assert len(queries.all_checkpoints(reading)) == 6


def test_a_lost_race_stores_nothing(database: Database) -> None:
    first, late = Checkpoint(ORIGIN, 0, EMPTY_ROOT), Checkpoint(ORIGIN, 1, bytes(32))
    with database.write() as tx:
        assert queries.store_checkpoint(tx, first, "first", after=None, now=NOW)
    with database.write() as tx:
        assert not queries.store_checkpoint(tx, late, "late", after=None, now=NOW)
        assert not queries.store_checkpoint(tx, late, "late", after=7, now=NOW)
    with database.read() as reading:
        assert [row.note for row in queries.all_checkpoints(reading)] == ["first"]


def test_of_two_that_publish_first_one_waits_and_loses(database: Database) -> None:
    first, late = Checkpoint(ORIGIN, 0, EMPTY_ROOT), Checkpoint(ORIGIN, 1, bytes(32))

    def store_late() -> bool:
        with database.write() as tx:
            return queries.store_checkpoint(tx, late, "late", after=None, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as tx:
            assert queries.store_checkpoint(tx, first, "first", after=None, now=NOW)
            second = pool.submit(store_late)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert not second.result(20)


def test_a_crash_before_the_mark_rose_is_made_good(published: Database, tmp_path: Path) -> None:
    high_water(tmp_path).path.unlink()
    assert sign(published, tmp_path) is None
    assert high_water(tmp_path).read() == newest(published)


def test_a_restored_backup_is_not_signed(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    grow(database, 10)
    sign(database, tmp_path)
    database.dispose()
    live, backup = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "backup"
    shutil.copyfile(live, backup)
    grow(database, 10)
    sign(database, tmp_path)
    database.dispose()

    shutil.copyfile(backup, live)
    with pytest.raises(LogDamaged, match="was a backup restored"):
        sign(database, tmp_path)
    grow(database, 15)
    with pytest.raises(LogDamaged, match="no longer give the root"):
        sign(database, tmp_path)
    with database.read() as reading:
        assert [row.size for row in queries.all_checkpoints(reading)] == [10]
    database.dispose()


def forget(tx: Transaction, size: int) -> None:
    """Take a log back to an earlier size, as restoring a backup does."""
    edge = Frontier()
    for body in queries.bodies(tx, 0, size):
        edge.append(leaf_hash(body))
    for table in (SERVED, CHECKPOINT):
        tx.execute(delete(table).where(table.c.size > size))
    tx.execute(update(STATE).values(size=size, frontier=b"".join(edge.hashes)))


def test_a_log_behind_the_mark_is_not_signed(database: Database, tmp_path: Path) -> None:
    grow(database, 10)
    sign(database, tmp_path)
    grow(database, 10)
    sign(database, tmp_path)
    with without_guards(database) as tx:
        forget(tx, 10)
    with pytest.raises(LogDamaged, match="was a backup restored"):
        sign(database, tmp_path)


DAMAGE: dict[str, Callable[[Transaction], object]] = {
    "an unsigned entry": lambda tx: tx.execute(update(ENTRY).where(ENTRY.c.idx == 705).values(body=b"{}")),
    "an unsigned leaf": lambda tx: tx.execute(
        update(ENTRY).where(ENTRY.c.idx == 705).values(leaf_hash=bytes(32))
    ),
    "an unsigned entry and its leaf": lambda tx: tx.execute(
        update(ENTRY).where(ENTRY.c.idx == 705).values(body=b"{}", leaf_hash=leaf_hash(b"{}"))
    ),
    "a signed leaf": lambda tx: tx.execute(
        update(ENTRY).where(ENTRY.c.idx == 690).values(leaf_hash=bytes(32))
    ),
    "a tile hash": lambda tx: tx.execute(update(TILE).where(TILE.c.idx == 1).values(hash=bytes(32))),
    "a missing tile hash": lambda tx: tx.execute(delete(TILE).where(TILE.c.idx == 1)),
    "the right edge": lambda tx: tx.execute(update(STATE).values(frontier=bytes(32 * 6))),
    "the size": lambda tx: tx.execute(update(STATE).values(size=699)),
    "a checkpoint's root": lambda tx: tx.execute(
        update(CHECKPOINT).where(CHECKPOINT.c.size == 700).values(root=bytes(32))
    ),
    "a checkpoint's note": lambda tx: tx.execute(
        update(CHECKPOINT).where(CHECKPOINT.c.size == 700).values(note="")
    ),
    "a checkpoint ahead of the log": lambda tx: tx.execute(
        insert(CHECKPOINT).values(
            size=900, root=bytes(32), note=Checkpoint(ORIGIN, 900, bytes(32)).signed(SIGNER), published_at=NOW
        )
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damaged_rows_are_not_signed(published: Database, tmp_path: Path, what: str) -> None:
    grow(published, 10, start=700)
    with without_guards(published) as tx:
        DAMAGE[what](tx)
    with published.read() as reading:
        before = len(queries.all_checkpoints(reading))
    with pytest.raises(LogDamaged):
        sign(published, tmp_path)
    with published.read() as reading:
        assert len(queries.all_checkpoints(reading)) == before


def test_another_key_does_not_go_on_with_the_log(published: Database, tmp_path: Path) -> None:
    create_key(tmp_path / "other.pem")
    other = load_signer(tmp_path / "other.pem", ORIGIN)
    with pytest.raises(LogDamaged, match="not signed by this key"):
        publish(published, other, high_water(tmp_path), NOW)


def test_a_mark_that_is_not_ours_stops_everything(published: Database, tmp_path: Path) -> None:
    high_water(tmp_path).path.write_text("something else")
    with pytest.raises(LogDamaged, match="is not a note of this key"):
        sign(published, tmp_path)


def test_the_publisher_signs_within_a_second(database: Database, tmp_path: Path) -> None:
    publisher = Publisher(database, SIGNER, high_water(tmp_path), interval_seconds=0.1)
    publisher.start()
    try:
        for _ in range(3):
            wait_until(partial(is_signed, database, grow(database, 5).stop))
        assert publisher.is_running
    finally:
        publisher.stop()
    assert publisher.fault is None
    assert not publisher.is_running


def test_several_publishers_go_on_together_while_others_write(database: Database, tmp_path: Path) -> None:
    publishers = [Publisher(database, SIGNER, high_water(tmp_path), interval_seconds=0.001) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    for number in range(150):
        grow(database, 1, start=number)
    for publisher in publishers:
        publisher.stop()
    assert [publisher.fault for publisher in publishers] == [None] * 4
    assert is_signed(database, 150)
    assert high_water(tmp_path).read() == newest(database)


def test_the_publisher_signs_what_is_waiting_before_it_ends(database: Database, tmp_path: Path) -> None:
    publisher = Publisher(database, SIGNER, high_water(tmp_path), interval_seconds=60)
    publisher.start()
    grow(database, 5)
    publisher.stop()
    assert is_signed(database, 5)


def test_the_publisher_stops_for_good_when_the_log_is_damaged(published: Database, tmp_path: Path) -> None:
    publisher = Publisher(published, SIGNER, high_water(tmp_path), interval_seconds=0.05)
    publisher.start()
    with without_guards(published) as tx:
        tx.execute(update(ENTRY).where(ENTRY.c.idx == 690).values(leaf_hash=bytes(32)))
    grow(published, 1, start=700)
    wait_until(lambda: publisher.fault is not None)
    publisher.stop()
    assert publisher.fault is not None
    assert "no longer give the root" in publisher.fault
    with published.read() as reading:
        assert [row.size for row in queries.all_checkpoints(reading)] == [300, 700]


def test_a_damaged_log_does_not_start(published: Database, tmp_path: Path) -> None:
    with without_guards(published) as tx:
        tx.execute(update(ENTRY).where(ENTRY.c.idx == 690).values(leaf_hash=bytes(32)))
    publisher = Publisher(published, SIGNER, high_water(tmp_path))
    with pytest.raises(LogDamaged):
        publisher.start()
    publisher.stop()


def wait_until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
