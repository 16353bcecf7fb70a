"""The table of write operations is whole, and what it says about who and when is so."""

import pytest

from tests.integration.http.deeds import BY_ROUTE, DEEDS, Deed, do, fresh
from tests.integration.http.routes import FORMS, writing
from tests.integration.http.world import World

EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.route)


def test_every_route_that_writes_is_in_the_table(world: World) -> None:
    assert writing(world.app) == BY_ROUTE.keys() | FORMS


@EACH
def test_a_right_request_is_carried_out_and_recorded(world: World, deed: Deed) -> None:
    thing = fresh(world, deed.stage)
    before = world.size()
    do(world, deed, thing)
    assert world.size() > before
