"""How strongly an approval is known: what is recorded and shown, and what a deployment may ask for."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.schemas import SignIn
from registry.assessments import actions as assessments
from registry.assessments.actions import AssessmentChanged
from registry.assessments.schemas import AdviceIn, DecisionIn
from registry.assessments.transitions import Kind
from registry.auditlog import Subject
from registry.callers import Caller
from registry.demo.authenticator import MAY_BE_SYNCED, PRESENT, VERIFIED
from registry.organisations.actions import Acting, delegate
from registry.organisations.schemas import DelegationIn
from registry.passkeys.actions import approving, keys
from registry.passkeys.ceremonies import Deciding
from registry.passkeys.rules import (
    BadAssertion,
    DeviceBoundPasskeyNeeded,
    NotRostered,
    StatementUsed,
    StrongerApprovalNeeded,
)
from registry.policy import Policies
from registry.policy.approvals import Demand
from registry.tlog.faults import Unproved
from registry.verification.approvals import check_approval
from registry.verification.dsse import APPROVAL, ROSTER, Envelope
from registry.verification.spelling import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY
from tests.samples.assessments import POLICIES, dpia_document
from tests.samples.desk import Desk
from tests.samples.passkeys import (
    CEREMONY,
    LOG,
    Vouching,
    authenticator,
    gather,
    logged,
    signing,
    site,
    wired,
)

APPROVE = DecisionIn(decision="approve", reason="Proportionate.")


@pytest.fixture
def desk(settled: Vouching) -> Desk:
    return Desk(settled.db, settled.cast)


def sign(
    vouching: Vouching,
    made: Changed,
    by: Caller,
    assertion: dict[str, Any] | None,
    policies: Policies = POLICIES,
) -> Changed:
    wanted = SignIn(
        organisation=by.organisation,
        role="signatory",
        version=made.version,
        hash=made.hash,
        decision="sign",
        assertion=wired(assertion) if assertion else None,
    )
    with vouching.db.write() as tx:
        return actions.sign(tx, made.ref, wanted, caller=by, now=NOW, policies=policies, ceremony=CEREMONY)


def demanding(*roles: str, risk: str, **more: Any) -> Policies:
    """Policies that demand a passkey of these roles."""
    listed = dict(POLICIES.law.approval_strengths)
    demand = Demand.model_validate({"roles": roles, "risk": risk} | more)
    listed["passkey"] = listed["passkey"].model_copy(update={"demanded": (demand,)})
    return replace(POLICIES, law=POLICIES.law.model_copy(update={"approval_strengths": listed}))


def by_key(vouching: Vouching, made: Changed, by: Caller, payload_type: str = APPROVAL) -> dict[str, Any]:
    """A statement signed with the organisation's own key."""
    with vouching.db.read() as reading:
        statement, options = approving.begin(
            reading, signing(made), by_key=True, acting=vouching.acting(by), ceremony=CEREMONY
        )
    assert options is None
    envelope = Envelope.sign(payload_type, statement.octets(), vouching.private[by.organisation])
    return {"statement": statement.octets().decode(), "envelope": envelope.members()}


def offered(vouching: Vouching, made: Changed, acting: Acting) -> str:
    """The passkey that a person is asked to sign with."""
    with vouching.db.read() as reading:
        statement, _ = approving.begin(reading, signing(made), by_key=False, acting=acting, ceremony=CEREMONY)
    return statement.credential


def test_an_agreement_shows_how_strongly_each_signature_is_known(settled: Vouching, desk: Desk) -> None:
    made, signatory = desk.accepted(), settled.cast(LANCASHIRE, "signatory")
    sign(settled, made, signatory, settled.assertion(signatory, signing(made)))
    sign(settled, made, settled.cast(BLACKPOOL, "signatory"), None)
    found = desk.read(made.ref).signatures
    assert [(row.organisation, row.strength, row.marked) for row in found] == [
        (LANCASHIRE, "passkey", ""),
        (BLACKPOOL, "session", ""),
    ]


def test_a_body_approves_over_the_api_with_its_own_key(settled: Vouching, desk: Desk) -> None:
    made, signatory = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    signed = sign(settled, made, signatory, by_key(settled, made, signatory))
    with settled.db.read() as reading:
        case = gather(reading, signed.log_index, logged(reading))
    assert case is not None
    proved = check_approval(case, log=LOG, site=site())
    assert (proved.strength, proved.organisation, proved.digest) == ("organisation-key", BLACKPOOL, made.hash)
    with pytest.raises(Unproved, match="no such key of the organisation"):
        check_approval(replace(case, keys=()), log=LOG, site=site())


