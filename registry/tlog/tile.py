"""Tiles: the tree cut into files of up to 256 hashes, and entries bundled the same way (c2sp.org/tlog-tiles).

Hash i of tile (level, index) is the root of the complete subtree of 256^level entries that begins at entry
(256 * index + i) * 256^level. A tile at the right edge is partial and carries its width in its path.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from registry.tlog.faults import Malformed
from registry.tlog.spelling import HASH_SIZE, MAX_SIZE
from registry.tlog.tree import SubtreeReader, complete_root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
ENTRIES = -1
"""The level that names entry bundles. Bundle n holds the entries whose hashes are tile (0, n)."""
MAX_ENTRY_OCTETS = 2**16 - 1
_PATH = re.compile(r"tile/(?:entries|([0-9]{1,2}))/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")

RowReader = Callable[[int, int, int], Sequence[bytes]]
"""Hashes of a tile level: level, first index, how many."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile or entry bundle, by its coordinates."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def first(self) -> int:
        """The index of its first hash within its level."""
        return self.index * TILE_WIDTH

    def path(self) -> str:
        """Where it is served and exported."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """The tile that a path names.

        Raises:
            Malformed: not a path that `path` writes, or beyond the largest tree.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise Malformed(f"not a tile path: {path[:80]!r}")
        level, groups, width = match.groups()
        tile = cls(
            level=ENTRIES if level is None else int(level),
            index=int(groups.replace("x", "").replace("/", "")),
            width=TILE_WIDTH if width is None else int(width),
        )
        if tile.path() != path or not 1 <= tile.width <= TILE_WIDTH or tile.entries_spanned() > MAX_SIZE:
            raise Malformed(f"not a tile path in its one spelling: {path!r}")
        return tile

    def entries_spanned(self) -> int:
        """The size a tree must have to hold this tile."""
        return (self.first + self.width) << TILE_HEIGHT * max(self.level, 0)

    def is_owed(self, size: int, *, minimum_index: int = 0) -> bool:
        """Whether a log that has published `size` entries must serve this tile.

        A full tile is owed until all it spans is below the minimum index; a partial one until the full one
        is there, which readers then fetch instead. The minimum index is zero for as long as no written
        retention policy allows a log to forget, and no more than the size.
        """
        end = replace(self, width=TILE_WIDTH).entries_spanned()
        if self.width < TILE_WIDTH:
            return self.entries_spanned() <= size < end
        return min(minimum_index, size) < end <= size


def level_widths(size: int) -> list[int]:
    """How many hashes each tile level of a tree holds, level 0 first."""
    widths = []
    while size:
        widths.append(size)
        size >>= TILE_HEIGHT
    return widths


def tiles_of_level(level: int, width: int) -> Iterator[Tile]:
    """The tiles of a level that holds `width` hashes, the partial one last. None has width zero."""
    full, partial = divmod(width, TILE_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if partial:
        yield Tile(level, full, partial)


def tiles_of_tree(size: int) -> Iterator[Tile]:
    """Every tile and entry bundle of a tree, in the order of their paths, no outdated partial among them."""
    for level, width in enumerate(level_widths(size)):
        yield from tiles_of_level(level, width)
    yield from tiles_of_level(ENTRIES, size)


def split_hashes(octets: bytes) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        Malformed: not a whole number of hashes.
    """
    if len(octets) % HASH_SIZE:
        raise Malformed(f"a tile holds hashes of {HASH_SIZE} octets")
    return [octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE)]


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length as a big-endian 16-bit number.

    Raises:
        struct.error: an entry is longer than 65,535 octets.
    """
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def split_bundle(octets: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        Malformed: the bundle ends within a length or an entry.
    """
    entries, at, end = [], 0, len(octets)
    while at + 2 <= end:
        start = at + 2
        at = start + (octets[at] << 8 | octets[at + 1])
        entries.append(octets[start:at])
    if at != end:
        raise Malformed("the bundle ends within an entry")
    return entries


def subtree_reader(read: RowReader) -> SubtreeReader:
    """A reader of complete subtrees over one that reads rows of tile hashes."""

    def subtree(height: int, index: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        return complete_root(read(level, index << within, 1 << within))

    return subtree
