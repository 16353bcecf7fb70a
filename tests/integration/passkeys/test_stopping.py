"""Stopping an agreement, letting it run again, ending it: with one's own passkey, freely or as demanded."""

from collections.abc import Callable
from typing import Any

import pytest

from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.rules import MayNot
from registry.agreements.schemas import ResumeIn, SuspendIn, TerminateIn
from registry.passkeys.rules import BadAssertion, NotRostered, StrongerApprovalNeeded
from registry.policy import Policies
from registry.verification.approvals import check_approval
from tests.integration.passkeys.test_strength import demanding
from tests.samples.agreements import LANCASHIRE
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, LOG, Vouching, gather, logged, signing, site, wired

ROLES = {"suspend": "dpo", "resume": "siro", "terminate": "siro"}
"""In which role each act is done here."""

WANTED: dict[str, Callable[..., Any]] = {
    "suspend": lambda **given: SuspendIn.model_validate(
        {"scope": {"organisation": LANCASHIRE}, "reason": "A breach."} | given
    ),
    "resume": lambda **given: ResumeIn.model_validate(given),
    "terminate": lambda **given: TerminateIn.model_validate({"reason": "No longer needed."} | given),
}


@pytest.fixture(scope="module")
def guarded(settled: Vouching) -> Vouching:
    """Lancashire's DPO and SIRO have passkeys that its roster lists."""
    for role in sorted(set(ROLES.values())):
        settled.enrol(settled.cast(LANCASHIRE, role))
    settled.put_in_force(settled.next_roster(LANCASHIRE))
    return settled


@pytest.fixture
def desk(guarded: Vouching) -> Desk:
    return Desk(guarded.db, guarded.cast)


def signed(vouching: Vouching, act: str, made: Changed, **changes: str) -> dict[str, Any]:
    """What the person who does this signs."""
    deciding = signing(made, **{"decision": act, "role": ROLES[act]} | changes)
    return vouching.assertion(vouching.cast(LANCASHIRE, ROLES[act]), deciding)


def do(
    vouching: Vouching,
    act: str,
    made: Changed,
    assertion: dict[str, Any] | None = None,
    policies: Policies = POLICIES,
) -> Changed:
    wanted = WANTED[act](assertion=wired(assertion) if assertion else None)
    caller = vouching.cast(LANCASHIRE, ROLES[act])
    with vouching.db.write() as tx:
        changed: Changed = getattr(actions, act)(
            tx, made.ref, wanted, caller=caller, now=vouching.now, policies=policies, ceremony=CEREMONY
        )
    return changed


def ready(desk: Desk, act: str, **terms: Any) -> Changed:
    """An agreement to which this can be done."""
    made = desk.active(**terms)
    if act == "resume":
        desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), organisation=LANCASHIRE)
    return made


@pytest.mark.parametrize("act", ROLES)
@pytest.mark.parametrize("publication", ["full", "withheld"])
def test_an_act_signed_by_passkey_is_proved_offline_by_its_first_entry(
    guarded: Vouching, desk: Desk, act: str, publication: str
) -> None:
    made = ready(desk, act, publication=publication)
    done = do(guarded, act, made, signed(guarded, act, made))
    with guarded.db.read() as reading:
        case = gather(reading, done.log_index, logged(reading))
    assert case is not None
    proved = check_approval(case, log=LOG, site=site())
    assert (proved.decision, proved.role, proved.organisation) == (act, ROLES[act], LANCASHIRE)
    assert (proved.strength, proved.digest) == ("passkey", made.hash)
    others = [event.members for event in desk.events(done.log_index + 1)]
    assert not any("evidence" in members for members in others)


@pytest.mark.parametrize("act", ROLES)
def test_a_passkey_is_demanded_of_an_act_where_the_policy_names_it(
    guarded: Vouching, desk: Desk, act: str
) -> None:
    made, strict = ready(desk, act), demanding(ROLES[act], risk="any", acts=[act])
    before = desk.size()
    with pytest.raises(StrongerApprovalNeeded) as refused:
        do(guarded, act, made, policies=strict)
    assert refused.value.facts == {"strength": "passkey", "role": ROLES[act]}
    assert desk.size() == before
    assert do(guarded, act, made, signed(guarded, act, made), strict).log_index >= before


def test_a_demand_of_approvals_leaves_whoever_has_to_stop_a_flow_at_once_alone(
    guarded: Vouching, desk: Desk
) -> None:
    approvals = demanding("dpo", "siro", risk="any")
    assert do(guarded, "suspend", desk.active(), policies=approvals).status == "suspended"
    high = demanding("dpo", risk="high", acts=["suspend"])
    assert do(guarded, "suspend", desk.active(), policies=high).status == "suspended"


def test_who_holds_another_role_as_well_is_asked_for_what_either_role_needs(
    guarded: Vouching, desk: Desk
) -> None:
    made, both = desk.active(), desk.grant(guarded.cast(LANCASHIRE, "caldicott_guardian"), "dpo")
    with pytest.raises(StrongerApprovalNeeded), guarded.db.write() as tx:
        actions.suspend(
            tx,
            made.ref,
            WANTED["suspend"](),
            caller=both,
            now=guarded.now,
            policies=demanding("dpo", risk="any", acts=["suspend"]),
        )


def test_what_was_signed_for_one_act_serves_for_no_other(guarded: Vouching, desk: Desk) -> None:
    made = desk.active()
    for other in (
        signed(guarded, "suspend", made, decision="terminate"),
        signed(guarded, "suspend", made, digest="sha256:" + "0" * 64),
    ):
        with pytest.raises(BadAssertion):
            do(guarded, "suspend", made, other)
    with pytest.raises(MayNot):
        do(guarded, "suspend", made, signed(guarded, "suspend", made, role="signatory"))
    stranger = guarded.assertion(
        guarded.cast(LANCASHIRE, "siro"), signing(made, decision="suspend", role="dpo")
    )
    with pytest.raises(NotRostered):
        do(guarded, "suspend", made, stranger)
    assert desk.status(made.ref) == "active"
