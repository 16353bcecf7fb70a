"""What the log of receipts shows: its newest checkpoint, its tiles, the proof of one receipt.

Nothing is shown before the published main log names its root, so that two views of this log would need two
views of that one, which its witnesses would notice.
"""

import re
from typing import Any

from sqlalchemy import Row

from registry.auditlog import served
from registry.db import Reading
from registry.receipts import queries
from registry.receipts.rules import NoSuchReceiptTile, ReceiptNotRooted, ReceiptUnknown
from registry.receipts.tree import subtrees, tile_octets
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed
from registry.tlog.note import Signer
from registry.tlog.proof import Proof
from registry.tlog.tile import Tile
from registry.tlog.tree import EMPTY_ROOT, inclusion_path

HEXADECIMAL = re.compile(r"[0-9a-f]{64}")


def newest_checkpoint(reading: Reading, signer: Signer) -> str:
    """The note of the newest root; of the empty tree before the first."""
    root = _newest(reading)
    return _note(root, signer) if root else Checkpoint(signer.name, 0, EMPTY_ROOT).signed(signer)


def read_tile(reading: Reading, path: str) -> bytes:
    """The octets of a tile or an entry bundle, by its path in the layout of c2sp.org/tlog-tiles.

    Raises:
        NoSuchReceiptTile: the newest tree has no such tile.
    """
    root = _newest(reading)
    size = root.size if root else 0
    try:
        tile = Tile.parse(path)
    except Malformed as fault:
        raise NoSuchReceiptTile(path=path[:80], size=size) from fault
    if tile.entries_spanned() > size:
        raise NoSuchReceiptTile(path=path, size=size)
    return tile_octets(reading, tile)


def prove(reading: Reading, named: str, signer: Signer) -> str:
    """The proof (c2sp.org/tlog-proof) of the receipt whose JWS has this SHA-256, in hexadecimal.

    It leads to the root of the hour in which the receipt entered the tree, so it is the same whenever it is
    fetched, and every later export of the main log names that root.

    Raises:
        ReceiptNotRooted: the receipt waits for its root, or for the main log to publish it.
        ReceiptUnknown: there is no such receipt.
    """
    if HEXADECIMAL.fullmatch(named) is None:
        raise ReceiptUnknown
    digest = bytes.fromhex(named)
    place = queries.place_of(reading, digest)
    root = None if place is None else queries.root_over(reading, place)
    if place is None or root is None:
        raise ReceiptNotRooted if queries.is_waiting(reading, digest) else ReceiptUnknown
    if root.log_index >= _published(reading):
        raise ReceiptNotRooted
    path = inclusion_path(place, root.size, subtrees(reading))
    return Proof(place, tuple(path), _note(root, signer)).text()


def _newest(reading: Reading) -> Row[Any] | None:
    return queries.newest_root(reading, logged_before=_published(reading))


def _published(reading: Reading) -> int:
    """The size of the newest checkpoint of the main log that is served."""
    newest = served.newest_served(reading)
    return newest.size if newest else 0


def _note(root: Row[Any], signer: Signer) -> str:
    return Checkpoint(signer.name, root.size, bytes(root.root)).signed(signer)
