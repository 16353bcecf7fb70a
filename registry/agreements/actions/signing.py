"""Signing one frozen text for one's own organisation, or refusing to."""

from dataclasses import replace
from datetime import datetime

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_may
from registry.agreements.actions.known import signing_unit
from registry.agreements.actions.settling import (
    end_flow,
    settle,
    settle_ready,
    settle_status,
    standing_of,
    unmet_before_signing,
)
from registry.agreements.events import SYSTEM_EVENTS, AgreementRefused, AgreementSigned
from registry.agreements.facts import Signed, Standing
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import (
    NEXT,
    SIGNABLE,
    AlreadySigned,
    FlowState,
    MayNot,
    NotASigner,
    NotYourOrganisation,
    Status,
    check_blocked,
    check_status,
    move,
)
from registry.agreements.schemas import SignIn
from registry.callers import SYSTEM, Caller
from registry.db import Transaction
from registry.organisations.queries import find_primary
from registry.passkeys.actions import Proven, approve, keep
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.policy import Policies, Unit


def sign(
    tx: Transaction,
    ref: str,
    wanted: SignIn,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
    ceremony: Ceremony | None = None,
) -> Changed:
    """Sign or refuse one frozen version for the caller's organisation.

    The signature stands even where a gate then leaves its flow waiting. An assertion needs the `ceremony`
    in which it was made.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`; also where the caller does not hold the role named.
        NotYourOrganisation: the organisation named is not the token's.
        GatesUnmet: a rule of stage sign blocks (SD-01 author, SD-05 hash), or the version still waits for
            its assessments, with every unmet rule.
        WrongStatus: the version cannot be signed.
        NotASigner: the version does not ask for this signature.
        AlreadySigned: it was given before.
        BadAssertion, StatementExpired, StatementUsed, NotRostered: the assertion sent proves nothing.
        StrongerApprovalNeeded: the policy asks for a stronger approval in this role.
    """
    version = queries.lock(tx, ref, wanted.version)
    roles = check_may(tx, policies, "agreement.sign", caller, version, now)
    if wanted.role not in roles:
        raise MayNot(action="agreement.sign")
    version = _made_ready(tx, version, now, policies)
    standing = standing_of(tx, version, policies, now)
    _check_signer(tx, standing, wanted, caller)
    _check_gates(version, standing, signing_unit(tx, version, standing, wanted, caller), policies)

    change = Change(tx, version, caller, now, policies)
    proven = approve(
        tx,
        wanted.assertion,
        Deciding(change.subject, wanted.decision, wanted.role),
        high_risk=standing.is_high_risk(),
        acting=change,
        ceremony=ceremony,
    )
    if wanted.decision == "sign":
        _sign(change, standing, wanted, proven)
    else:
        _refuse(change, wanted, proven)
    changed = change.finish()
    queries.insert_signature(tx, version, caller, wanted, proven, log_index=changed.log_index, now=now)
    keep(tx, proven, organisation=caller.organisation, log_index=changed.log_index)
    return changed


def _made_ready(tx: Transaction, version: StoredVersion, now: datetime, policies: Policies) -> StoredVersion:
    """The version, ready to sign where its last assessment has cleared it: nobody waits for the thread."""
    if version.status is not Status.ASSESSMENTS_PENDING:
        return version
    ready = Change(tx, version, SYSTEM, now, policies)
    settle_ready(ready, standing_of(tx, version, policies, now))
    if not ready.events:
        return version
    ready.finish()
    return queries.get(tx, version.ref, version.number)


def _check_signer(tx: Transaction, standing: Standing, wanted: SignIn, caller: Caller) -> None:
    """Refuse whoever is not asked for this signature, or has given it."""
    named = wanted.organisation
    if named != caller.organisation and find_primary(tx, named) != caller.organisation:
        raise NotYourOrganisation(organisation=named)
    if (caller.organisation, wanted.role) not in standing.signatures_needed():
        raise NotASigner(organisation=caller.organisation, role=wanted.role)
    if standing.has_answered(caller.organisation, wanted.role):
        raise AlreadySigned(organisation=caller.organisation, role=wanted.role)


def _check_gates(version: StoredVersion, standing: Standing, act: Unit, policies: Policies) -> None:
    """Refuse a wrong text, an author, too small a mandate, assessments still out, or a wrong status."""
    unmet = policies.gates.judge("sign", [act], standing.today)
    if version.status is Status.ASSESSMENTS_PENDING:
        unmet += unmet_before_signing(standing, policies)
    check_blocked(unmet)
    check_status(version.status, SIGNABLE, action="sign")


def _sign(change: Change, standing: Standing, wanted: SignIn, proven: Proven) -> None:
    """Record the signature, then let the system do what it now allows."""
    if change.status is Status.READY_TO_SIGN:
        change.status = move(change.status, "sign").target
    policy = change.policies.digest
    change.record(AgreementSigned, role=wanted.role, decision="sign", policy=policy, **proven.fields())
    signature = Signed(change.caller.organisation, wanted.role, standing.today)
    settle(change, replace(standing, signatures=(*standing.signatures, signature)))


def _refuse(change: Change, wanted: SignIn, proven: Proven) -> None:
    """Before any flow is live a refusal rejects the version; later it ends the refuser's waiting flows."""
    rejects = (change.status, "refuse") in NEXT
    change.record(AgreementRefused, role=wanted.role, decision="refuse", **proven.fields())
    for flow in change.version.terms.flows:
        ours = change.caller.organisation in (flow.from_, flow.to)
        if change.flows[flow.id] is FlowState.WAITING and (rejects or ours):
            end_flow(change, flow.id, ended_by="refused")
    if rejects:
        transition = move(change.status, "refuse")
        change.status = transition.target
        change.record_system(SYSTEM_EVENTS[transition.event])
    else:
        settle_status(change, all_signed=False)