def test_an_envelope_of_another_kind_or_key_approves_nothing(settled: Vouching, desk: Desk) -> None:
    made, signatory = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    with pytest.raises(BadAssertion):
        sign(settled, made, signatory, by_key(settled, made, signatory, ROSTER))
    sent = by_key(settled, made, signatory)
    forged = Envelope.sign(APPROVAL, sent["statement"].encode(), settled.private[LANCASHIRE])
    with pytest.raises(BadAssertion):
        sign(settled, made, signatory, sent | {"envelope": forged.members()})


def test_a_statement_serves_for_one_approval(settled: Vouching, desk: Desk) -> None:
    """What was signed once cannot be sent again, even where all else about it is right."""
    made, signatory = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    sent = by_key(settled, made, signatory)
    sign(settled, made, signatory, sent)
    acting = settled.acting(signatory)
    with pytest.raises(StatementUsed), settled.db.write() as tx:
        approving.prove(tx, wired(sent), signing(made), acting=acting, ceremony=CEREMONY)


def test_a_deputy_signs_with_a_passkey_by_a_delegation_that_the_evidence_names(
    settled: Vouching, desk: Desk
) -> None:
    holder, deputy = settled.cast(LANCASHIRE, "signatory"), settled.cast(LANCASHIRE, "asset_owner")
    settled.enrol(deputy)
    settled.put_in_force(settled.next_roster(LANCASHIRE))
    acts = replace(deputy, roles=frozenset({"signatory"}))
    made = desk.accepted()
    assertion = wired(settled.assertion(acts, signing(made)))
    with pytest.raises(NotRostered), settled.db.write() as tx:
        approving.prove(tx, assertion, signing(made), acting=settled.acting(acts), ceremony=CEREMONY)

    lent = DelegationIn(
        role="signatory", kinds=[], max_risk="high", starts_on=TODAY, ends_on=TODAY + timedelta(days=1)
    )
    with settled.db.write() as tx:
        delegate(tx, deputy.acting_person, lent, acting=settled.acting(holder))
    signed = sign(settled, made, acts, settled.assertion(acts, signing(made)))
    with settled.db.read() as reading:
        case = gather(reading, signed.log_index, logged(reading))
    assert case is not None
    proved = check_approval(case, log=LOG, site=site())
    assert proved.delegation is not None
    assert json.loads(case.evidence)["delegation"] == proved.delegation
    assert case.delegation is not None
    document = case.delegation.document.decode()
    assert all(person and person not in document for person in (deputy.person, holder.person))
    with pytest.raises(Unproved, match="no delegation is there"):
        check_approval(replace(case, delegation=None), log=LOG, site=site())


def test_nothing_is_demanded_as_shipped() -> None:
    assert not any(one.demanded for one in POLICIES.law.approval_strengths.values())


def test_a_deployment_demands_a_passkey_of_a_role(settled: Vouching, desk: Desk) -> None:
    made, signatory = desk.accepted(), settled.cast(LANCASHIRE, "signatory")
    demands = demanding("signatory", risk="any")
    with pytest.raises(StrongerApprovalNeeded) as refused:
        sign(settled, made, signatory, None, demands)
    assert refused.value.facts == {"strength": "passkey", "role": "signatory"}
    sign(settled, made, signatory, settled.assertion(signatory, signing(made)), demands)
    blackpool = settled.cast(BLACKPOOL, "signatory")
    with pytest.raises(StrongerApprovalNeeded):
        sign(settled, made, blackpool, by_key(settled, made, blackpool), demands)


def test_a_demand_at_high_risk_or_of_another_role_leaves_other_approvals_as_they_are(
    settled: Vouching, desk: Desk
) -> None:
    made = desk.accepted()
    sign(settled, made, settled.cast(LANCASHIRE, "signatory"), None, demanding("signatory", risk="high"))
    other = demanding("caldicott_guardian", risk="any")
    assert sign(settled, made, settled.cast(BLACKPOOL, "signatory"), None, other).status == "active"


