"""LOG table B7, one test per row: who detects what whoever runs the registry could do to its history.

Four are the worst case: the database and the log's key in an attacker's hands. Alone the rewritten log looks
perfect; a witness, an old checkpoint, an old proof and a time-stamp token refuse it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from sqlalchemy import delete, select, update

from registry.auditlog import queries, served
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.publish import publish
from registry.auditlog.rules import LogDamaged
from registry.auditlog.tables import CHECKPOINT, ENTRY, OPENING, SERVED, STATE
from registry.db import Database
from registry.exports.full import write_export
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Unproved
from registry.tlog.proof import Proof
from registry.tlog.tree import Frontier, inclusion_path, leaf_hash
from registry.verification.approvals import check_approval
from registry.verification.timestamps import check_response, stamped_octets
from registry.verification.verify import verify
from registry.witness.client import CONTRADICTING
from tests.auditlog_world import NOW, ORIGIN, SIGNER, grow, high_water, sign
from tests.integration.auditlog.damage import without_guards
from tests.integration.exports.conftest import TRUST
from tests.integration.passkeys.conftest import settled
from tests.integration.passkeys.test_assertions import Signing, by_an_unrostered_passkey, made
from tests.integration.witness.conftest import Stage
from tests.samples.agreements import LANCASHIRE
from tests.samples.passkeys import LOG, site
from tests.timestamping import Authority, make_authority
from tests.witness_world import FakeWitness, policy_of

__all__ = ["made", "settled"]  # fixtures of the passkeys' tests
EDITED = 5
FORGED = (
    b'{"actor":null,"at":"2026-01-01T00:00:00Z","org":null,"prev":null,'
    b'"subject":{"id":"thing-5","kind":"thing"},"type":"test.happened","v":1}'
)


@dataclass(frozen=True)
class Kept:
    """What somebody outside kept of the true log."""

    checkpoint: bytes
    proof: bytes
    entry: bytes


@pytest.fixture
def signed(database: Database, tmp_path: Path) -> Database:
    """A log of ten entries, signed."""
    grow(database, 10)
    sign(database, tmp_path)
    return database


@pytest.fixture
def witnessed(database: Database, tmp_path: Path) -> Iterator[Stage]:
    """A log and one witness."""
    stage = Stage(database, tmp_path, [FakeWitness(1, tmp_path)])
    stage.fakes[0].start()
    yield stage
    for witnesses in stage.opened:
        witnesses.close()
    stage.fakes[0].stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("time") / "authority")


def note(db: Database) -> bytes:
    with db.read() as reading:
        newest = queries.newest_checkpoint(reading)
    assert newest is not None
    return str(newest.note).encode()


def proof(db: Database, index: int) -> bytes:
    with db.read() as reading:
        path = inclusion_path(index, queries.log_size(reading), queries.subtrees(reading))
    return Proof(index, tuple(path), note(db).decode()).text().encode()


def kept(db: Database) -> Kept:
    with db.read() as reading:
        entry = queries.bodies(reading, EDITED, 1)[0]
    return Kept(note(db), proof(db, EDITED), entry)


def edit_body(db: Database) -> None:
    with without_guards(db) as tx:
        tx.execute(update(ENTRY).where(ENTRY.c.idx == EDITED).values(body=FORGED))


def edit_all_rows(db: Database) -> None:
    """Change an entry and everything in the database that follows from it, checkpoints left alone."""
    with without_guards(db) as tx:
        changed = update(ENTRY).where(ENTRY.c.idx == EDITED)
        tx.execute(changed.values(body=FORGED, leaf_hash=leaf_hash(FORGED)))
        tx.execute(delete(OPENING).where(OPENING.c.idx == EDITED))
        edge = Frontier()
        for row in tx.all(select(ENTRY).order_by(ENTRY.c.idx)):
            edge.append(bytes(row.leaf_hash))
        tx.execute(update(STATE).values(frontier=b"".join(edge.hashes)))


def rebuild(db: Database, folder: Path) -> Kept:
    """Rewrite history with the log's key: rows, checkpoint and high-water mark. What was kept is returned."""
    true = kept(db)
    edit_all_rows(db)
    with db.write() as tx:
        for table in (SERVED, CHECKPOINT):
            tx.execute(delete(table))
    high_water(folder).path.unlink()
    sign(db, folder)
    assert search(db) == set()
    assert note(db) != true.checkpoint
    return true


