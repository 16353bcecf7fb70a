"""What a policy may demand of an approval, and when an organisation's key may count."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.passkeys.rules import (
    DeviceBoundPasskeyNeeded,
    KeyStanding,
    KeyWaits,
    StrongerApprovalNeeded,
    check_key_may_count,
    check_strength,
)
from registry.policy.approvals import Act, ApprovalStrength, Demand
from tests.samples.assessments import POLICIES

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WEEK = timedelta(days=7)
STRENGTHS = POLICIES.law.approval_strengths


def demanding(strength: str, *roles: str, risk: str, **more: Any) -> list[ApprovalStrength]:
    demand = Demand.model_validate({"roles": roles, "risk": risk} | more)
    return [
        one.model_copy(update={"demanded": (demand,)}) if one.code == strength else one
        for one in STRENGTHS.values()
    ]


def test_strengths_are_ranked_from_a_passkey_down_to_what_was_signed_outside() -> None:
    ranked = sorted(STRENGTHS.values(), key=lambda one: one.rank, reverse=True)
    assert [one.code for one in ranked] == [
        "passkey",
        "organisation-key",
        "identity-provider",
        "session",
        "attested",
    ]


@pytest.mark.parametrize(
    ("strength", "role", "high_risk", "risk", "enough"),
    [
        ("session", "signatory", False, "any", False),
        ("organisation-key", "signatory", False, "any", True),
        ("passkey", "signatory", True, "any", True),
        ("session", "siro", True, "any", True),
        ("session", "signatory", False, "high", True),
        ("session", "signatory", True, "high", False),
        ("identity-provider", "signatory", True, "high", False),
    ],
)
def test_a_weaker_approval_than_is_demanded_is_refused(
    strength: str, role: str, high_risk: bool, risk: str, enough: bool
) -> None:
    demands = demanding("organisation-key", "signatory", risk=risk)
    if enough:
        check_strength(demands, strength, role=role, high_risk=high_risk)
        return
    with pytest.raises(StrongerApprovalNeeded):
        check_strength(demands, strength, role=role, high_risk=high_risk)


def test_of_two_demands_the_stronger_one_counts() -> None:
    weaker, stronger = (demanding(code, "signatory", risk="any") for code in ("organisation-key", "passkey"))
    both = [one if one.demanded else other for one, other in zip(weaker, stronger, strict=True)]
    with pytest.raises(StrongerApprovalNeeded) as refused:
        check_strength(both, "organisation-key", role="signatory", high_risk=False)
    assert refused.value.facts["strength"] == "passkey"


@pytest.mark.parametrize("act", ["approve", "suspend", "resume", "terminate"])
@pytest.mark.parametrize("named", [("approve",), ("suspend", "terminate")])
def test_a_demand_is_about_the_acts_it_names(act: Act, named: tuple[Act, ...]) -> None:
    demands = demanding("passkey", "siro", risk="any", acts=named)
    if act not in named:
        check_strength(demands, "session", role="siro", high_risk=True, act=act)
        return
    with pytest.raises(StrongerApprovalNeeded):
        check_strength(demands, "session", role="siro", high_risk=True, act=act)


@pytest.mark.parametrize(
    ("synced", "high_risk", "enough"), [(True, True, False), (False, True, True), (True, False, True)]
)
def test_a_synced_passkey_is_refused_where_one_has_to_stay_in_its_device(
    synced: bool, high_risk: bool, enough: bool
) -> None:
    demands = demanding("passkey", "siro", risk="high", device_bound=True)
    if enough:
        check_strength(demands, "passkey", role="siro", high_risk=high_risk, synced=synced)
        return
    with pytest.raises(DeviceBoundPasskeyNeeded):
        check_strength(demands, "passkey", role="siro", high_risk=high_risk, synced=synced)


@pytest.mark.parametrize(
    ("is_reset", "partners", "later", "counts"),
    [
        (False, ["a:1", "b:2"], timedelta(), True),
        (False, ["a:1"], WEEK, False),
        (True, ["a:1", "b:2"], WEEK - timedelta(seconds=1), False),
        (True, ["a:1", "b:2"], WEEK, True),
        (True, ["a:1"], WEEK, False),
    ],
)
def test_a_key_counts_when_partners_signed_it_and_a_reset_has_waited(
    is_reset: bool, partners: list[str], later: timedelta, counts: bool
) -> None:
    """LOG B9b."""
    standing = KeyStanding(NOW, is_reset, partners)
    if counts:
        check_key_may_count(standing, NOW + later, needed=2)
        return
    with pytest.raises(KeyWaits):
        check_key_may_count(standing, NOW + later, needed=2)
