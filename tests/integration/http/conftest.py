"""One running registry for each engine, for as long as the tests of this folder last."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.checker.running import Checker
from tests.integration.http.auditing import audited
from tests.integration.http.deeds import DEEDS, stage
from tests.integration.http.world import World, serving
from tests.scheduling import ENGINES


@pytest.fixture(scope="package", params=ENGINES)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, checker: Checker
) -> Iterator[World]:
    """The running registry, once for each engine. Tests leave it as they found it, or add to it only.

    LOG acceptance 6: when all are done, a program that is not ours checks the log as it is served.
    """
    data_dir = tmp_path_factory.mktemp(f"http-{request.param}")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, data_dir / "registry.sqlite3")
        url = f"sqlite:///{data_dir / 'registry.sqlite3'}"
        with serving(url, data_dir) as running, audited(running, checker, data_dir):
            yield running
        return
    server, copied = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with (
        postgres.database(server, template=copied) as url,
        serving(url, data_dir) as running,
        audited(running, checker, data_dir),
    ):
        yield running


@pytest.fixture(scope="module")
def unchanged(world: World) -> Iterator[World]:
    """The running registry with a thing in every stage, which a module leaves exactly as it was."""
    for deed in DEEDS:
        stage(world, deed.stage)
    before = world.contents()
    yield world
    assert world.contents() == before
