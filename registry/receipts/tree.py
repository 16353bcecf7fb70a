"""The tree of receipts, computed from rows: leaves, what fills the gaps between them, tiles, proofs.

Whoever reads the tree cannot tell a receipt from padding: both are 32 octets that look like chance.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from registry.db import Reading
from registry.receipts import queries
from registry.tlog.tile import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, subtree_reader, write_bundle
from registry.tlog.tree import Frontier, SubtreeReader, leaf_hash


def padding_at(secret: bytes, index: int) -> bytes:
    """What stands at a place without a receipt, under the secret of the root that added it."""
    return sha256(secret + index.to_bytes(8)).digest()


def entries(reading: Reading, bundle: int) -> list[bytes]:
    """The entries of a bundle. All are of one root, for each adds whole bundles.

    Raises:
        LookupError: a bug: there is no root that large.
    """
    places = range(bundle * TILE_WIDTH, (bundle + 1) * TILE_WIDTH)
    root, found = queries.root_over(reading, places.start), queries.leaves(reading, places)
    if root is None:
        raise LookupError(f"no root of receipts has a leaf {places.start}")
    return [found.get(place) or padding_at(bytes(root.padding), place) for place in places]


def hashes(reading: Reading, level: int, first: int, count: int) -> list[bytes]:
    """Hashes of a tile level, of one tile."""
    if level:
        return queries.tile_hashes(reading, level, first, count)
    bundle, place = divmod(first, TILE_WIDTH)
    return [leaf_hash(entry) for entry in entries(reading, bundle)[place : place + count]]


def tile_octets(reading: Reading, tile: Tile) -> bytes:
    """The octets of a tile or an entry bundle."""
    if tile.level == ENTRIES:
        return write_bundle(entries(reading, tile.index)[: tile.width])
    return b"".join(hashes(reading, tile.level, tile.first, tile.width))


def subtrees(reading: Reading) -> SubtreeReader:
    """A reader of the tree's complete subtrees."""
    return subtree_reader(lambda level, first, count: hashes(reading, level, first, count))


def grow(edge: Frontier, entries: Iterable[bytes]) -> list[dict[str, Any]]:
    """Grow the tree by entries; return the rows `level, idx, hash` of the tile hashes they complete."""
    rows = []
    for entry in entries:
        completed = edge.append(leaf_hash(entry))
        for level, node in enumerate(completed[TILE_HEIGHT::TILE_HEIGHT], 1):
            rows.append({"level": level, "idx": (edge.size - 1) >> TILE_HEIGHT * level, "hash": node})
    return rows
