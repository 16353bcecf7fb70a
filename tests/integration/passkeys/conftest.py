"""Bodies that vouch for their people, on both databases; made once where tests leave everything as it is."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.db import Database
from tests import postgres
from tests.samples.agreements import LANCASHIRE, furnish
from tests.samples.passkeys import Vouching
from tests.scheduling import ENGINES


@pytest.fixture
def vouching(database: Database) -> Vouching:
    """Bodies whose keys do not exist yet."""
    return Vouching(database, furnish(database))


@pytest.fixture(scope="module", params=ENGINES)
def settled(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vouching]:
    """Bodies with keys, and Lancashire with a roster that vouches for its signatory."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("settled") / "registry.sqlite3"
        shutil.copyfile(sqlite_template, path)
        yield from _settled(f"sqlite:///{path}")
        return
    server, template = (request.getfixturevalue(name) for name in ("postgres_server", "postgres_template"))
    with postgres.database(server, template=template) as url:
        yield from _settled(url)


def _settled(url: str) -> Iterator[Vouching]:
    database = Database(url)
    made = Vouching(database, furnish(database))
    made.give_keys()
    made.enrol(made.cast(LANCASHIRE, "signatory"))
    made.put_in_force(made.next_roster(LANCASHIRE))
    yield made
    database.dispose()
