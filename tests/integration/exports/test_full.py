"""The export: whole, deterministic, and free of what is not public."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.auditlog import Subject, append, queries
from registry.auditlog.rules import NothingPublished
from registry.auditlog.tables import OPENING
from registry.db import Database
from registry.exports.full import write_export
from registry.exports.listing import NOT_EVIDENCE
from registry.tlog.note import open_note
from registry.tlog.tile import tiles_of_tree
from registry.verification.manifest import Manifest
from registry.verification.verify import verify
from tests.auditlog_world import ORIGIN, SIGNER, grow, happened, sign
from tests.integration.exports.conftest import DOCUMENT, TRUST, digest


def write(db: Database, path: Path, documents: list[tuple[str, bytes]] | None = None) -> Path:
    with db.read() as reading:
        write_export(reading, path, TRUST, documents or [])
    return path


@pytest.fixture
def export(published: Database, tmp_path: Path) -> Path:
    """The export of this engine's log."""
    return write(published, tmp_path / "export.zip")


def test_two_exports_are_the_same_octets(published: Database, export: Path, tmp_path: Path) -> None:
    again = write(published, tmp_path / "again.zip")
    assert again.read_bytes() == export.read_bytes()


def test_unpublished_entries_change_nothing(published: Database, export: Path, tmp_path: Path) -> None:
    grow(published, 10, start=700)
    assert write(published, tmp_path / "again.zip").read_bytes() == export.read_bytes()


def test_an_export_is_the_static_log(export: Path) -> None:
    with zipfile.ZipFile(export) as archive:
        names = archive.namelist()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        manifest = Manifest.parse(open_note(archive.read("MANIFEST"), [SIGNER.key]))
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == "MANIFEST"
    assert {name for name in names if name.startswith("tile/")} == {
        tile.path() for tile in tiles_of_tree(700)
    }
    assert (manifest.origin, manifest.size) == (ORIGIN, 700)
    assert set(manifest.digests) == set(names) - {"MANIFEST"}


def test_only_public_openings_leave(published: Database, export: Path) -> None:
    with zipfile.ZipFile(export) as archive:
        openings = [json.loads(line) for line in archive.read("openings.jsonl").splitlines()]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert [opening["index"] for opening in openings] == list(range(0, 700, 6))
    with published.read() as reading:
        kept = reading.all(select(OPENING).where(~OPENING.c.public))
    assert len(kept) > 700
    assert not [row for row in kept if row.field == "actor" and row.value.encode() in everything]
    assert not [row for row in kept if row.field == "entry" and row.value.encode() in everything]


def test_the_list_for_people_says_that_it_is_no_evidence(export: Path) -> None:
    with zipfile.ZipFile(export) as archive:
        first, columns, *rows = archive.read("index.csv").decode().splitlines()
    assert NOT_EVIDENCE in first
    assert columns == "index,type,at,org,subject_kind,subject_id,version"
    assert rows[0] == "0,test.happened,2026-01-01T00:00:00Z,gss:E10000017,thing,thing-0,1"
    assert rows[3] == "3,sealed,,,,,"
    assert len(rows) == 700


def test_documents_travel_with_the_entries_that_name_them(database: Database, tmp_path: Path) -> None:
    with database.write() as tx:
        subject = Subject("agreement", "a1", version=1, digest=f"sha256:{digest(DOCUMENT)}")
        append(tx, happened(tx, subject=subject))
    sign(database, tmp_path)
    path = write(database, tmp_path / "export.zip", [(digest(DOCUMENT), DOCUMENT)])
    assert verify(path, SIGNER.key).is_sound

    path = write(database, tmp_path / "export.zip", [(digest(b"other"), b"other")])
    assert verify(path, SIGNER.key).counts == {"document-unlogged": 1}


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512])
def test_an_export_of_any_size_verifies(sqlite_url: str, tmp_path: Path, size: int) -> None:
    database = Database(sqlite_url)
    grow(database, size)
    sign(database, tmp_path)
    path = write(database, tmp_path / "export.zip")
    database.dispose()
    report = verify(path, SIGNER.key)
    assert report.is_sound
    assert report.size == size
    assert report.text() == f"{ORIGIN}: all {size} entries are as they were signed"


