"""The policies, read once, and a copy that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from registry.policy import Policies
from tests.unit.policy.files import ROOT


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies.load(ROOT)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "policies"))
