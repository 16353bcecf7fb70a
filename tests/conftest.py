"""What every test may ask for: a fresh, migrated database on both engines."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import make_url
from xdist.remote import Producer

from registry.db import Database
from registry.db.migrate import migrate
from registry.oauth import passwords
from tests import postgres
from tests.scheduling import ENGINES, ByRegistry
from tests.scratch import scratch

# Where pytest makes its temporary folders (its own name for the setting).
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch()))

# Passwords that cost an attacker nothing save some five hundred sign-ins their fortieth of a second each.
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODY = passwords._HASHER.hash("a password that nobody has")

# A property says what holds, not how fast: a busy machine must not make it fail.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByRegistry:
    """Who hands the tests to the workers."""
    return ByRegistry(config, log)


def pytest_sessionstart() -> None:
    """Collect some ten thousand tests without a search for garbage among them again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From now on look for garbage, but not among the tests."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases can be created."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that is copied for each test."""
    with postgres.database(postgres_server) as url:
        migrate(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that is copied for each test."""
    path = tmp_path_factory.mktemp("template") / "registry.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a schema, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> str:
    """The URL of a fresh SQLite database, for each test at the same place."""
    path = sqlite_template.with_name("copy.sqlite3")
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_reused(postgres_server: str, postgres_template: str) -> Iterator[postgres.Reused]:
    """The database that the tests of a worker use one after another."""
    reused = postgres.Reused(postgres_server, postgres_template)
    yield reused
    reused.close()


@pytest.fixture
def postgresql_url(postgres_reused: postgres.Reused) -> str:
    """The URL of a fresh PostgreSQL database, mostly the same one."""
    return postgres_reused.fresh()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database, once for each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def opened() -> Iterator[Callable[[str], Database]]:
    """Databases by their URL, opened once: statements stay compiled from one test to the next."""
    databases: dict[str, Database] = {}

    def open_once(url: str) -> Database:
        if url not in databases:
            databases[url] = Database(url)
        return databases[url]

    yield open_once
    for database in databases.values():
        database.dispose()


@pytest.fixture
def database(database_url: str, opened: Callable[[str], Database]) -> Iterator[Database]:
    """A fresh database, once for each engine."""
    database = opened(database_url)
    yield database
    if database_url.startswith("sqlite"):  # whose file makes room for the next one
        database.dispose()
