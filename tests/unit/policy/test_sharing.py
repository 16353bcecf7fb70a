"""The readable specification of a permission check, against the cases beside it."""

from typing import Any

import pytest

from registry.policy import Policies
from tests.unit.policy.files import cases

FILE = cases("sharing/cases/flow.yaml")


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: str(case["name"]))
def test_a_case_comes_out_as_written(policies: Policies, case: dict[str, Any]) -> None:
    flow = {**FILE["flow"], **case.get("flow", {})}
    question = {**FILE["question"], **case.get("question", {})}
    assert policies.sharing.permits(flow, question) is case["permits"]


@pytest.mark.parametrize("fact", ["volume", "state", "blocked_by", "live_at_instant"])
def test_a_flow_about_which_a_fact_is_missing_is_a_bug(policies: Policies, fact: str) -> None:
    flow = {name: value for name, value in FILE["flow"].items() if name != fact}
    with pytest.raises(ValueError, match="does not conform"):
        policies.sharing.permits(flow, FILE["question"])
