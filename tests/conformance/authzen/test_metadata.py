"""The metadata of the decision point, plain and signed."""

from typing import Any

import pytest
from joserfc import jwt

from registry.decisions.wire.endpoint import METADATA
from registry.decisions.words.wording import wording
from tests.conformance.authzen.wire import Wire
from tests.unit.decisions.calling import KEYS, call, point
from tests.unit.decisions.making import BASE_URL, policies

ENDPOINTS = {
    "access_evaluation_endpoint": "/access/v1/evaluation",
    "access_evaluations_endpoint": "/access/v1/evaluations",
    "search_subject_endpoint": "/access/v1/search/subject",
    "search_resource_endpoint": "/access/v1/search/resource",
    "search_action_endpoint": "/access/v1/search/action",
    "access_request_endpoint": "/api/v1/access-requests",
    "jwks_uri": "/oauth/jwks",
    "advice_endpoint": "/api/v1/advice",
}


@pytest.fixture(scope="module")
def said(wire: Wire) -> dict[str, Any]:
    """What is found at the well-known address."""
    answer = wire.send(method="GET", path=METADATA, caller=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.spec("AuthZEN 1.0", "9.1")
def test_the_decision_point_and_its_endpoints_are_named_under_the_base_url(said: dict[str, Any]) -> None:
    assert said["policy_decision_point"] == BASE_URL
    assert {name: said[name] for name in ENDPOINTS} == {
        name: BASE_URL + path for name, path in ENDPOINTS.items()
    }


@pytest.mark.spec("AuthZEN 1.0", "9.2.2")
def test_no_member_is_without_a_value(said: dict[str, Any]) -> None:
    assert all(said.values())


@pytest.mark.spec("AuthZEN Access Request and Approval Profile", "5")
def test_requests_for_access_are_among_the_capabilities(said: dict[str, Any]) -> None:
    assert said["capabilities"] == ["urn:openid:authzen:capability:access-request"]


@pytest.mark.spec("AuthZEN Obligations Profile", "6")
def test_every_obligation_that_an_answer_may_carry_is_listed(said: dict[str, Any]) -> None:
    assert said["supported_obligations"] == ["custom", *policies().law.obligations]


@pytest.mark.spec("AuthZEN 1.0", "9.1.3")
def test_the_signed_metadata_says_the_same(said: dict[str, Any]) -> None:
    token = jwt.decode(said["signed_metadata"], KEYS, algorithms=["ES256"])
    assert token.header["typ"] == "authzen-metadata+jwt"
    assert token.claims.pop("iss") == BASE_URL
    assert token.claims.pop("iat") > 0
    assert token.claims == {name: value for name, value in said.items() if name != "signed_metadata"}


def test_both_kinds_of_client_are_told_what_a_false_means_to_them(said: dict[str, Any]) -> None:
    for mode in ("enforce", "advise"):
        assert said["client_modes"][mode] == wording().advice[f"mode-{mode}"]._asdict()


def test_a_head_request_has_the_length_and_no_body() -> None:
    whole = call(point(), method="GET", path=METADATA, caller=None)
    head = call(point(), method="HEAD", path=METADATA, caller=None)
    assert head.body == b""
    assert abs(int(head.headers["content-length"]) - len(whole.body)) <= 2  # signatures differ, not by more


def test_it_cannot_be_posted_to(wire: Wire) -> None:
    answer = wire.send(b"{}", path=METADATA)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