def search(db: Database) -> set[str]:
    with db.read() as reading:
        return {finding.place for finding in find_tampering(reading, SIGNER.keys).findings}


def export(db: Database, folder: Path) -> Path:
    path = folder / "export.zip"
    with db.read() as reading:
        write_export(reading, path, TRUST)
    return path


def codes(path: Path, *kept: bytes) -> set[str]:
    return {finding.code for finding in verify(path, SIGNER.key, kept=kept).findings}


def test_an_edited_body_is_found_by_log_verify_and_by_every_export(signed: Database, tmp_path: Path) -> None:
    """DBA edits or deletes an old entry body."""
    edit_body(signed)
    assert f"log_entry {EDITED}" in search(signed)
    assert "entry-changed" in codes(export(signed, tmp_path))


def test_a_deleted_body_is_found_by_log_verify(signed: Database) -> None:
    """DBA edits or deletes an old entry body."""
    with without_guards(signed) as tx:
        tx.execute(delete(OPENING).where(OPENING.c.idx == EDITED))
        tx.execute(delete(ENTRY).where(ENTRY.c.idx == EDITED))
    assert f"log_entry {EDITED}" in search(signed)


def test_edited_bodies_and_hashes_are_found_by_the_publisher_and_an_old_checkpoint(
    signed: Database, tmp_path: Path
) -> None:
    """DBA edits bodies, leaf hashes, tile rows."""
    old = note(signed)
    edit_all_rows(signed)
    grow(signed, 1, start=10)
    with pytest.raises(LogDamaged, match="no longer give the root"):
        publish(signed, SIGNER, high_water(tmp_path), NOW)
    assert {"root-differs"} <= codes(export(signed, tmp_path), old)


def test_rewritten_history_is_refused_by_an_old_checkpoint(signed: Database, tmp_path: Path) -> None:
    """DBA + log key rebuild and re-sign everything: kept checkpoints."""
    true = rebuild(signed, tmp_path)
    path = export(signed, tmp_path)
    assert codes(path) == set(), "alone it looks perfect"
    assert codes(path, true.checkpoint) == {"history-rewritten"}


def test_rewritten_history_is_refused_by_an_old_proof(signed: Database, tmp_path: Path) -> None:
    """DBA + log key rebuild and re-sign everything: kept proofs."""
    true = rebuild(signed, tmp_path)
    assert Proof.parse(true.proof).check(true.entry, SIGNER.key).size == 10
    with pytest.raises(Unproved):
        Proof.parse(proof(signed, EDITED)).check(true.entry, SIGNER.key)


def test_rewritten_history_is_refused_by_a_time_stamp_token(
    signed: Database, tmp_path: Path, authority: Authority
) -> None:
    """DBA + log key rebuild and re-sign everything: time-stamp tokens (RFC 3161)."""
    true = note(signed)
    query = TimestampRequestBuilder().data(stamped_octets(true)).hash_algorithm(HashAlgorithm.SHA256)
    token = authority.answer(query.build().as_bytes())
    assert check_response(token, true, [authority.root])
    rebuild(signed, tmp_path)
    with pytest.raises(Unproved):
        check_response(token, note(signed), [authority.root])


def test_rewritten_history_is_refused_by_a_witness(witnessed: Stage) -> None:
    """DBA + log key rebuild and re-sign everything: a witness answers 422, and nothing is served with it."""
    asking = witnessed.asking(quorum="1")
    witnessed.sign(10)
    _, cosigners, has_quorum = witnessed.turn(asking)
    assert has_quorum
    assert len(cosigners) == 1

    rebuild(witnessed.db, witnessed.folder)
    witnessed.sign(1)
    asking = witnessed.asking(quorum="1")
    _, cosigners, has_quorum = witnessed.turn(asking)
    assert not cosigners
    assert not has_quorum
    assert {fault for _, fault, _ in witnessed.states().values()} <= CONTRADICTING


