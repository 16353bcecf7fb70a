"""The tree against its definition, the standard's vectors and every small damage."""

from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.faults import Unproved
from registry.tlog.tree import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    complete_root,
    consistency_path,
    frontier,
    inclusion_path,
    leaf_hash,
    range_root,
)
from tests.unit.tlog.trees import RFC6962_ENTRIES, entries, reader, root_by_definition

SIZES = st.integers(min_value=0, max_value=600)
MOST = entries(600)
READ = reader(MOST)
LEAF_HASHES = [leaf_hash(entry) for entry in MOST]
ROOTS = [root_by_definition(MOST[:size]) for size in range(len(MOST) + 1)]


def grown(leaves: list[bytes]) -> Frontier:
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf_hash(leaf))
    return edge


@pytest.mark.spec("RFC 6962", "2.1")
@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_of_the_well_known_entries(size: int, root: str) -> None:
    """LOG acceptance 1: the roots of A3."""
    assert grown(RFC6962_ENTRIES[:size]).root().hex() == root


@given(SIZES)
def test_the_growing_tree_is_the_one_of_the_definition(size: int) -> None:
    """LOG acceptance 5: the tree is that of the recursive definition."""
    edge = grown(MOST[:size])
    assert edge.root() == ROOTS[size]
    assert edge == frontier(size, READ)
    if size:
        assert range_root(0, size, READ) == edge.root()


def test_an_append_names_the_subtrees_it_completes() -> None:
    edge = grown(MOST[:255])
    completed = edge.append(leaf_hash(MOST[255]))
    assert completed == [root_by_definition(MOST[256 - (1 << height) : 256]) for height in range(9)]


def test_a_complete_root_is_the_root() -> None:
    assert complete_root([leaf_hash(leaf) for leaf in MOST[:256]]) == root_by_definition(MOST[:256])


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(min_value=1, max_value=600))
    return draw(st.integers(min_value=0, max_value=size - 1)), size


@given(places())
def test_every_entry_is_provable_and_only_where_it_stands(place: tuple[int, int]) -> None:
    index, size = place
    root, leaf = ROOTS[size], leaf_hash(MOST[index])
    path = inclusion_path(index, size, READ)
    assert len(path) <= (size - 1).bit_length()
    check_inclusion(leaf=leaf, index=index, size=size, root=root, path=path)
    for wrong in (index - 1, index + 1, index + size, index ^ 1):
        if wrong != index and wrong >= 0:
            with pytest.raises(Unproved):
                check_inclusion(leaf=leaf, index=wrong, size=size, root=root, path=path)


@given(places(), st.data())
def test_one_changed_bit_spoils_an_inclusion_proof(place: tuple[int, int], data: st.DataObject) -> None:
    """LOG acceptance 5: every one-bit change fails."""
    index, size = place
    parts = [leaf_hash(MOST[index]), ROOTS[size], *inclusion_path(index, size, READ)]
    leaf, root, *path = _with_one_bit_flipped(parts, data)
    with pytest.raises(Unproved):
        check_inclusion(leaf=leaf, index=index, size=size, root=root, path=path)


