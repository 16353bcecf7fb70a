"""Who may do what, against the cases beside the access rules."""

import re
import timeit
from pathlib import Path
from typing import Any

import pytest

from registry.policy import Access, BadPolicyFile, Policies
from tests.unit.policy.files import ROOT, cases, replace

FILE = cases("access/cases/access.yaml")
CASES = [
    pytest.param(case, id=f"{case['who']} {case['may']} {case['what']}: {case.get('rule', 'no')}")
    for case in FILE["cases"]
]
REFUSED = [
    pytest.param(case, side, change, id=f"{case['who']} {case['may']} but {side} {change}")
    for case in FILE["refused_when"]
    for side in ("caller", "record")
    for change in case.get(side, ())
]
RULES = set(
    re.findall(
        r'^@id\("(.+)"\)$', "".join(p.read_text() for p in (ROOT / "access").glob("*.cedar")), re.MULTILINE
    )
)
ACTIONS = set(re.findall(r'"([a-z]+\.[a-z-]+)"', (ROOT / "access" / "schema.cedarschema").read_text()))


def allowed(access: Access, case: dict[str, Any], **changes: dict[str, Any]) -> bool:
    """Whether the question of a case is allowed, with something about its caller or record changed."""
    principal = {**FILE["callers"][case["who"]], **changes.get("caller", {})}
    resource = {**FILE["records"][case["what"]], **changes.get("record", {})}
    return access.allows(case["may"], principal=principal, resource=resource).allowed


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_out_as_written(policies: Policies, case: dict[str, Any]) -> None:
    decision = policies.access.allows(
        case["may"], principal=FILE["callers"][case["who"]], resource=FILE["records"][case["what"]]
    )
    assert decision.errors == ()
    assert decision.allowed == ("rule" in case)
    # Two rules may allow the same; the case names the one it is about.
    assert decision.rule == case.get("rule") or (decision.rule or "").startswith("agreement-read")


@pytest.mark.parametrize(("case", "side", "change"), REFUSED)
def test_each_thing_a_rule_asks_decides(
    policies: Policies, case: dict[str, Any], side: str, change: dict[str, Any]
) -> None:
    assert allowed(policies.access, case)
    assert not allowed(policies.access, case, **{side: change})


def test_every_rule_that_grants_has_a_case() -> None:
    assert {case["rule"] for case in FILE["cases"] if "rule" in case} == RULES - {"dpo-never-decides"}


def test_every_action_is_allowed_to_someone_and_refused_to_someone() -> None:
    allowed = {case["may"] for case in FILE["cases"] if "rule" in case}
    refused = {case["may"] for case in FILE["cases"] if "rule" not in case}
    assert allowed == refused == ACTIONS


@pytest.mark.parametrize("fact", ["kind", "organisation", "roles", "scopes", "mode"])
def test_a_caller_about_whom_a_fact_is_missing_may_do_nothing(policies: Policies, fact: str) -> None:
    for case in FILE["cases"]:
        principal = {name: value for name, value in FILE["callers"][case["who"]].items() if name != fact}
        decision = policies.access.allows(
            case["may"], principal=principal, resource=FILE["records"][case["what"]]
        )
        assert (decision.allowed, decision.rule) == (False, None)
        assert decision.errors


def test_an_action_nobody_wrote_down_is_refused(policies: Policies) -> None:
    decision = policies.access.allows("agreement.delete", principal=FILE["callers"]["officer"], resource={})
    assert not decision.allowed


def test_a_misspelt_fact_is_refused_when_the_rules_are_read(copied: Path) -> None:
    replace(
        copied / "access" / "agreements.cedar", "resource.author_organisation", "resource.author_organization"
    )
    with pytest.raises(BadPolicyFile, match=r"agreements\.cedar.*author_organization"):
        Access.load(copied / "access")


def test_an_answer_takes_well_under_a_millisecond(policies: Policies) -> None:
    def ask() -> None:
        policies.access.allows(
            "agreement.sign", principal=FILE["callers"]["signatory"], resource=FILE["records"]["active"]
        )

    assert min(timeit.repeat(ask, number=20, repeat=5)) / 20 < 0.001
