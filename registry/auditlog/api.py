"""The log as anyone may read it: checkpoint, tiles, proofs (c2sp.org/tlog-tiles).

Tiles are computed from the rows of the log, so there is no second copy that could drift from the first.
"""

from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Row

from registry.auditlog import queries, served
from registry.auditlog.rules import NoSuchSize, NoSuchTile, NothingPublished, NotYetProvable
from registry.db import Database, Reading
from registry.tlog.faults import Malformed
from registry.tlog.proof import Proof
from registry.tlog.tile import Tile
from registry.tlog.tree import consistency_path, inclusion_path
from registry.witness.request import Growth, write_request

FRESH = {"cache-control": "public, max-age=1"}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


class LogApi(Controller):
    """The published log. No token is needed; nothing beyond the newest checkpoint is shown."""

    path = "/log"
    tags = ("log",)

    @get("/checkpoint", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_checkpoint(self, db: NamedDependency[Database]) -> Response[str]:
        """Read the newest checkpoint, signed by the log and cosigned by its witnesses."""
        with db.read() as reading:
            note = _published(reading).note
        return Response(note, media_type=MediaType.TEXT, headers=FRESH)

    @get("/tile/{coordinates:path}", media_type="application/octet-stream", sync_to_thread=True)
    def read_tile(self, coordinates: FromPath[str], db: NamedDependency[Database]) -> Response[bytes]:
        """Read a tile `<L>/<N>[.p/<W>]` or an entry bundle `entries/<N>[.p/<W>]`."""
        path = f"tile/{coordinates.lstrip('/')}"
        with db.read() as reading:
            size = _published(reading).size
            try:
                tile = Tile.parse(path)
            except Malformed as fault:
                raise NoSuchTile(path=path[:80], size=size) from fault
            if tile.entries_spanned() > size:
                raise NoSuchTile(path=path, size=size)
            octets = queries.tile_octets(reading, tile)
        return Response(octets, media_type="application/octet-stream", headers=FOREVER)

    @get("/proof/{index:int}", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_proof(self, index: FromPath[int], db: NamedDependency[Database]) -> Response[str]:
        """Read the proof (c2sp.org/tlog-proof) that an entry is in the tree of the newest checkpoint."""
        with db.read() as reading:
            newest = _published(reading)
            if not 0 <= index < newest.size:
                raise NotYetProvable(index=index, size=newest.size)
            path = inclusion_path(index, newest.size, queries.subtrees(reading))
        return Response(
            Proof(index, tuple(path), newest.note).text(), media_type=MediaType.TEXT, headers=FRESH
        )

    @get("/consistency/{size:int}", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_consistency(self, size: FromPath[int], db: NamedDependency[Database]) -> Response[str]:
        """Read the proof that the newest checkpoint continues the tree of this size.

        Whoever kept a checkpoint of that size can tell whether this is still the same log. It reads as what a
        witness is sent (c2sp.org/tlog-witness): `old <size>`, hashes, a blank line, the newest checkpoint.
        """
        with db.read() as reading:
            newest = _published(reading)
            if not 0 <= size <= newest.size:
                raise NoSuchSize(wanted=size, size=newest.size)
            path = consistency_path(size, newest.size, queries.subtrees(reading))
        answer = write_request(Growth(size, tuple(path)), newest.note).decode()
        return Response(answer, media_type=MediaType.TEXT, headers=FRESH)


def _published(reading: Reading) -> Row[tuple[object, ...]]:
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    return newest
