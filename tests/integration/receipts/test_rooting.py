"""Receipts enter the second log hour by hour, and its roots the main one."""

import pytest
from sqlalchemy.exc import OperationalError

from registry.auditlog import log_size, read_events
from registry.receipts import proving, queries
from registry.receipts.events import DecisionsRooted, ReceiptKeyIntroduced
from registry.receipts.issuing import Issuer
from registry.receipts.keys import every_key, introduced_keys
from registry.receipts.rules import GRID, NoSuchReceiptTile, ReceiptNotRooted, ReceiptUnknown
from registry.receipts.tree import subtrees
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.proof import Proof
from registry.tlog.tile import Tile, split_bundle, split_hashes, tiles_of_tree
from registry.tlog.tree import EMPTY_ROOT, Frontier, check_consistency, consistency_path, leaf_hash
from registry.verification.receipt import leaf_of
from tests.auditlog_world import sign
from tests.integration.receipts.conftest import HOUR, NINE, SIGNER, Bureau, another_signer


def newest(bureau: Bureau) -> Checkpoint:
    with bureau.db.read() as reading:
        note = proving.newest_checkpoint(reading, SIGNER)
    return open_checkpoint(note.encode(), SIGNER.key)


def leaves(bureau: Bureau) -> list[bytes]:
    """Every leaf of the newest tree, from the bundles as they are served."""
    with bureau.db.read() as reading:
        bundles = [
            proving.read_tile(reading, Tile(-1, number).path())
            for number in range(newest(bureau).size // GRID)
        ]
    return [entry for bundle in bundles for entry in split_bundle(bundle)]


def test_a_receipt_is_proved_once_its_hour_is_over(bureau: Bureau) -> None:
    jws, *_ = bureau.issue(3)
    with pytest.raises(ReceiptUnknown):
        bureau.prove(jws)

    bureau.keeper.turn()
    with pytest.raises(ReceiptNotRooted):
        bureau.prove(jws)

    bureau.root()
    proof = Proof.parse(bureau.prove(jws).encode())
    assert proof.check(leaf_of(jws), SIGNER.key) == newest(bureau)


def test_the_main_log_names_the_key_once_and_then_each_root(bureau: Bureau) -> None:
    for _ in range(2):
        bureau.issue()
        bureau.root()
    with bureau.db.read() as reading:
        events = read_events(reading, 0)
    assert [event.type for event in events] == [
        ReceiptKeyIntroduced.type,
        DecisionsRooted.type,
        DecisionsRooted.type,
    ]
    assert events[0].members["new_key"] == SIGNER.key.text()
    assert events[2].members["subject"]["digest"] == f"sha256:{newest(bureau).root.hex()}"
    assert events[2].previous == events[1].index
    assert [event.members["until"] for event in events[1:]] == [
        "2026-01-01T10:00:00Z",
        "2026-01-01T11:00:00Z",
    ]


@pytest.mark.parametrize(("receipts", "size"), [(1, GRID), (GRID, GRID), (GRID + 1, 2 * GRID)])
def test_an_hour_adds_whole_steps_of_the_grid(bureau: Bureau, receipts: int, size: int) -> None:
    issued = bureau.issue(receipts)
    bureau.root()
    assert newest(bureau).size == size
    found = leaves(bureau)
    assert len(set(found)) == size
    assert {leaf_of(jws) for jws in issued} <= set(found)
    assert {len(leaf) for leaf in found} == {32}


def test_an_hour_without_receipts_looks_like_any_other(bureau: Bureau) -> None:
    bureau.issue()
    bureau.root()
    bureau.root()
    assert newest(bureau).size == 2 * GRID


def test_nothing_is_logged_before_the_first_receipt(bureau: Bureau) -> None:
    bureau.root()
    with bureau.db.read() as reading:
        assert log_size(reading) == 0
    assert newest(bureau) == Checkpoint(SIGNER.name, 0, EMPTY_ROOT)


def test_places_do_not_tell_the_order_of_receipts(bureau: Bureau) -> None:
    issued = [leaf_of(jws) for jws in bureau.issue(100)]
    bureau.root()
    found = leaves(bureau)
    assert [leaf for leaf in found if leaf in set(issued)] != issued


def test_the_tiles_are_those_of_the_signed_root(bureau: Bureau) -> None:
    for count in (300, 1):
        bureau.issue(count)
        bureau.root()
    checkpoint, grown = newest(bureau), Frontier()
    for leaf in leaves(bureau):
        grown.append(leaf_hash(leaf))
    assert (grown.size, grown.root()) == (checkpoint.size, checkpoint.root)
    with bureau.db.read() as reading:
        tiles = {tile: proving.read_tile(reading, tile.path()) for tile in tiles_of_tree(checkpoint.size)}
    assert split_hashes(tiles[Tile(0, 2)]) == [leaf_hash(leaf) for leaf in leaves(bureau)[512:]]
    assert len(split_hashes(tiles[Tile(1, 0, 3)])) == 3


def test_each_tree_continues_the_one_before(bureau: Bureau) -> None:
    bureau.issue(300)
    bureau.root()
    before = newest(bureau)
    bureau.issue()
    bureau.root()
    after = newest(bureau)
    with bureau.db.read() as reading:
        path = consistency_path(before.size, after.size, subtrees(reading))
    check_consistency(
        old_size=before.size, old_root=before.root, new_size=after.size, new_root=after.root, path=path
    )


def test_a_proof_stays_the_same_however_much_comes_after(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    bureau.root()
    proof = bureau.prove(jws)
    bureau.issue(300)
    bureau.root()
    assert bureau.prove(jws) == proof


def test_nothing_is_shown_before_the_main_log_has_published_its_root(bureau: Bureau) -> None:
    jws = bureau.issue()[0]
    bureau.keeper.turn()
    bureau.now += HOUR
    bureau.keeper.turn()
    assert newest(bureau).size == 0
    with pytest.raises(ReceiptNotRooted):
        bureau.prove(jws)
    with bureau.db.read() as reading, pytest.raises(NoSuchReceiptTile):
        proving.read_tile(reading, "tile/0/000")

    sign(bureau.db, bureau.folder)
    assert newest(bureau).size == GRID


@pytest.mark.parametrize("path", ["tile/0/001", "tile/1/000", "tile/0/0", "tile/0/000.p/256", "tile/9/000"])
def test_there_are_no_other_tiles(bureau: Bureau, path: str) -> None:
    bureau.issue()
    bureau.root()
    with bureau.db.read() as reading, pytest.raises(NoSuchReceiptTile):
        proving.read_tile(reading, path)


@pytest.mark.parametrize("named", ["", "ab" * 31, "AB" * 32, "zz" * 32, "ab" * 32])
def test_nothing_is_proved_of_what_is_no_receipt(bureau: Bureau, named: str) -> None:
    with bureau.db.read() as reading, pytest.raises(ReceiptUnknown):
        proving.prove(reading, named, SIGNER)


def test_of_two_workers_one_roots_the_receipts_of_both(bureau: Bureau) -> None:
    other = Bureau(bureau.db, bureau.folder, issuer=Issuer(SIGNER))
    issued = [bureau.issuer.issue(b'{"jti":"ours"}'), other.issuer.issue(b'{"jti":"theirs"}')]
    other.keeper.turn()
    bureau.root()
    other.now += HOUR
    other.keeper.turn()
    with bureau.db.read() as reading:
        assert len(queries.all_roots(reading)) == 1
    for jws in issued:
        Proof.parse(bureau.prove(jws).encode()).check(leaf_of(jws), SIGNER.key)


def test_hours_in_which_nobody_was_there_have_no_root_of_their_own(bureau: Bureau) -> None:
    bureau.issue()
    bureau.root()
    bureau.now += 5 * HOUR
    bureau.keeper.turn()
    with bureau.db.read() as reading:
        assert [root.hour for root in queries.all_roots(reading)] == [NINE + HOUR, NINE + 6 * HOUR]


def test_what_cannot_be_kept_now_is_kept_later(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise OperationalError("", {}, Exception("the disk is full"))

    jws = bureau.issue()[0]
    with monkeypatch.context() as patched:
        patched.setattr(queries, "keep", fail)
        with pytest.raises(OperationalError):
            bureau.keeper.turn()
    bureau.root()
    assert Proof.parse(bureau.prove(jws).encode()).check(leaf_of(jws), SIGNER.key)


def test_a_new_key_is_introduced_and_the_old_one_stays_published(bureau: Bureau) -> None:
    bureau.issue()
    bureau.root()
    other = another_signer()
    replaced = Bureau(bureau.db, bureau.folder, now=bureau.now, issuer=Issuer(other))
    replaced.root()
    with bureau.db.read() as reading:
        assert introduced_keys(reading) == [other.key, SIGNER.key]
        assert every_key(reading, other.key) == [other.key, SIGNER.key]
