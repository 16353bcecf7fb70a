"""`registry backup` and `restore`: the whole register moves, to either database, or none of it does."""

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import publish
from registry.auditlog.rules import LogDamaged
from registry.db import Database
from registry.db.backup import CONTENTS, write_backup
from registry.db.metadata import metadata
from tests.auditlog_world import SIGNER
from tests.integration.cli.conftest import House
from tests.samples.agreements import NOW, furnish
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


@pytest.fixture
def mark(tmp_path: Path) -> HighWater:
    return HighWater.beside(tmp_path / "log.pem", SIGNER)


@pytest.fixture
def backup(desk: Desk, mark: HighWater, tmp_path: Path) -> Path:
    """A register in which an agreement is in force and the log is published, as a file."""
    desk.active()
    publish(desk.db, SIGNER, mark, NOW)
    with desk.db.read() as reading:
        write_backup(reading, tmp_path / "backup.zip", NOW)
    return tmp_path / "backup.zip"


@pytest.fixture
def elsewhere(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Another machine, with an empty database on either engine."""
    monkeypatch.setenv("REGISTRY_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", empty_database_url)
    return House(tmp_path / "elsewhere", empty_database_url)


def contents(path: Path) -> dict[str, Any]:
    """What a backup says of itself."""
    with zipfile.ZipFile(path) as archive:
        said: dict[str, Any] = json.loads(archive.read(CONTENTS))
    return said


def changed(backup: Path, member: str, octets: bytes | None) -> Path:
    """The backup with one member replaced, or left out."""
    target = backup.with_name("changed.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            written = octets if name == member else old.read(name)
            if written is not None:
                new.writestr(name, written)
    return target


def refused(house: House, path: Path) -> str:
    """The code with which a restore is refused."""
    result = house.run("restore", str(path), "--json")
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["code"])


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.read() as reading:
        return {
            table.name: [
                tuple(row) for row in reading.all(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


def test_what_is_restored_is_what_was_backed_up(backup: Path, desk: Desk, elsewhere: House) -> None:
    told = elsewhere.json("restore", str(backup))

    restored = Database(elsewhere.database_url)
    before, after = rows(desk.db), rows(restored)
    with restored.read() as reading:
        found = find_tampering(reading, SIGNER.keys)
    restored.dispose()
    assert after == before
    assert told["rows"] == sum(map(len, before.values())) > 200
    assert (found.findings, found.size) == ([], len(before["log_entry"]))


def test_a_backup_is_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "backup.zip.part").touch(0o644)  # what a crash left
    with desk.db.read() as reading:
        write_backup(reading, tmp_path / "backup.zip", NOW)
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600


def test_a_log_that_went_on_after_the_backup_is_not_signed_again(
    backup: Path, desk: Desk, mark: HighWater, elsewhere: House
) -> None:
    desk.create()
    publish(desk.db, SIGNER, mark, NOW)
    elsewhere.json("restore", str(backup))

    restored = Database(elsewhere.database_url)
    with pytest.raises(LogDamaged, match="was a backup restored"):
        publish(restored, SIGNER, mark, NOW)
    restored.dispose()


def test_a_database_with_rows_is_left_alone(backup: Path, elsewhere: House) -> None:
    elsewhere.json("restore", str(backup))

    assert refused(elsewhere, backup) == "restore-not-empty"


@pytest.mark.parametrize(
    ("member", "octets"),
    [
        ("tables/signature.jsonl", b""),
        ("tables/signature.jsonl", b"[1]\n"),
        ("tables/signature.jsonl", b"not JSON\n"),
        ("tables/signature.jsonl", None),
        (CONTENTS, b"{}"),
        (CONTENTS, None),
    ],
)
def test_a_damaged_file_restores_nothing(
    backup: Path, elsewhere: House, member: str, octets: bytes | None
) -> None:
    assert refused(elsewhere, changed(backup, member, octets)) == "backup-unreadable"

    elsewhere.json("restore", str(backup))


def test_a_file_that_is_no_backup_is_refused(elsewhere: House, tmp_path: Path) -> None:
    (tmp_path / "other.zip").write_bytes(b"PK, but no zip")

    assert refused(elsewhere, tmp_path / "other.zip") == "backup-unreadable"


def test_a_backup_of_another_release_is_refused(backup: Path, elsewhere: House) -> None:
    older = json.dumps(contents(backup) | {"revisions": ["0001"]}).encode()

    assert refused(elsewhere, changed(backup, CONTENTS, older)) == "backup-other-release"


def test_the_command_backs_up_every_table(ready: House, tmp_path: Path) -> None:
    told = ready.json("backup", "--out", str(tmp_path / "made.zip"))

    held = contents(tmp_path / "made.zip")["tables"]
    assert told["rows"] == sum(table["rows"] for table in held.values()) > 0
    assert held.keys() == {table.name for table in metadata.sorted_tables}


def test_the_doctor_says_that_an_old_backup_was_restored(
    ready: House, tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LOG B6: the high-water mark beside the key knows a larger log than the database."""
    ready.json("backup", "--out", str(tmp_path / "backup.zip"))
    ready.json("keys", "rotate")
    ready.json("export", "--out", str(tmp_path / "export.zip"))
    assert ready.json("doctor")["well"]

    monkeypatch.setenv("REGISTRY_DATABASE_URL", empty_database_url)
    ready.json("restore", str(tmp_path / "backup.zip"))
    told = ready.run("doctor", "--json")
    assert told.exit_code == 1
    faults = {look["name"]: look["fault"] for look in json.loads(told.stdout)["looks"] if look["fault"]}
    assert "was a backup restored" in faults["history"]
