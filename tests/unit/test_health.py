"""What health finds is told in words."""

from types import SimpleNamespace
from typing import Any

from registry.health import Health, WitnessingOut, WitnessOut
from registry.web.catalogue import catalogue

NOTHING_IS_WELL: Any = SimpleNamespace(
    publisher=SimpleNamespace(fault="damage", trouble="disk", unheard="silence", is_running=False),
    follower=SimpleNamespace(index=SimpleNamespace(log_size=None), is_running=False),
    housekeeping=SimpleNamespace(fault="clock-behind", tampered=True),
    deliverer=SimpleNamespace(is_running=False),
)
CONTRADICTED = WitnessingOut(
    is_required=True,
    has_quorum=False,
    served_size=0,
    served_without_quorum=0,
    rounds_short=1,
    witnesses=[WitnessOut(witness="w", size=0, cosigned_at=None, fault="not-continued", failures=1)],
)


def test_every_fault_and_every_warning_is_told_in_both_languages() -> None:
    health = Health(NOTHING_IS_WELL)
    codes = [*health.faults(), *health.warnings(CONTRADICTED), "database-unreachable"]
    assert len(codes) >= 10
    assert [code for code in codes if code not in catalogue()] == []


def test_where_no_witness_is_named_nobody_is_warned_of_witnesses() -> None:
    assert Health(NOTHING_IS_WELL).warnings(None) == ["webhooks-not-told"]