def test_of_two_views_a_witness_has_seen_one(witnessed: Stage) -> None:
    """Operator shows two views: the quorum of witnesses cosigned one of them alone."""
    asking = witnessed.asking(quorum="1")
    witnessed.sign(10)
    witnessed.turn(asking)
    with witnessed.db.read() as reading:
        shown = served.newest_served(reading)
    assert shown is not None
    policy = policy_of(witnessed.fakes, quorum="1")
    assert policy.check(shown.note.encode(), ORIGIN)
    other = Checkpoint(ORIGIN, 10, bytes(32)).signed(SIGNER)
    with pytest.raises(Unproved):
        policy.check(other.encode(), ORIGIN)
    lines = [line for line in shown.note.splitlines() if line.startswith("\u2014 ")]
    cosignatures = "".join(f"{line}\n" for line in lines if ORIGIN not in line)
    assert cosignatures
    with pytest.raises(Unproved):
        policy.check((other + cosignatures).encode(), ORIGIN)


def test_what_is_cosigned_cannot_be_older_than_the_witness_says(witnessed: Stage) -> None:
    """Operator back-dates: the witness's own clock bounds from above when the checkpoint came to be."""
    asking, before = witnessed.asking(quorum="1"), datetime.now(UTC).replace(microsecond=0)
    witnessed.sign(10)  # its entries say 1 January 2026
    witnessed.turn(asking)
    with witnessed.db.read() as reading:
        shown = served.newest_served(reading)
    assert shown is not None
    found = policy_of(witnessed.fakes, quorum="1").check(shown.note.encode(), ORIGIN)
    assert found.cosigned
    assert all(at >= before for at in found.cosigned.values())


def test_a_forged_approval_carries_no_assertion_by_a_rostered_key(made: Signing) -> None:
    """Operator forges an approval: it is by no passkey that the roster vouches for."""
    assert check_approval(made.case(), log=LOG, site=site()).organisation == LANCASHIRE
    forged = by_an_unrostered_passkey(made, made.signed)
    with pytest.raises(Unproved):
        check_approval(made.case(forged), log=LOG, site=site())


def test_a_withheld_entry_shows_by_its_index_and_by_the_approvers_receipt(
    signed: Database, tmp_path: Path
) -> None:
    """Operator withholds: indices are contiguous, and the approver keeps entry and proof."""
    true = kept(signed)
    with signed.read() as reading:
        assert [row.idx for row in queries.all_rows(reading)] == list(range(10))
    with without_guards(signed) as tx:
        for row in tx.all(select(ENTRY).where(ENTRY.c.idx > EDITED).order_by(ENTRY.c.idx)):
            moved = {"body": row.body, "leaf_hash": row.leaf_hash}
            tx.execute(update(ENTRY).where(ENTRY.c.idx == row.idx - 1).values(moved))
    assert f"log_opening {EDITED} entry" in search(signed)
    assert "checkpoint 10" in search(signed)
    assert Proof.parse(true.proof).check(true.entry, SIGNER.key).size == 10


def test_a_flipped_bit_is_found_before_it_is_signed_and_afterwards(signed: Database, tmp_path: Path) -> None:
    """Hardware flips a bit (Yeti2022): re-hash bodies before signing, and check every night."""
    grow(signed, 1, start=10)
    with without_guards(signed) as tx:
        body = bytearray(tx.scalar(select(ENTRY.c.body).where(ENTRY.c.idx == 10)))
        body[3] ^= 1
        tx.execute(update(ENTRY).where(ENTRY.c.idx == 10).values(body=bytes(body)))
    with pytest.raises(LogDamaged, match="entry 10 is not what its leaf hash was made of"):
        publish(signed, SIGNER, high_water(tmp_path), NOW)
    assert "log_entry 10" in search(signed)
