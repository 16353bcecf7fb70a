"""Counting the tree again, from the entries of an export up to the signed root.

Every hash of the tree is there twice: made from what is below it, and stored in a tile. Where the two
differ, a third witness says which of them was signed: the hash of the tile in the level above, or for the
unfinished tile at the right edge, the root. So a changed entry and a changed tile are told apart.
"""

from collections.abc import Sequence

from registry.tlog.tile import TILE_WIDTH, Tile, level_widths, subtree_reader, tiles_of_level
from registry.tlog.tree import EMPTY_ROOT, complete_root, range_root
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.share import Doubt, Hashes, Seen, stored_hashes


class Recount:
    """One check of a tree of `size` entries, of which the lowest level has been seen."""

    def __init__(self, contents: Contents, size: int, seen: Seen, report: Report) -> None:
        self._contents, self._size, self._report = contents, size, report
        self._below, self._edge = seen.roots, seen.edge
        self._doubts = dict(seen.doubts)
        self._levels: list[list[bytes | None]] = []

    def check(self, root: bytes) -> None:
        """Report every entry and tile that is not the signed one, and a wrong root."""
        below = self._below
        for level, width in enumerate(level_widths(self._size)[1:], 1):
            trusted = self._compare_level(level, below[:width])
            self._levels.append(trusted)
            below = [_root_or_none(trusted[at : at + TILE_WIDTH]) for at in range(0, width, TILE_WIDTH)]
        self._check_root(root)

    def _compare_level(self, level: int, below: Sequence[bytes | None]) -> list[bytes | None]:
        """The hashes of a level as we trust them, given the roots of the full tiles of the level below."""
        trusted = list(below)
        for tile in tiles_of_level(level, len(below)):
            stored = stored_hashes(self._contents, tile, self._report)
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
