"""A demo registry on each database, shared by the journeys of one run."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.journeys.world import World, demo_world


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo, loaded through the ordinary actions and serving."""
    patch = pytest.MonkeyPatch()
    patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    patch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")  # an auditor gets less than is asked for
    data_dir = tmp_path_factory.mktemp(f"demo-{request.param}")
    try:
        if request.param == "sqlite":
            with demo_world(data_dir) as made:
                yield made
        else:
            server = request.getfixturevalue("postgres_server")
            with (
                postgres.database(server) as url,
                demo_world(data_dir, {"REGISTRY_DATABASE_URL": url}) as made,
            ):
                yield made
    finally:
        patch.undo()
