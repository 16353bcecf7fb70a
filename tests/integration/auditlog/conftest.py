"""A small published log to check, and to damage."""

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from registry.auditlog.export import write_export
from registry.db import Database
from tests.auditlog_world import SIGNER, grow, sign

DOCUMENT = b'{"schema":"terms/1"}'
SIZE = 700


@pytest.fixture
def published(database: Database, tmp_path: Path) -> Database:
    """A log of 700 entries, signed at 300 and at 700."""
    grow(database, 300)
    sign(database, tmp_path)
    grow(database, SIZE - 300, start=300)
    sign(database, tmp_path)
    return database


@pytest.fixture
def export(published: Database, tmp_path: Path) -> Path:
    """The export of that log."""
    path = tmp_path / "export.zip"
    with published.read() as reading:
        write_export(reading, path, SIGNER)
    return path


@pytest.fixture
def folder(export: Path, tmp_path: Path) -> Path:
    """The export, unpacked."""
    path = tmp_path / "export"
    with zipfile.ZipFile(export) as archive:
        archive.extractall(path)
    return path


def digest(octets: bytes) -> str:
    return sha256(octets).hexdigest()
