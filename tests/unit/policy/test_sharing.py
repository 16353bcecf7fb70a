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


@pytest.mark.parametrize("fact", FILE["flow"])
def test_a_flow_about_which_a_fact_is_missing_is_a_bug(policies: Policies, fact: str) -> None:
    flow = {name: value for name, value in FILE["flow"].items() if name != fact}
    with pytest.raises((KeyError, ValueError)):
        policies.sharing.permits(flow, FILE["question"])
    with pytest.raises((KeyError, ValueError)):
        policies.sharing.permits_any([FILE["flow"], flow], [FILE["question"]])


@pytest.mark.parametrize("fact", FILE["question"])
def test_a_question_that_lacks_a_fact_is_a_bug(policies: Policies, fact: str) -> None:
    question = {name: value for name, value in FILE["question"].items() if name != fact}
    with pytest.raises((KeyError, ValueError)):
        policies.sharing.permits(FILE["flow"], question)


def test_all_cases_at_once_come_out_as_each_alone(policies: Policies) -> None:
    flows = [{**FILE["flow"], **case.get("flow", {})} for case in FILE["cases"]]
    questions = [{**FILE["question"], **case.get("question", {})} for case in FILE["cases"]]
    alone = [any(policies.sharing.permits(flow, each) for flow in flows[:8]) for each in questions]
    assert policies.sharing.permits_any(flows[:8], questions) == alone
