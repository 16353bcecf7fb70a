"""The table of write operations is whole."""

import pytest

from tests.integration.http.deeds import BY_ROUTE, DEEDS
from tests.integration.http.routes import FORMS, SIGN_IN, SIGNING, writing
from tests.integration.http.world import World


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_every_route_that_writes_is_in_the_table(world: World) -> None:
    assert writing(world.app) == BY_ROUTE.keys() | FORMS | SIGN_IN | SIGNING
    assert len(BY_ROUTE) == len(DEEDS)
