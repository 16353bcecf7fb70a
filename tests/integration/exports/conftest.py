"""A small published log, exported; to check, and to damage."""

import shutil
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry.db import Database
from registry.exports.full import write_export
from registry.exports.trust import Trust
from tests.auditlog_world import SIGNER, grow, sign

DOCUMENT = b'{"schema":"terms/1"}'
SIZE = 700
TRUST = Trust(SIGNER, site="https://registry.example")


def fill(db: Database, folder: Path) -> Database:
    """Make it a log of 700 entries, signed at 300 and at 700."""
    grow(db, 300)
    sign(db, folder)
    grow(db, SIZE - 300, start=300)
    sign(db, folder)
    return db


@pytest.fixture
def published(database: Database, tmp_path: Path) -> Database:
    """A log of 700 entries, once for each engine."""
    return fill(database, tmp_path)


@pytest.fixture(scope="session")
def signed_log(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The same log, made once, for tests that only read it: what left the registry knows no engine."""
    folder = tmp_path_factory.mktemp("signed")
    shutil.copyfile(sqlite_template, folder / "registry.sqlite3")
    db = Database(f"sqlite:///{folder / 'registry.sqlite3'}")
    yield fill(db, folder)
    db.dispose()


@pytest.fixture(scope="session")
def sound(signed_log: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of that log. Nobody changes it."""
    path = tmp_path_factory.mktemp("sound") / "export.zip"
    with signed_log.read() as reading:
        write_export(reading, path, TRUST)
    return path


@pytest.fixture
def export(sound: Path, tmp_path: Path) -> Path:
    """A copy of the export."""
    return Path(shutil.copy(sound, tmp_path / "export.zip"))


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """The export, unpacked."""
    path = tmp_path / "export"
    with zipfile.ZipFile(sound) as archive:
        archive.extractall(path)
    return path


def digest(octets: bytes) -> str:
    return sha256(octets).hexdigest()
