"""The log as anyone may read it: checkpoint, tiles, proofs, public openings (c2sp.org/tlog-tiles).

Tiles are computed from the rows of the log, so there is no second copy that could drift from the first.
"""

from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from pydantic import BaseModel
from sqlalchemy import Row

from registry.auditlog import queries
from registry.auditlog.rules import NoPublicOpening, NoSuchTile, NothingPublished, NotYetProvable
from registry.db import Database, Reading
from registry.tlog.faults import Malformed
from registry.tlog.proof import Proof
from registry.tlog.tile import Tile
from registry.tlog.tree import inclusion_path
from registry.verification.openings import Opening

FRESH = {"cache-control": "public, max-age=1"}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


class OpeningOut(BaseModel):
    """What a sealed entry commits to: HMAC-SHA-256 of it under the salt is the entry's `c`."""

    index: int
    field: str
    salt: str
    value: str


class LogApi(Controller):
    """The published log. No token is needed; nothing beyond the newest checkpoint is shown."""

    path = "/log"
    tags = ("log",)

    @get("/checkpoint", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_checkpoint(self, db: NamedDependency[Database]) -> Response[str]:
        """Read the newest signed checkpoint."""
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

    @get("/opening/{index:int}", sync_to_thread=True)
    def read_opening(self, index: FromPath[int], db: NamedDependency[Database]) -> OpeningOut:
        """Read what a sealed entry says, where that is public."""
        with db.read() as reading:
            is_published = 0 <= index < _published(reading).size
            row = queries.public_opening(reading, index) if is_published else None
        if row is None:
            raise NoPublicOpening(index=index)
        return OpeningOut(**Opening(row.idx, bytes(row.salt), row.value).document())


def _published(reading: Reading) -> Row[tuple[object, ...]]:
    newest = queries.newest_checkpoint(reading)
    if newest is None:
        raise NothingPublished
    return newest