@given(places(), st.data())
def test_a_path_of_another_length_proves_nothing(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    path = inclusion_path(index, size, READ)
    extra = data.draw(st.sampled_from([leaf_hash(b""), ROOTS[size], leaf_hash(MOST[index])]))
    for wrong in ([*path, extra], [extra, *path], path[:-1], path[1:]):
        if wrong != path:
            with pytest.raises(Unproved):
                check_inclusion(
                    leaf=leaf_hash(MOST[index]),
                    index=index,
                    size=size,
                    root=ROOTS[size],
                    path=wrong,
                )


@given(SIZES, SIZES)
def test_every_tree_continues_every_earlier_one(one: int, other: int) -> None:
    old, new = sorted((one, other))
    check_consistency(
        old_size=old,
        old_root=ROOTS[old],
        new_size=new,
        new_root=ROOTS[new],
        path=consistency_path(old, new, READ),
    )


@given(places(), st.data())
def test_one_changed_bit_spoils_a_consistency_proof(place: tuple[int, int], data: st.DataObject) -> None:
    """LOG acceptance 5: every one-bit change fails."""
    old, new = place
    if old == 0:
        return
    parts = [
        ROOTS[old],
        ROOTS[new],
        *consistency_path(old, new, READ),
    ]
    old_root, new_root, *path = _with_one_bit_flipped(parts, data)
    with pytest.raises(Unproved):
        check_consistency(old_size=old, old_root=old_root, new_size=new, new_root=new_root, path=path)


@given(places(), st.data())
def test_a_rewritten_entry_breaks_consistency(place: tuple[int, int], data: st.DataObject) -> None:
    old, new = place
    if old == 0:
        return
    changed = data.draw(st.integers(min_value=0, max_value=old - 1))
    rewritten = [*MOST[:changed], b"rewritten", *MOST[changed + 1 : new]]
    with pytest.raises(Unproved):
        check_consistency(
            old_size=old,
            old_root=ROOTS[old],
            new_size=new,
            new_root=root_by_definition(rewritten),
            path=consistency_path(old, new, reader(rewritten)),
        )


def test_the_empty_tree_has_one_root() -> None:
    check_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=3, new_root=bytes(32), path=[])
    with pytest.raises(Unproved):
        check_consistency(old_size=0, old_root=bytes(32), new_size=3, new_root=bytes(32), path=[])
    with pytest.raises(Unproved):
        check_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=0, new_root=bytes(32), path=[])


def test_every_tree_continues_the_empty_one_without_a_path() -> None:
    with pytest.raises(Unproved):
        check_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=3, new_root=ROOTS[3], path=[ROOTS[3]])


def test_a_smaller_tree_continues_nothing() -> None:
    with pytest.raises(Unproved):
        check_consistency(old_size=3, old_root=EMPTY_ROOT, new_size=2, new_root=EMPTY_ROOT, path=[bytes(32)])


def test_nothing_stands_in_the_empty_tree() -> None:
    with pytest.raises(Unproved):
        check_inclusion(leaf=EMPTY_ROOT, index=0, size=0, root=EMPTY_ROOT, path=[])


@pytest.mark.parametrize("most", [70, pytest.param(600, marks=pytest.mark.long)])
def test_every_inclusion_is_provable(most: int) -> None:
    """LOG acceptance 5: every (i, n) proof verifies, and no bit of its path may change."""
    for size in range(1, most + 1):
        root = ROOTS[size]
        for index in range(size):
            leaf, path = LEAF_HASHES[index], inclusion_path(index, size, READ)
            check_inclusion(leaf=leaf, index=index, size=size, root=root, path=path)
            for changed in _each_changed_once(path, seed=index):
                with pytest.raises(Unproved):
                    check_inclusion(leaf=leaf, index=index, size=size, root=root, path=changed)


@pytest.mark.parametrize("most", [70, pytest.param(600, marks=pytest.mark.long)])
def test_every_consistency_is_provable(most: int) -> None:
    """LOG acceptance 5: every (m, n) proof verifies, and no bit of its path may change."""
    for new_size in range(most + 1):
        for old_size in range(new_size + 1):
            path = consistency_path(old_size, new_size, READ)
            check = partial(
                check_consistency,
                old_size=old_size,
                old_root=ROOTS[old_size],
                new_size=new_size,
                new_root=ROOTS[new_size],
            )
            check(path=path)
            for changed in _each_changed_once(path, seed=old_size):
                with pytest.raises(Unproved):
                    check(path=changed)


def _each_changed_once(path: list[bytes], *, seed: int) -> Iterator[list[bytes]]:
    """The path with one bit changed in each of its hashes, another bit for another seed."""
    for place, one in enumerate(path):
        bit = (seed * 31 + place * 7) % 256
        changed = bytearray(one)
        changed[bit // 8] ^= 1 << bit % 8
        yield [*path[:place], bytes(changed), *path[place + 1 :]]


def _with_one_bit_flipped(parts: list[bytes], data: st.DataObject) -> list[bytes]:
    which = data.draw(st.integers(min_value=0, max_value=len(parts) - 1))
    bit = data.draw(st.integers(min_value=0, max_value=255))
    flipped = bytearray(parts[which])
    flipped[bit // 8] ^= 1 << bit % 8
    return [*parts[:which], bytes(flipped), *parts[which + 1 :]]
