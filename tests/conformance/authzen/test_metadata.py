"""The metadata of the policy decision point."""

import pytest

from registry.decisions.endpoint import METADATA
from tests.unit.decisions.calling import call, point
from tests.unit.decisions.making import BASE_URL


@pytest.mark.spec("AuthZEN 1.0", "9")
def test_the_endpoints_are_named_under_the_base_url_without_a_token() -> None:
    answer = call(point(), method="GET", path=METADATA, caller=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {
        "policy_decision_point": BASE_URL,
        "access_evaluation_endpoint": f"{BASE_URL}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{BASE_URL}/access/v1/evaluations",
    }


def test_a_head_request_has_the_length_and_no_body() -> None:
    whole = call(point(), method="GET", path=METADATA, caller=None)
    head = call(point(), method="HEAD", path=METADATA, caller=None)
    assert (head.body, head.headers["content-length"]) == (b"", str(len(whole.body)))


def test_it_cannot_be_posted_to() -> None:
    answer = call(point(), b"{}", path=METADATA)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