def test_a_log_that_was_never_signed_has_no_export(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        write(database, tmp_path / "export.zip")
    assert not list(tmp_path.glob("export.zip*"))


def test_an_export_that_fails_leaves_the_last_good_one(published: Database, tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"the last good one")
    with published.read() as reading, pytest.raises(OSError, match="disk is full"):
        write_export(reading, tmp_path / "export.zip", TRUST, failing_after(DOCUMENT))
    assert (tmp_path / "export.zip").read_bytes() == b"the last good one"


def failing_after(document: bytes) -> Iterator[tuple[str, bytes]]:
    yield digest(document), document
    raise OSError("the disk is full")


def test_an_interrupted_export_goes_on_from_its_last_whole_file_to_the_same_octets(
    published: Database, tmp_path: Path
) -> None:
    whole = write(published, tmp_path / "whole.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        starts = [info.header_offset for info in archive.infolist()]
    part = tmp_path / "again.zip.part"
    for stop in (0, 1, *starts[1:], *(start + 40 for start in starts), len(whole) - 1, len(whole)):
        part.write_bytes(whole[:stop])
        assert write(published, tmp_path / "again.zip").read_bytes() == whole, stop
        assert not part.exists()


def test_what_an_interrupted_export_left_behind_is_not_read_again(
    published: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write(published, tmp_path / "whole.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        stop = archive.getinfo("trust/log.vkey").header_offset
    (tmp_path / "again.zip.part").write_bytes(whole[:stop])
    monkeypatch.delattr(queries, "tile_octets")
    assert write(published, tmp_path / "again.zip").read_bytes() == whole


def test_an_interrupted_export_keeps_the_checkpoint_it_was_begun_at(
    published: Database, tmp_path: Path
) -> None:
    whole = write(published, tmp_path / "whole.zip").read_bytes()
    grow(published, 10, start=700)
    sign(published, tmp_path)
    (tmp_path / "again.zip.part").write_bytes(whole[: len(whole) // 2])
    assert write(published, tmp_path / "again.zip").read_bytes() == whole


@pytest.mark.parametrize("what", ["another log", "a damaged file", "no zip"])
def test_what_was_left_behind_by_something_else_is_not_used(
    sqlite_url: str, sound: Path, tmp_path: Path, what: str
) -> None:
    database = Database(sqlite_url)
    grow(database, 20)
    sign(database, tmp_path)
    whole = write(database, tmp_path / "whole.zip").read_bytes()
    at = whole.index(b"thing-2")
    left = {
        "another log": sound.read_bytes()[:-1],
        "a damaged file": whole[:at] + b"T" + whole[at + 1 :],
        "no zip": b"PK\3\4" * 100,
    }
    (tmp_path / "again.zip.part").write_bytes(left[what])
    assert write(database, tmp_path / "again.zip").read_bytes() == whole
    database.dispose()


def test_progress_is_told_to_the_end(published: Database, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with published.read() as reading:
        write_export(
            reading, tmp_path / "e.zip", TRUST, progress=lambda done, all_: told.append((done, all_))
        )
    assert told == [(done, 7) for done in range(1, 8)]


def test_a_repacked_export_verifies_too(export: Path, folder: Path, tmp_path: Path) -> None:
    assert verify(folder, SIGNER.key).is_sound
    packed = io.BytesIO()
    with zipfile.ZipFile(export) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in reversed(source.namelist()):
            target.writestr(name, source.read(name))
    (tmp_path / "packed.zip").write_bytes(packed.getvalue())
    assert verify(tmp_path / "packed.zip", SIGNER.key).is_sound
