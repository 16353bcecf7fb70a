"""Every small wrong done to a policy makes at least one of its cases come out differently."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry.policy import Access, Gates, Policies, Unit
from registry.policy.cedar import Policy, policy_set
from registry.policy.sharing import Sharing
from tests.unit.policy.files import ROOT, cases
from tests.unit.policy.mutants import mutants
from tests.unit.policy.symbolic import read
from tests.unit.policy.test_access import allowed
from tests.unit.policy.test_gates import TODAY, UNITS

GATES, ACCESS, SHARING = (read(ROOT / folder) for folder in ("gates", "access", "sharing"))
ACCESS_CASES, SHARING_CASES = cases("access/cases/access.yaml"), cases("sharing/cases/flow.yaml")

Notices = Callable[[Policies, list[Policy]], bool]


@pytest.mark.parametrize("policy", GATES, ids=lambda policy: str(policy.id))
def test_a_wrong_gate_is_noticed(policies: Policies, policy: Policy) -> None:
    written = cases(f"gates/cases/{policy.id}.yaml")
    assert survivors(policy, lambda wrong: gate_comes_out_differently(policies.gates, wrong, written)) == []


@pytest.mark.parametrize("policy", ACCESS, ids=lambda policy: str(policy.id))
def test_a_wrong_access_rule_is_noticed(policies: Policies, policy: Policy) -> None:
    def noticed(wrong: Policy) -> bool:
        changed = with_one_changed(ACCESS, wrong)
        return access_comes_out_differently(policies.access, changed, first=policy.id)

    assert survivors(policy, noticed) == []
    without = [one for one in ACCESS if one.id != policy.id]
    assert access_comes_out_differently(policies.access, without, first=policy.id)


@pytest.mark.parametrize("policy", SHARING, ids=lambda policy: str(policy.id))
def test_a_wrong_permission_is_noticed(policies: Policies, policy: Policy) -> None:
    def noticed(wrong: Policy) -> bool:
        changed = replace(policies.sharing, policies=policy_set(with_one_changed(SHARING, wrong)))
        return any(sharing_comes_out_differently(changed, case) for case in SHARING_CASES["cases"])

    assert survivors(policy, noticed) == []


def survivors(policy: Policy, noticed: Callable[[Policy], bool]) -> list[str]:
    """What could be done to a policy without any case noticing."""
    return [what for what, body in mutants(dict(policy.body)) if not noticed(replace(policy, body=body))]


def with_one_changed(policies: list[Policy], wrong: Policy) -> list[Policy]:
    return [wrong if one.id == wrong.id else one for one in policies]


def gate_comes_out_differently(gates: Gates, wrong: Policy, written: list[dict[str, Any]]) -> bool:
    rule = replace(gates.rules[wrong.id], policy=wrong)
    alone = Gates({rule.id: rule}, gates.schema)
    for case in written:
        stage = case.get("stage", min(rule.stages - {"disclose"}, default="disclose"))
        unit = Unit(rule.unit, "/somewhere", {**UNITS[rule.unit], **case.get("facts", {})})
        if (not alone.judge(stage, [unit], case.get("day", TODAY))) != case["met"]:
            return True
    return False


def access_comes_out_differently(access: Access, changed: list[Policy], *, first: str) -> bool:
    """Whether any case does; those about what the rule named `first` allows are the likeliest to."""
    with_wrong = replace(access, policies=policy_set(changed))
    about = {case["may"] for case in ACCESS_CASES["cases"] if case.get("rule") == first}
    written = [*ACCESS_CASES["refused_when"], *ACCESS_CASES["cases"]]
    likeliest = sorted(written, key=lambda case: case["may"] not in about)
    return any(case_comes_out_differently(with_wrong, case) for case in likeliest)


def case_comes_out_differently(access: Access, case: dict[str, Any]) -> bool:
    changes = [{side: change} for side in ("caller", "record") for change in case.get(side, ())]
    if changes:
        return not allowed(access, case) or any(allowed(access, case, **change) for change in changes)
    return allowed(access, case) != ("rule" in case)


def sharing_comes_out_differently(sharing: Sharing, case: dict[str, Any]) -> bool:
    flow = {**SHARING_CASES["flow"], **case.get("flow", {})}
    question = {**SHARING_CASES["question"], **case.get("question", {})}
    return sharing.permits(flow, question) is not case["permits"]
