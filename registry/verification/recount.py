"""Counting the tree again, from the entries of an export up to the signed root.

Every hash of the tree is there twice: made from what is below it, and stored in a tile. Where the two
differ, a third witness says which of them was signed: the hash of the tile in the level above, or for the
unfinished tile at the right edge, the root. So a changed entry and a changed tile are told apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from registry.tlog.faults import Malformed
from registry.tlog.spelling import HASH_SIZE
from registry.tlog.tile import (
    ENTRIES,
    MAX_ENTRY_OCTETS,
    TILE_WIDTH,
    Tile,
    level_widths,
    split_bundle,
    split_hashes,
    subtree_reader,
    tiles_of_level,
)
from registry.tlog.tree import EMPTY_ROOT, complete_root, range_root
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.progress import Progress

MAX_TILE_OCTETS = TILE_WIDTH * HASH_SIZE
MAX_BUNDLE_OCTETS = TILE_WIDTH * (2 + MAX_ENTRY_OCTETS)

Hashes = list[bytes]
Visit = Callable[[int, bytes, list[bytes]], None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A tile of level 0 that does not hold the hashes of its bundle's entries."""

    tile: Tile
    stored: Hashes
    counted: Hashes


class Recount:
    """One check of a tree of `size` entries.

    `visit` is shown every bundle on the way: the index of its first entry, its octets, its entries.
    """

    def __init__(
        self,
        contents: Contents,
        size: int,
        report: Report,
        *,
        progress: Progress,
        visit: Visit,
    ) -> None:
        self._contents, self._size, self._report = contents, size, report
        self._progress, self._visit = progress, visit
        self._doubts: dict[int, Doubt] = {}
        self._edge: Hashes = []
        self._levels: list[list[bytes | None]] = []

    def check(self, root: bytes) -> None:
        """Count the tree and report every entry and tile that is not the signed one, and a wrong root."""
        below = self._count_entries()
        for level, width in enumerate(level_widths(self._size)[1:], 1):
            trusted = self._compare_level(level, below[:width])
            self._levels.append(trusted)
            below = [_root_or_none(trusted[at : at + TILE_WIDTH]) for at in range(0, width, TILE_WIDTH)]
        self._check_root(root)

    def _count_entries(self) -> list[bytes | None]:
        """The root of each full tile of level 0, None where neither it nor its bundle can be read."""
        roots: list[bytes | None] = []
        tiles = list(tiles_of_level(0, self._size))
        for done, tile in enumerate(tiles, 1):
            counted, stored = self._counted(tile), self._stored(tile)
            if counted and stored and counted != stored:
                self._doubts[tile.index] = Doubt(tile, stored, counted)
            hashes = stored or counted
            if tile.width < TILE_WIDTH:
                self._edge = hashes or []
            else:
                roots.append(complete_root(hashes) if hashes else None)
            self._progress(done, len(tiles))
        return roots

    def _counted(self, tile: Tile) -> Hashes | None:
        """The leaf hashes of a tile, made from the entries of its bundle."""
        bundle = Tile(ENTRIES, tile.index, tile.width).path()
        octets = self._contents.read(bundle, MAX_BUNDLE_OCTETS)
        if octets is None:
            return None
        try:
            entries = split_bundle(octets)
        except Malformed as fault:
            self._report.add("bundle-malformed", bundle, fault)
            return None
        if len(entries) != tile.width:
            self._report.add("bundle-malformed", bundle, f"{len(entries)} entries instead of {tile.width}")
            return None
        self._visit(tile.first, octets, entries)
        return [sha256(b"\x00" + entry).digest() for entry in entries]

    def _stored(self, tile: Tile) -> Hashes | None:
        """The hashes that a tile holds."""
        octets = self._contents.read(tile.path(), MAX_TILE_OCTETS)
        if octets is None:
            return None
        if len(octets) != tile.width * HASH_SIZE:
            self._report.add("tile-changed", tile.path(), f"{len(octets)} octets")
            return None
        return split_hashes(octets)

    def _compare_level(self, level: int, below: Sequence[bytes | None]) -> list[bytes | None]:
        """The hashes of a level as we trust them, given the roots of the full tiles of the level below."""
        trusted = list(below)
        for tile in tiles_of_level(level, len(below)):
            stored = self._stored(tile)
            for place, index in enumerate(range(tile.first, tile.first + tile.width)):
                above = stored[place] if stored else below[index]
                trusted[index] = self._judge(tile, index, below[index], above)
        return trusted

    def _judge(self, tile: Tile, index: int, below: bytes | None, above: bytes | None) -> bytes | None:
        """Of a hash made from below and the one stored above, the one to trust; report what is not."""
        doubt = self._doubts.pop(index, None) if tile.level == 1 else None
        if below is None or above is None:
            return below or above
        if doubt is None:
            if below != above:
                self._report.add("tile-changed", tile.path(), f"hash {index - tile.first}")
            return below
        if below == above:
            self._report_entries(doubt)
            return below
        self._report_tile(doubt)
        if complete_root(doubt.counted) != above:
            self._report_entries(doubt)
        return above

    def _check_root(self, root: bytes) -> None:
        """Compare the counted root with the signed one, which also judges the tile at the right edge."""
        doubt = next(iter(self._doubts.values()), None)
        if self._root(self._edge) == root:
            if doubt:
                self._report_entries(doubt)
        elif doubt and self._root(doubt.counted) == root:
            self._report_tile(doubt)
        else:
            if doubt:
                self._report_tile(doubt)
                self._report_entries(doubt)
            self._report.add("root-differs", "checkpoint")

    def _root(self, edge: Hashes) -> bytes | None:
        """The root over trusted hashes and this right edge; None when some cannot be read."""
        first = self._size - self._size % TILE_WIDTH

        def read(level: int, start: int, count: int) -> list[bytes]:
            if level == 0:
                return edge[start - first : start - first + count]
            return [known for known in self._levels[level - 1][start : start + count] if known]

        if not self._size:
            return EMPTY_ROOT
        try:
            return range_root(0, self._size, subtree_reader(read))
        except (IndexError, ValueError):
            return None

    def _report_entries(self, doubt: Doubt) -> None:
        for place, (stored, counted) in enumerate(zip(doubt.stored, doubt.counted, strict=True)):
            if stored != counted:
                self._report.add("entry-changed", f"entry {doubt.tile.first + place}")

    def _report_tile(self, doubt: Doubt) -> None:
        pairs = zip(doubt.stored, doubt.counted, strict=True)
        places = [place for place, (stored, counted) in enumerate(pairs) if stored != counted]
        self._report.add("tile-changed", doubt.tile.path(), f"hash {places[0]}")


def _root_or_none(hashes: Sequence[bytes | None]) -> bytes | None:
    """The root over a full tile's hashes, if all of them are known."""
    known = [one for one in hashes if one]
    return complete_root(known) if len(known) == TILE_WIDTH else None