def test_where_a_passkey_has_to_stay_in_its_device_a_synced_one_is_refused(
    settled: Vouching, desk: Desk
) -> None:
    """LOG B10: the flags BE and BS are recorded; roles of high risk may ask for what stays in a device."""
    made, signatory = desk.accepted(), settled.cast(LANCASHIRE, "signatory")
    bound = settled.enrol(signatory, authenticator(flags=PRESENT | VERIFIED))
    settled.enrol(signatory)  # a later one, which may be synced
    settled.put_in_force(settled.next_roster(LANCASHIRE))
    demands = demanding("signatory", risk="any", device_bound=True)
    with pytest.raises(DeviceBoundPasskeyNeeded):
        sign(settled, made, signatory, settled.assertion(signatory, signing(made)), demands)
    moved = replace(bound, flags=bound.flags | MAY_BE_SYNCED)
    with pytest.raises(BadAssertion):
        sign(settled, made, signatory, settled.assertion(signatory, signing(made), moved), demands)

    strict = replace(settled.acting(signatory), policies=demands)
    assert offered(settled, made, strict) == digest(bound.credential)
    assert offered(settled, made, settled.acting(signatory)) != digest(bound.credential)
    signed = sign(settled, made, signatory, settled.assertion(signatory, signing(made), bound), demands)
    with settled.db.read() as reading:
        case = gather(reading, signed.log_index, logged(reading))
    assert case is not None
    assert not check_approval(case, log=LOG, site=site()).synced


def test_an_assessment_is_decided_as_strongly_as_is_demanded(settled: Vouching, desk: Desk) -> None:
    siro = settled.cast(LANCASHIRE, "siro")
    settled.enrol(siro)
    settled.put_in_force(settled.next_roster(LANCASHIRE))
    dpia = advised(desk)
    strict = replace(
        desk.acting(LANCASHIRE, "siro"), policies=demanding("siro", risk="any"), ceremony=CEREMONY
    )
    with pytest.raises(StrongerApprovalNeeded), settled.db.write() as tx:
        assessments.decide(tx, Kind.DPIA, dpia.id, APPROVE, acting=strict)

    deciding = Deciding(Subject("dpia", dpia.id, 1, dpia.hash), "approve", "siro")
    signed = APPROVE.model_copy(update={"assertion": wired(settled.assertion(siro, deciding))})
    with settled.db.write() as tx:
        changed = assessments.decide(tx, Kind.DPIA, dpia.id, signed, acting=strict)
    with settled.db.read() as reading:
        case = gather(reading, changed.log_index, logged(reading))
        found, _ = assessments.read(reading, Kind.DPIA, dpia.id, acting=strict)
    assert case is not None
    assert check_approval(case, log=LOG, site=site()).role == "siro"
    assert [one.strength for one in found.decisions] == ["passkey"]


def advised(desk: Desk) -> AssessmentChanged:
    """A DPIA that its risk owner may decide on."""
    document = dpia_document(covers=[desk.create().ref])
    officer, dpo = desk.acting(LANCASHIRE, "ig_officer"), desk.acting(LANCASHIRE, "dpo")
    with desk.db.write() as tx:
        made = assessments.create(tx, Kind.DPIA, document, acting=officer)
        assessments.submit(tx, Kind.DPIA, made.id, acting=officer)
        advice = AdviceIn(advice="support", text="As discussed.")
        return assessments.advise(tx, Kind.DPIA, made.id, advice, acting=dpo)


def test_approvals_while_a_reset_waits_are_marked(settled: Vouching, desk: Desk) -> None:
    """LOG B9b."""
    made, signatory = desk.accepted(), settled.cast(LANCASHIRE, "signatory")
    private = settled.private[LANCASHIRE]
    reset = settled.propose(LANCASHIRE)
    settled.private[LANCASHIRE] = private
    signed = sign(settled, made, signatory, settled.assertion(signatory, signing(made)))
    (row,) = desk.read(made.ref).signatures
    assert (row.strength, row.marked) == ("passkey", "key-reset")
    (entry,) = [event for event in desk.events(signed.log_index) if event.index == signed.log_index]
    assert entry.members["reason_code"] == "key-reset"
    with settled.db.read() as reading:
        case = gather(reading, signed.log_index, logged(reading))
    assert case is not None
    assert check_approval(case, log=LOG, site=site()).marked
    with settled.db.write() as tx:
        keys.withdraw(tx, reset, acting=settled.acting(settled.cast(LANCASHIRE, "dpo")))
