"""The full export: the whole published log as static files in one zip, the same octets each time it is made.

Files come in order of their names, the MANIFEST last because it is made of all others. What is in it:

    README.txt                       how to check all this without us, in Welsh and English
    checkpoint                       the newest signed checkpoint
    checkpoints/<size>.checkpoint    the last checkpoint of each day
    documents/<sha256>               frozen documents that published entries name by their digest
    evidence/<index>.json            what approvals rest on, and what signed a roster or a key
    index.csv                        a list for people; not evidence
    key/<org>/<index>                the keys by which organisations vouch for their people
    openings.jsonl                   what sealed entries say, where that is public
    roster/<org>/<n>                 whose passkeys count as an organisation's own
    tile/<L>/..  tile/entries/..     the log itself (c2sp.org/tlog-tiles), no outdated partial tile
    trust/log.vkey  trust/policy     the log's keys and whose word an auditor should ask for: copies for
    trust/witness.vkeys              convenience, an auditor pins their own
    tsr/<size>.tsr                   when a checkpoint was there, by a time-stamp authority (RFC 3161)
    MANIFEST                         the SHA-256 of every file above, signed

Memory stays the same however long the log is. An export that was interrupted goes on where it stopped, at
the checkpoint it was begun at: what an entry says never changes. Where an opening was erased since then, it
starts over, so that what it wrote before goes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

from registry.auditlog import erasures, queries, served
from registry.auditlog.rules import NothingPublished
from registry.db import Reading
from registry.exports.listing import listing
from registry.exports.packing import Packer, packing
from registry.exports.queries import (
    checkpoint_of,
    daily_checkpoints,
    delegations,
    evidence,
    origins,
    tokens,
    vouched,
)
from registry.exports.trust import Trust
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Signer, sign_note
from registry.tlog.tile import tiles_of_tree
from registry.verification.manifest import NAME, Manifest
from registry.verification.openings import Opening
from registry.verification.progress import Progress, unwatched

README = Path(__file__).parent / "readme.txt"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    origin: str
    size: int
    files: int


def write_export(
    reading: Reading,
    target: Path,
    trust: Trust,
    documents: Iterable[tuple[str, bytes]] = (),
    progress: Progress = unwatched,
) -> Exported:
    """Write the published log to a zip at `target`, which appears when it is complete.

    Args:
        reading: where from; give the same reading to whatever yields the documents.
        target: where to; replaced if it exists. Until it is whole it stands beside it as `<target>.part`,
            and is continued from there if it was interrupted.
        trust: the log's signer, for the manifest, and what else travels along.
        documents: SHA-256 (64 hexadecimal digits) and octets of each frozen document, in order of digest.
        progress: told after each tile.

    Raises:
        NothingPublished: there is no checkpoint yet.
    """
    signer = trust.signer
    with packing(target) as packer:
        size, note = _begin(packer, reading, signer)
        packer.add("README.txt", [README.read_bytes()])
        packer.add("checkpoint", [note])
        daily = daily_checkpoints(reading, size)
        _add_all(packer, ((f"checkpoints/{row.size}.checkpoint", row.note.encode()) for row in daily))
        named = merge(documents, delegations(reading, size))
        _add_all(packer, ((f"documents/{digest}", octets) for digest, octets in named))
        _add_all(packer, evidence(reading, size))
        packer.add("index.csv", listing(reading, size))
        _add_all(packer, _vouching(reading, size, "key/"))
        packer.add("openings.jsonl", _openings(reading, size))
        _add_all(packer, _vouching(reading, size, "roster/"))
        _add_tiles(packer, reading, size, progress)
        _add_all(packer, trust.files(origins(reading, size)))
        _add_all(packer, ((f"tsr/{row.size}.tsr", bytes(row.tsr)) for row in tokens(reading, size)))
        manifest = Manifest(signer.name, size, packer.digests)
        packer.add(NAME, [sign_note(manifest.text(), signer).encode()])
    return Exported(signer.name, size, len(packer.digests))


def _begin(packer: Packer, reading: Reading, signer: Signer) -> tuple[int, bytes]:
    """Size and note of the checkpoint that is exported: that of an interrupted export, else the newest."""
    begun = _begun(packer, reading, signer)
    if begun:
        return begun
    packer.start_over()
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    return newest.size, newest.note.encode()


def _begun(packer: Packer, reading: Reading, signer: Signer) -> tuple[int, bytes] | None:
    """The checkpoint that an interrupted export of this log, by this release, was begun at."""
    note = packer.left("checkpoint")
    if note is None or packer.left("README.txt") != README.read_bytes():
        return None
    try:
        checkpoint = open_checkpoint(note, *signer.keys)
    except (Malformed, Unproved):
        return None
    if erasures.any_since(reading, checkpoint.size):
        return None
    row = checkpoint_of(reading, checkpoint.size)
    return (checkpoint.size, note) if row and bytes(row.root) == checkpoint.root else None


def _add_all(packer: Packer, files: Iterable[tuple[str, bytes]]) -> None:
    for name, octets in files:
        packer.add(name, [octets])


def _vouching(reading: Reading, size: int, folder: str) -> Iterator[tuple[str, bytes]]:
    """The rosters, or the keys, of organisations."""
    for name, row in vouched(reading, size):
        if name.startswith(folder):
            yield name, bytes(row.document)


def _add_tiles(packer: Packer, reading: Reading, size: int, progress: Progress) -> None:
    total = sum(1 for _ in tiles_of_tree(size))
    for done, tile in enumerate(tiles_of_tree(size), 1):
        packer.add(tile.path(), (queries.tile_octets(reading, each) for each in (tile,)))
        progress(done, total)


def _openings(reading: Reading, size: int) -> Iterator[bytes]:
    """One JSON document a line, by index."""
    for row in queries.public_openings(reading, size):
        yield Opening(row.idx, bytes(row.salt), row.value).line()
