"""The readable specification of a permission check, against the cases beside it."""

from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from registry.policy import Policies
from registry.policy.sharing import Sharing
from tests.unit.policy.files import ROOT, cases

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


def test_a_specification_that_fails_permits_nothing(tmp_path: Path) -> None:
    folder = ROOT / "sharing"
    copyfile(folder / "schema.cedarschema", tmp_path / "schema.cedarschema")
    text = (folder / "flow.cedar").read_text(encoding="utf-8")
    always = text.partition("when")[0].replace("flow-permits", "always") + ";"
    failing = always.replace("always", "failing").replace(";", f"when {{ principal.day + {2**63 - 1} > 0 }};")
    (tmp_path / "flow.cedar").write_text(always + failing)
    broken = Sharing.load(tmp_path)
    with pytest.raises(ValueError, match="overflow"):
        broken.permits(FILE["flow"], FILE["question"])
    with pytest.raises(ValueError, match="overflow"):
        broken.permits_any([FILE["flow"]], [FILE["question"]])


def test_all_cases_at_once_come_out_as_each_alone(policies: Policies) -> None:
    flows = [{**FILE["flow"], **case.get("flow", {})} for case in FILE["cases"]]
    questions = [{**FILE["question"], **case.get("question", {})} for case in FILE["cases"]]
    alone = [any(policies.sharing.permits(flow, each) for flow in flows[:8]) for each in questions]
    assert policies.sharing.permits_any(flows[:8], questions) == alone
