"""The export: the whole published log as static files in one zip, the same octets each time it is made.

Files come in order of their names, the MANIFEST last because it is made of all others. What is in it:

    README.txt                    how to check all this without us, in Welsh and English
    checkpoint                    the newest signed checkpoint
    documents/<sha256>            frozen documents that published entries name by their digest
    index.csv                     a list for people; not evidence
    openings.jsonl                what sealed entries say, where that is public
    tile/<L>/..  tile/entries/..  the log itself (c2sp.org/tlog-tiles), no outdated partial tile
    trust/log.vkey                the log's key, for convenience: an auditor pins their own copy
    MANIFEST                      the SHA-256 of every file above, signed
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.auditlog import queries
from registry.auditlog.entries import decode
from registry.auditlog.rules import NothingPublished
from registry.db import Reading
from registry.tlog.note import Signer, sign_note
from registry.tlog.tile import TILE_WIDTH, tiles_of_tree
from registry.verification.archive import ArchiveWriter, write_archive
from registry.verification.manifest import NAME, Manifest
from registry.verification.openings import Opening
from registry.verification.progress import Progress, unwatched

README = Path(__file__).parent / "export_readme.txt"
NOT_EVIDENCE = "not evidence: a list for people, made from the entries / nid tystiolaeth: rhestr i bobl"
COLUMNS = ("index", "type", "at", "org", "subject_kind", "subject_id", "version")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    origin: str
    size: int
    files: int


def write_export(
    reading: Reading,
    target: Path,
    signer: Signer,
    documents: Iterable[tuple[str, bytes]] = (),
    progress: Progress = unwatched,
) -> Exported:
    """Write the published log to a zip at `target`, which appears when it is complete.

    Args:
        reading: where from; give the same reading to whatever yields the documents.
        target: where to; replaced if it exists.
        signer: the log's, for the manifest.
        documents: SHA-256 (64 hexadecimal digits) and octets of each frozen document, in order of digest.
        progress: told after each tile.

    Raises:
        NothingPublished: there is no checkpoint yet.
    """
    newest = queries.newest_checkpoint(reading)
    if newest is None:
        raise NothingPublished
    with write_archive(target) as archive:
        archive.add("README.txt", [README.read_bytes()])
        archive.add("checkpoint", [newest.note.encode()])
        for digest, octets in documents:
            archive.add(f"documents/{digest}", [octets])
        archive.add("index.csv", _index(reading, newest.size))
        archive.add("openings.jsonl", _openings(reading, newest.size))
        _add_tiles(archive, reading, newest.size, progress)
        archive.add("trust/log.vkey", [f"{signer.key.text()}\n".encode()])
        manifest = Manifest(signer.name, newest.size, dict(archive.digests))
        archive.add(NAME, [sign_note(manifest.text(), signer).encode()])
    return Exported(signer.name, newest.size, len(archive.digests))


def _add_tiles(archive: ArchiveWriter, reading: Reading, size: int, progress: Progress) -> None:
    total = sum(1 for _ in tiles_of_tree(size))
    for done, tile in enumerate(tiles_of_tree(size), 1):
        archive.add(tile.path(), [queries.tile_octets(reading, tile)])
        progress(done, total)


def _openings(reading: Reading, size: int) -> Iterator[bytes]:
    """One JSON document a line, by index."""
    for row in queries.public_openings(reading, size):
        yield Opening(row.idx, bytes(row.salt), row.value).line()


def _index(reading: Reading, size: int) -> Iterator[bytes]:
    """What can be read of each entry, as CSV, one chunk for each bundle."""
    yield _csv([(NOT_EVIDENCE,), COLUMNS])
    for first in range(0, size, TILE_WIDTH):
        limit = min(TILE_WIDTH, size - first)
        rows = queries.events_from(reading, first, limit, public_only=True)
        yield _csv([_listed(row.idx, row.opened or row.body) for row in rows])


def _listed(index: int, body: str | bytes) -> tuple[object, ...]:
    """The row of one entry in the list."""
    members = decode(body)
    subject = members.get("subject", {})
    return (
        index,
        members["type"],
        members.get("at"),
        members.get("org"),
        subject.get("kind"),
        subject.get("id"),
        subject.get("version"),
    )


def _csv(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
