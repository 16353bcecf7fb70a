"""A small registry to crash, on each engine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.db import Database
from registry.db.migrate import migrate
from tests import postgres
from tests.crash.house import Prepared
from tests.samples.agreements import furnish
from tests.scheduling import ENGINES
from tests.signoffs import build, prepare


@pytest.fixture(scope="package")
def fragile_server() -> Iterator[postgres.Fragile]:
    """A PostgreSQL server that flushes to its disk, and that may be killed."""
    with postgres.fragile_server() as server:
        yield server


@pytest.fixture(scope="package", params=ENGINES)
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """A house with eight sign-offs to be given, to be copied for each crash."""
    with _prepared(request, tmp_path_factory, agreements=4) as house:
        yield house


@pytest.fixture(scope="package", params=ENGINES)
def busy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """A house with eighty sign-offs to be given, to be copied for each crash of a whole server."""
    with _prepared(request, tmp_path_factory, agreements=40) as house:
        yield house


@contextmanager
def _prepared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, *, agreements: int
) -> Iterator[Prepared]:
    data_dir = tmp_path_factory.mktemp(f"crash-{request.param}")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, data_dir / "registry.sqlite3")
        yield _prepare(data_dir, f"sqlite:///{data_dir / 'registry.sqlite3'}", "", agreements)
        return
    server: postgres.Fragile = request.getfixturevalue("fragile_server")
    with postgres.database(server.url) as url:
        migrate(url)
        yield _prepare(data_dir, url, server.url, agreements)


def _prepare(data_dir: Path, url: str, server_url: str, agreements: int) -> Prepared:
    house = build(data_dir, url)
    db = Database(url)
    cast = furnish(db)
    db.dispose()
    return Prepared(house, cast, tuple(prepare(house, agreements=agreements, cast=cast)), server_url)
