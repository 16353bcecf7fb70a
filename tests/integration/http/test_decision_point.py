"""The permission check in front of the whole registry: what its metadata promises is there."""

import sys

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from registry.decisions.wire.endpoint import METADATA
from registry.decisions.words.wording import wording
from tests.integration.http.world import World, partner
from tests.samples.agreements import LANCASHIRE


@pytest.mark.spec("AuthZEN 1.0", "9.2.3")
def test_the_signed_metadata_verifies_with_the_published_keys(world: World) -> None:
    said = world.send("GET", METADATA).json()
    assert said["policy_decision_point"] == world.url
    keys = KeySet.import_key_set(world.session.get(said["jwks_uri"], timeout=30).json())
    token = jwt.decode(said["signed_metadata"], keys, algorithms=["ES256"])
    assert token.claims["iss"] == world.url
    assert {name: token.claims[name] for name in said.keys() & token.claims.keys()} == {
        name: said[name] for name in said if name != "signed_metadata"
    }


def test_every_endpoint_that_the_metadata_names_answers(world: World) -> None:
    system = partner(LANCASHIRE, "decisions:ask")
    for name, address in world.send("GET", METADATA).json().items():
        if name.endswith("_endpoint"):
            answer = world.send("POST", address.removeprefix(world.url), system, {})
            assert answer.status_code in (400, 422), name


@pytest.mark.parametrize("path", ["/access/v1/nothing", "/access/v1/evaluation/x", "/access/"])
def test_elsewhere_there_is_nothing_and_the_emergency_sentence_is_said(world: World, path: str) -> None:
    answer = world.send("POST", path, headers={"x-request-id": "r-1"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (404, "r-1")
    assert wording().advice["emergency"].cy in answer.json()["advice"]["cy"]


@pytest.mark.parametrize("path", ["/conformance/access/v1/evaluation", f"{METADATA}/conformance"])
def test_the_conformance_tenant_is_off(world: World, path: str) -> None:
    assert world.send("POST", path, partner(LANCASHIRE, "decisions:ask"), {}).status_code == 404


def test_a_worker_that_serves_hands_the_processor_on_within_a_millisecond(world: World) -> None:
    assert world.app.registry.follower.is_running
    assert sys.getswitchinterval() <= 0.001, "answers wait so long for whatever else the worker does"
