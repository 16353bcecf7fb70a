"""Bundles over HTTP: what comes back, and that evaluators and keys need no token."""

import pytest

from registry import clock
from registry.bundles.api import HERE
from registry.bundles.evaluate import Bundle
from tests.integration.http.deeds import stage
from tests.integration.http.world import World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def test_a_system_takes_its_bodys_bundle_and_checks_it_with_the_published_key(world: World) -> None:
    stage(world, "agreement active")
    taken = world.send("GET", f"/api/v1/bundles/{LANCASHIRE}", partner(LANCASHIRE, "decisions:ask"))
    assert taken.headers["content-type"] == "application/jose"
    assert taken.headers["cache-control"] == "no-store"
    bundle = Bundle(taken.text, world.send("GET", "/bundles/keys").json(), LANCASHIRE)
    assert (bundle.fault, bundle.content["mode"], bool(bundle.content["flows"])) == ("", "enforce", True)
    assert bundle.content["exp"] - bundle.content["iat"] == 8 * 3600
    assert abs(bundle.content["iat"] - clock.now().timestamp()) < 60


def test_another_bodys_bundle_is_refused_in_both_languages(world: World) -> None:
    refused = world.send("GET", f"/api/v1/bundles/{BLACKPOOL}", partner(LANCASHIRE, "decisions:ask"))
    said = refused.json()
    assert (refused.status_code, said["code"]) == (403, "may-not-take-bundle")
    assert said["detail"]
    assert said["detail_cy"]


@pytest.mark.parametrize("name", ["evaluate.py", "evaluate.mjs"])
def test_the_evaluators_are_handed_out_as_they_are(world: World, name: str) -> None:
    assert world.send("GET", f"/bundles/{name}").content == (HERE / name).read_bytes()
