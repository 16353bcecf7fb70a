"""Tiles: paths, widths, bundles, and the subtrees read through them."""

import struct
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.faults import Malformed
from registry.tlog.tile import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    level_widths,
    split_bundle,
    split_hashes,
    subtree_reader,
    tiles_of_level,
    tiles_of_tree,
    write_bundle,
)
from registry.tlog.tree import leaf_hash
from tests.unit.tlog.trees import entries, reader, root_by_definition

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "tiles.yaml").read_text(encoding="utf-8"))
LEAVES = entries(1000)
READ = reader(LEAVES)


def shape(size: int) -> dict[int, str]:
    """The tiles of each level as `full+partial`."""
    found: dict[int, list[Tile]] = {}
    for tile in tiles_of_tree(size):
        found.setdefault(tile.level, []).append(tile)
    return {
        level: f"{sum(tile.width == TILE_WIDTH for tile in tiles)}+"
        f"{sum(tile.width for tile in tiles if tile.width < TILE_WIDTH)}"
        for level, tiles in found.items()
        if level != ENTRIES
    }


@pytest.mark.spec("c2sp.org/tlog-tiles", "Merkle Tree")
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, {}),
        (1, {0: "0+1"}),
        (255, {0: "0+255"}),
        (256, {0: "1+0", 1: "0+1"}),
        (257, {0: "1+1", 1: "0+1"}),
        (65535, {0: "255+255", 1: "0+255"}),
        (65536, {0: "256+0", 1: "1+0", 2: "0+1"}),
        (65537, {0: "256+1", 1: "1+0", 2: "0+1"}),
        (70000, {0: "273+112", 1: "1+17", 2: "0+1"}),
    ],
)
def test_the_tiles_of_a_tree(size: int, expected: dict[int, str]) -> None:
    """LOG acceptance 4."""
    assert shape(size) == expected


def test_a_large_tree_has_four_levels() -> None:
    assert level_widths(16_777_216) == [16_777_216, 65_536, 256, 1]


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (255, ["tile/0/000.p/255"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/001.p/1", "tile/1/000.p/1"]),
        (65_535, ["tile/0/255.p/255", "tile/1/000.p/255"]),
        (65_536, ["tile/0/255", "tile/1/000", "tile/2/000.p/1"]),
        (65_537, ["tile/0/256.p/1", "tile/1/000", "tile/2/000.p/1"]),
        (70_000, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]),
        (256_001, ["tile/0/x001/000.p/1", "tile/1/003.p/232", "tile/2/000.p/3"]),
        (16_777_216, ["tile/0/x065/535", "tile/1/255", "tile/2/000", "tile/3/000.p/1"]),
    ],
)
def test_the_last_path_of_each_level(size: int, paths: list[str]) -> None:
    """LOG acceptance 4: what stands at the right edge, also from the thousandth tile on."""
    levels = (tiles_of_level(level, width) for level, width in enumerate(level_widths(size)))
    assert [tile.path() for tiles in levels for tile in deque(tiles, maxlen=1)] == paths


def test_tiles_come_in_the_order_of_their_paths() -> None:
    paths = [tile.path() for tile in tiles_of_tree(300_000)]
    assert paths == sorted(paths)
    assert len(set(paths)) == len(paths)


@pytest.mark.spec("c2sp.org/tlog-tiles", "Tile paths")
@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1_234_067), "tile/1/x001/x234/067"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
        (Tile(3, 0, 1), "tile/3/000.p/1"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.spec("c2sp.org/tlog-tiles", "Pruning")
def test_nothing_of_a_tree_may_be_forgotten_without_a_policy() -> None:
    assert all(tile.is_owed(70_000) for tile in tiles_of_tree(70_000))


@pytest.mark.spec("c2sp.org/tlog-tiles", "Partial Tiles")
def test_a_partial_tile_is_owed_until_the_full_one_is_there() -> None:
    for level, unit in ((0, 1), (ENTRIES, 1), (1, 256)):
        partial, full = Tile(level, 0, 7), Tile(level, 0)
        owed = [(partial.is_owed(size * unit), full.is_owed(size * unit)) for size in (6, 7, 255, 256, 257)]
        assert owed == [(False, False), (True, False), (True, False), (False, True), (False, True)]


@pytest.mark.spec("c2sp.org/tlog-tiles", "Pruning")
def test_a_full_tile_is_owed_for_its_last_entry() -> None:
    for level, end in ((0, 512), (ENTRIES, 512), (1, 131_072)):
        tile = Tile(level, 1)
        assert [tile.is_owed(10**6, minimum_index=end + by) for by in (-1, 0, 1)] == [True, False, False]


@given(st.integers(1, 200_000), st.integers(0, 200_000))
def test_what_is_above_the_minimum_index_can_always_be_had(size: int, minimum_index: int) -> None:
    owed = {tile for tile in tiles_of_tree(size) if tile.is_owed(size, minimum_index=minimum_index)}
    for index in {min(minimum_index, size - 1), size - 1}:
        if index >= minimum_index:
            bundle = Tile(ENTRIES, index // TILE_WIDTH)
            assert bundle in owed or replace(bundle, width=size % TILE_WIDTH) in owed


@given(st.integers(-1, 4), st.integers(0, 10**5), st.integers(1, 256))
def test_every_path_is_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path()) == tile


@pytest.mark.parametrize("path", HOSTILE)
def test_what_is_not_a_tile_path(path: str) -> None:
    with pytest.raises(Malformed):
        Tile.parse(path)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_back(bundled: list[bytes]) -> None:
    assert split_bundle(write_bundle(bundled)) == bundled


def test_the_longest_entry_fits_and_one_more_octet_does_not() -> None:
    """LOG acceptance 18: what the format takes; the registry's own limit is lower."""
    assert split_bundle(write_bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(struct.error):
        write_bundle([bytes(65_536)])


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=20), st.data())
def test_a_cut_bundle_is_malformed_or_shorter(bundled: list[bytes], data: st.DataObject) -> None:
    whole = write_bundle(bundled)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with suppress(Malformed):
        assert len(split_bundle(cut)) < len(bundled)


def test_a_tile_holds_whole_hashes() -> None:
    assert split_hashes(bytes(64)) == [bytes(32)] * 2
    with pytest.raises(Malformed):
        split_hashes(bytes(65))


@given(st.integers(0, 9), st.data())
def test_subtrees_are_read_from_tile_hashes(height: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, (len(LEAVES) >> height) - 1))
    start = index << height

    def rows(level: int, first: int, count: int) -> list[bytes]:
        return [READ(8 * level, first + place) for place in range(count)]

    expected = root_by_definition(LEAVES[start : start + (1 << height)])
    assert subtree_reader(rows)(height, index) == expected
    assert READ(0, start) == leaf_hash(LEAVES[start])
