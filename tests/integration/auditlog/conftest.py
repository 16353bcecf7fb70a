"""A small published log."""

from pathlib import Path

import pytest

from registry.db import Database
from tests.auditlog_world import grow, sign

SIZE = 700


@pytest.fixture
def published(database: Database, tmp_path: Path) -> Database:
    """A log of 700 entries, signed at 300 and at 700."""
    grow(database, 300)
    sign(database, tmp_path)
    grow(database, SIZE - 300, start=300)
    sign(database, tmp_path)
    return database
