"""Nothing is signed that does not continue what was signed before: the mark, and the witnesses (LOG B6)."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from registry.auditlog import queries
from registry.auditlog.append import append_many
from registry.auditlog.publish import publish
from registry.auditlog.rules import LogDamaged, Unheard
from registry.auditlog.tables import CHECKPOINT, ENTRY, OPENING, SERVED, STATE, SUBJECT, TILE, WITNESS
from registry.auditlog.witnessing import Witnesses
from registry.db import Database, Transaction
from registry.tlog.tree import Frontier, leaf_hash
from tests.auditlog_world import SIGNER, grow, happened, high_water
from tests.integration.auditlog.damage import without_guards
from tests.integration.witness.conftest import Stage
from tests.witness_world import Reply


def shows_no_note(path: str, _body: bytes) -> Reply | None:
    return None if path.endswith("add-checkpoint") else (404, "text/plain", "")


def restore(tx: Transaction, size: int) -> None:
    """Take the database back to the backup that was made at this size."""
    edge = Frontier()
    for body in queries.bodies(tx, 0, size):
        edge.append(leaf_hash(body))
    for table, index in ((SERVED, "size"), (CHECKPOINT, "size")):
        tx.execute(delete(table).where(table.c[index] > size))
    for table in (OPENING, SUBJECT, ENTRY):
        tx.execute(delete(table).where(table.c.idx >= size))
    tx.execute(delete(TILE).where((TILE.c.level == 1) & ((TILE.c.idx + 1) * 256 > size)))
    tx.execute(delete(WITNESS))
    tx.execute(update(STATE).values(size=size, frontier=b"".join(edge.hashes)))


def witnessed(stage: Stage, *, back_to: int, mark_is_lost: bool = True) -> Witnesses:
    """A log signed and cosigned at 10 and 20 entries, then restored; the worker is a new one."""
    witnesses = stage.asking()
    stage.sign(10)
    stage.turn(witnesses)
    stage.sign(10)
    stage.turn(witnesses)
    with without_guards(stage.db) as tx:
        restore(tx, back_to)
    if mark_is_lost:
        high_water(stage.folder).path.unlink()
    return stage.asking()


def has_cosigned(stage: Stage, size: int) -> bool:
    return stage.states().get("w3", (0,))[0] == size


def signed_sizes(db: Database) -> list[int]:
    with db.read() as reading:
        return [row.size for row in queries.all_checkpoints(reading)]


@pytest.mark.parametrize("back_to", [10, 15, 0])
def test_a_restored_backup_is_not_signed_though_the_mark_is_lost(stage: Stage, back_to: int) -> None:
    """LOG acceptance 11: the high-water file lost, a witness alive."""
    publisher = stage.publisher(witnessed(stage, back_to=back_to))
    before = signed_sizes(stage.db)
    with pytest.raises(
        LogDamaged, match=f"has seen 20 entries, the log has {back_to}; was a backup restored"
    ):
        publisher.start()
    publisher.stop()
    assert signed_sizes(stage.db) == before


def test_one_witness_alive_is_enough(stage: Stage) -> None:
    """LOG acceptance 11: two of three witnesses are gone."""
    witnesses = witnessed(stage, back_to=10)
    for fake in stage.fakes[:2]:
        fake.stop()
    with pytest.raises(LogDamaged, match="the witness w3 has seen 20"):
        stage.publisher(witnesses).start()


def test_a_witness_that_shows_no_note_is_asked_by_an_old_size_of_nothing(stage: Stage) -> None:
    """LOG acceptance 11: `old 0`, and the size in the answer 409."""
    witnesses = witnessed(stage, back_to=10)
    for fake in stage.fakes:
        fake.misbehave = shows_no_note
    with pytest.raises(LogDamaged, match="has seen 20 entries"):
        stage.publisher(witnesses).start()


def test_a_backup_that_has_grown_past_the_witnesses_is_not_signed_either(stage: Stage) -> None:
    """LOG acceptance 11: other entries where signed ones were."""
    witnesses = witnessed(stage, back_to=10)
    grow(stage.db, 15, start=100)
    before = signed_sizes(stage.db)
    with pytest.raises(LogDamaged, match="the first 20 entries are not those that the witness"):
        stage.publisher(witnesses).start()
    assert signed_sizes(stage.db) == before


def test_the_mark_refuses_where_no_witness_answers(stage: Stage) -> None:
    """LOG acceptance 11: the mark is there, the witnesses are gone."""
    witnesses = witnessed(stage, back_to=10, mark_is_lost=False)
    for fake in stage.fakes:
        fake.stop()
    with pytest.raises(LogDamaged, match="a log of 20 entries has been signed before"):
        stage.publisher(witnesses).start()


def test_a_backup_restored_under_a_running_worker_is_not_signed(stage: Stage) -> None:
    """LOG acceptance 11: at each publish, not at the start alone."""
    publisher = stage.publisher(stage.asking())
    publisher.start()
    try:
        for _ in range(2):
            stage.until(partial(has_cosigned, stage, grow(stage.db, 10).stop))
        with without_guards(stage.db) as tx:
            restore(tx, 10)
        high_water(stage.folder).path.unlink()
        grow(stage.db, 1, start=100)
        stage.until(lambda: publisher.fault is not None)
    finally:
        publisher.stop()
    assert "was a backup restored" in str(publisher.fault)
    assert max(signed_sizes(stage.db)) == 10


def test_where_a_quorum_is_required_nothing_is_signed_unheard(stage: Stage) -> None:
    """LOG acceptance 11: restored, mark lost, all witnesses gone, and no guess is made."""
    witnessed(stage, back_to=10)
    for fake in stage.fakes:
        fake.stop()
    witnesses = stage.asking(is_required=True)
    with pytest.raises(Unheard):
        witnesses.hear(stage.now)
    publisher = stage.publisher(witnesses)
    publisher.start()
    publisher.stop()
    assert publisher.unheard is not None
    assert signed_sizes(stage.db) == [10]


def test_a_log_that_is_as_it_was_goes_on(stage: Stage) -> None:
    witnesses = stage.asking(quorum="all", is_required=True)
    for _ in range(3):
        stage.sign(5)
        stage.turn(witnesses)
    high_water(stage.folder).path.unlink()
    publisher = stage.publisher(stage.asking(quorum="all", is_required=True))
    size = grow(stage.db, 5).stop
    publisher.start()
    publisher.stop()
    assert (publisher.fault, publisher.unheard) == (None, None)
    assert signed_sizes(stage.db)[-1] == size
    assert high_water(stage.folder).read() is not None


def test_a_witness_that_has_seen_nothing_stops_nobody(stage: Stage) -> None:
    heard = stage.asking().hear(stage.now)
    assert {known.size for known in heard} == {0}
    assert publish(stage.db, SIGNER, high_water(stage.folder), stage.now, heard=heard) is not None


def rewrite(tx: Transaction, index: int) -> None:
    """Write history anew from this entry, as whoever holds the database can: every row fits every other."""
    size = queries.log_size(tx)
    restore(tx, index)
    append_many(tx, [happened(tx, number + 1000) for number in range(index, size)])


def test_a_witness_refuses_history_that_was_written_anew_and_signed_with_the_log_key(
    stage: Stage, tmp_path: Path
) -> None:
    """LOG table B7: the database and the log key in an attacker's hands; the witness answers 422."""
    ours = stage.asking(quorum="all", is_required=True)
    stage.sign(10)
    assert stage.turn(ours)[0] == 10
    with without_guards(stage.db) as tx:
        rewrite(tx, 4)
    attacker = tmp_path / "attacker"
    attacker.mkdir()
    with without_guards(stage.db) as tx:
        for table in (SERVED, CHECKPOINT):
            tx.execute(delete(table))
    forged = publish(stage.db, SIGNER, high_water(attacker), stage.now, is_witnessed=True)
    assert forged is not None  # alone it looks perfect

    theirs = stage.asking(quorum="any", is_required=True)
    assert stage.turn(theirs)[0] == -1  # never served
    assert {fault for _, fault, _ in stage.states().values()} == {"not-continued"}
    with pytest.raises(LogDamaged, match="are not those that the witness"):
        stage.publisher(stage.asking()).start()
