"""Looking up single entries and earlier roots in the files of an export."""

from registry.auditlog.offline.contents import Contents
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
)
from registry.tlog.tree import EMPTY_ROOT, range_root

MAX_TILE_OCTETS = TILE_WIDTH * HASH_SIZE
MAX_BUNDLE_OCTETS = TILE_WIDTH * (2 + MAX_ENTRY_OCTETS)


def tile_holding(level: int, index: int, size: int) -> Tile:
    """The tile of a tree that holds hash `index` of a level, or the bundle that holds an entry."""
    number = index // TILE_WIDTH
    width = level_widths(size)[max(level, 0)]
    return Tile(level, number, min(TILE_WIDTH, width - number * TILE_WIDTH))


class Entries:
    """Single entries of an export; the bundle of the last one is kept at hand."""

    def __init__(self, contents: Contents, size: int) -> None:
        self._contents, self._size = contents, size
        self._bundle, self._entries = Tile(ENTRIES, -1), list[bytes]()

    def find(self, index: int) -> bytes | None:
        """The octets of an entry; None where its bundle cannot be read."""
        bundle = tile_holding(ENTRIES, index, self._size)
        if bundle != self._bundle:
            octets = self._contents.read(bundle.path(), MAX_BUNDLE_OCTETS) or b""
            try:
                self._bundle, self._entries = bundle, split_bundle(octets)
            except Malformed:
                self._entries = []
        place = index - bundle.first
        return self._entries[place] if place < len(self._entries) else None


def root_at(contents: Contents, old_size: int, size: int) -> bytes | None:
    """The root of the first `old_size` entries by the tiles of an export; None where they cannot be read."""

    def read(level: int, first: int, count: int) -> list[bytes]:
        tile = tile_holding(level, first, size)
        octets = contents.read(tile.path(), MAX_TILE_OCTETS) or b""
        return split_hashes(octets)[first - tile.first :][:count]

    if old_size == 0:
        return EMPTY_ROOT
    try:
        return range_root(0, old_size, subtree_reader(read))
    except (IndexError, ValueError):  # a tile is missing or cut short
        return None
