"""How far a mandate reaches."""

from datetime import date

import pytest

from registry.organisations.mandates import RISKS, Assured, Limits, Mandate

ANY_KIND: frozenset[str] = frozenset()


@pytest.mark.parametrize("risk", RISKS)
def test_the_role_itself_reaches_everywhere_and_no_mandate_nowhere(risk: str) -> None:
    assert Mandate(outright=True).covers(kind="isp", risk=risk)
    assert not Mandate().covers(kind="isp", risk=risk)


@pytest.mark.parametrize(
    ("limits", "kind", "risk", "covered"),
    [
        (Limits(ANY_KIND, "medium"), "isp", "medium", True),
        (Limits(ANY_KIND, "medium"), "isp", "high", False),
        (Limits(frozenset({"dda"}), "high"), "dda", "high", True),
        (Limits(frozenset({"dda"}), "high"), "isp", "low", False),
    ],
)
def test_a_delegation_reaches_to_its_kinds_and_its_risk(
    limits: Limits, kind: str, risk: str, *, covered: bool
) -> None:
    assert limits.cover(kind=kind, risk=risk) is covered
    assert Mandate(delegations=(limits,)).covers(kind=kind, risk=risk) is covered


def test_two_delegations_never_add_up() -> None:
    lent = Mandate(delegations=(Limits(frozenset({"dda"}), "high"), Limits(ANY_KIND, "low")))
    assert lent.covers(kind="isp", risk="low")
    assert not lent.covers(kind="isp", risk="high")


def test_the_last_day_of_an_assurance_counts() -> None:
    shown = Assured("dspt", "standards-met", "8A1", "toolkit.test", date(2026, 3, 31))
    assert shown.is_current(date(2026, 3, 31))
    assert not shown.is_current(date(2026, 4, 1))
