"""The tree as it was: the root that an export gives for its first entries."""

from registry.tlog.tile import TILE_WIDTH, Tile, level_widths, split_hashes, subtree_reader
from registry.tlog.tree import EMPTY_ROOT, range_root
from registry.verification.contents import Contents
from registry.verification.share import MAX_TILE_OCTETS


def root_at(contents: Contents, old_size: int, size: int) -> bytes | None:
    """The root of the first `old_size` entries by the tiles of a tree of `size`; None where they fail."""
    widths = level_widths(size)

    def read(level: int, first: int, count: int) -> list[bytes]:
        index, place = divmod(first, TILE_WIDTH)
        tile = Tile(level, index, min(TILE_WIDTH, widths[level] - index * TILE_WIDTH))
        octets = contents.read(tile.path(), MAX_TILE_OCTETS) or b""
        return split_hashes(octets)[place : place + count]

    if old_size == 0:
        return EMPTY_ROOT
    try:
        return range_root(0, old_size, subtree_reader(read))
    except (IndexError, ValueError):  # a tile is missing or cut short
        return None
