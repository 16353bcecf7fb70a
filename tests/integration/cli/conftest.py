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
from tests import postgres

ORGANISATIONS = HERE / "sample" / "organisations.yaml"


@dataclass(frozen=True)
class House:
    """A registry of its own, and the commands run on it."""

    data_dir: Path
    database_url: str

    @property
    def engine(self) -> str:
        """Which database it is kept in."""
        return make_url(self.database_url).get_backend_name()

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


class Furnished:
    """What the first registry on each engine held when it was furnished, of which the others are copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, postgres.Rows] = {}

    def give(self, house: House) -> bool:
        """Furnish another one so; False where this is the first."""
        kept = self._folder / house.engine
        if not kept.exists():
            return False
        shutil.copytree(kept, house.data_dir)
        if house.engine == "sqlite":
            shutil.copyfile(self._folder / "registry.sqlite3", str(make_url(house.database_url).database))
        else:
            self._rows[house.engine].put(house.database_url)
        return True

    def keep(self, house: House) -> None:
        """Remember what is there."""
        if house.engine == "sqlite":
            with closing(sqlite3.connect(str(make_url(house.database_url).database))) as reading:
                reading.execute("VACUUM INTO ?", (str(self._folder / "registry.sqlite3"),))
        else:
            self._rows[house.engine] = postgres.Rows(house.database_url)
        shutil.copytree(house.data_dir, self._folder / house.engine)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return Furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def ready(house: House, furnished: Furnished) -> House:
    """A registry with keys, a schema and some organisations."""
    if not furnished.give(house):
        assert house.run("init").exit_code == 0
        assert house.run("import", str(ORGANISATIONS)).exit_code == 0
        furnished.keep(house)
    return house
