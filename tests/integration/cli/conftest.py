"""A registry of one's own, and an operator at its commands."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from registry.cli import main
from registry.demo.samples import HERE

ORGANISATIONS = HERE / "sample" / "organisations.yaml"


@dataclass(frozen=True)
class House:
    """A registry of its own, and the commands run on it."""

    data_dir: Path
    database_url: str

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    def json(self, *arguments: str) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        answered: dict[str, Any] = json.loads(result.stdout)
        return answered

    def refusal(self, *arguments: str) -> str:
        """The code of a refusal, which leaves the log as it was."""
        before = self.json("log", "verify")["size"]
        result = self.run(*arguments, "--json")
        assert result.exit_code == 1, result.output
        assert self.json("log", "verify")["size"] == before
        return str(json.loads(result.stdout)["code"])


@pytest.fixture
def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("REGISTRY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", database_url)
    return House(tmp_path / "data", database_url)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first registry on SQLite is kept, of which the others are copies."""
    return tmp_path_factory.mktemp("furnished")


@pytest.fixture
def ready(house: House, furnished: Path) -> House:
    """A registry with keys, a schema and some organisations."""
    database, kept = make_url(house.database_url), furnished / "registry.sqlite3"
    is_sqlite = database.get_backend_name() == "sqlite"
    if is_sqlite and kept.exists():
        shutil.copytree(furnished / "data", house.data_dir)
        shutil.copyfile(kept, str(database.database))
        return house
    assert house.run("init").exit_code == 0
    assert house.run("import", str(ORGANISATIONS)).exit_code == 0
    if is_sqlite:
        shutil.copytree(house.data_dir, furnished / "data")
        with closing(sqlite3.connect(str(database.database))) as reading:
            reading.execute("VACUUM INTO ?", (str(kept),))
    return house
