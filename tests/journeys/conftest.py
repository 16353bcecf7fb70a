"""A demo registry on each database, shared by the journeys of one run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from registry.demo.setup import prepare
from tests import postgres
from tests.journeys.world import World, demo_world
from tests.scheduling import ENGINES
from tests.webhook_world import OWN_NETWORK


@pytest.fixture(scope="package")
def worlds(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], World]]:
    """The demo on an engine, started when it is first asked for and kept until the last journey.

    A fixture with an engine as its parameter would be started anew whenever the parameter changes.
    """
    made: dict[str, World] = {}
    with ExitStack() as until_the_end, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")  # an auditor gets less than is asked for

        def on(engine: str) -> World:
            if engine not in made:
                environment = {"REGISTRY_WEBHOOK_NETWORKS": OWN_NETWORK}
                if engine == "postgresql":
                    url = until_the_end.enter_context(postgres.database(postgres_server))
                    environment["REGISTRY_DATABASE_URL"] = url
                data_dir = tmp_path_factory.mktemp(f"demo-{engine}")
                _load(data_dir, environment)
                made[engine] = until_the_end.enter_context(demo_world(data_dir, environment))
            return made[engine]

        yield on


def _load(data_dir: Path, environment: dict[str, str]) -> None:
    """Make the demo here, where passwords take little time; the command finds it made."""
    with pytest.MonkeyPatch.context() as here:
        for name, value in environment.items():
            here.setenv(name, value)
        prepare(data_dir, base_url="http://127.0.0.1:8000", agreements=0, progress=lambda *_: None)


@pytest.fixture(params=ENGINES)
def world(request: pytest.FixtureRequest, worlds: Callable[[str], World]) -> World:
    """The demo, loaded through the ordinary actions and serving."""
    return worlds(request.param)
