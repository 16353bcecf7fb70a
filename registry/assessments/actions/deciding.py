"""Deciding on an assessment: the decision, the reasons for a departure, taking it back, adopting it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from registry import clock
from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    check_may,
    judge,
    lock,
    record,
    record_act,
    role_of,
    subject_of,
)
from registry.assessments.queries import Stored
from registry.assessments.rules import AlreadyAdopted, NotAController, NotForYourOrganisation
from registry.assessments.schemas import AdoptionIn, AnswerIn, DecisionIn, RevocationIn
from registry.assessments.tables import Adoption, Decision
from registry.assessments.transitions import HOLDING, SUPERSEDABLE, Case, Findings, Kind, Transition
from registry.callers import SYSTEM
from registry.db import Transaction, new_id
from registry.organisations.queries import find_primary
from registry.passkeys.actions import Proven, approve, keep
from registry.passkeys.ceremonies import Deciding


def decide(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: DecisionIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Approve, approve with conditions, or reject. An approval ends the assessment that it supersedes.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `advise`.
        AuthorDecides, AdviserDecides: the caller wrote it, advised on it, or is a DPO.
        AdviceNotGiven, RegulatorNotConsulted, EthicsNotPassed: an approval comes too early or is not earned.
        WrongAssessmentStatus: it does not wait for a decision.
        BadDecision: conditions or the last day do not fit the decision.
        BadAssertion, StatementExpired, StatementUsed, NotRostered: the assertion sent proves nothing.
        StrongerApprovalNeeded: the policy asks for a stronger approval in this role.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    case = judge(tx, opened, acting)
    # Before the access rules, which keep a DPO out as well but cannot say why.
    rules.check_decider(case, person=acting.caller.person, roles=acting.caller.roles)
    check_may(tx, f"{kind}.decide", opened, acting)
    transition = rules.decide(case, wanted.decision)
    until = None
    if wanted.decision != "reject":
        until = rules.valid_until(case, wanted.until, today=clock.london_day(acting.now))

    stored = opened.stored
    role = role_of(kind, "decider", acting.caller)
    proven = _prove(tx, stored, wanted, role, acting)
    ended = _end_predecessor(tx, stored) if transition.target in HOLDING else None
    _insert_decision(
        tx,
        stored,
        acting,
        decision=wanted.decision,
        reason=wanted.reason,
        conditions=[condition.model_dump(mode="json") for condition in wanted.conditions],
        valid_until=until,
        role=role,
        strength=proven.strength,
        stage=stored.limits.stage,
        departs=rules.departs(
            queries.last_advice(tx, stored),
            wanted.decision,
            conditions=len(wanted.conditions) + len(stored.limits.conditions),
        ),
        departure=wanted.departure,
    )
    queries.update_assessment(tx, stored, status=transition.target, valid_until=until)
    said = {"decision": wanted.decision, "policy": acting.policies.digest} | proven.fields()
    changed = record_act(tx, stored, transition, acting, **said)
    keep(tx, proven, organisation=acting.caller.organisation, log_index=changed.log_index)
    if ended is None:
        return changed
    superseded = record(tx, *ended, caller=replace(SYSTEM, demo=acting.caller.demo), now=acting.now)
    return replace(changed, log_size=superseded.log_size)


def answer(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: AnswerIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Say why an approval goes against the advice, where the decision did not say it (rule DP-04).

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `advise`.
        AuthorDecides, AdviserDecides: as for `decide`.
        WrongAssessmentStatus: there is no approval that holds.
        NothingToAnswer: it follows the advice.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    case = judge(tx, opened, acting)
    rules.check_decider(case, person=acting.caller.person, roles=acting.caller.roles)
    check_may(tx, f"{kind}.decide", opened, acting)
    transition = rules.move(case, "answer")
    stored = opened.stored
    rules.check_departs(queries.find_approval(tx, stored))

    departing = (col(Decision.assessment) == stored.id) & (col(Decision.hash) == stored.hash)
    tx.execute(update(Decision).where(departing, col(Decision.departs)).values(departure=wanted.reason))
    queries.update_assessment(tx, stored)
    return record_act(tx, stored, transition, acting)


def revoke(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: RevocationIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Take an approval back. Who may decide may revoke, an author too.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `advise`.
        WrongAssessmentStatus: there is no approval to take back.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, f"{kind}.decide", opened, acting)
    transition = rules.move(judge(tx, opened, acting), "revoke")

    stored = opened.stored
    role = role_of(kind, "decider", acting.caller)
    _insert_decision(tx, stored, acting, decision="revoke", reason=wanted.reason, role=role)
    queries.update_assessment(tx, stored, status=transition.target)
    return record_act(tx, stored, transition, acting)


def adopt(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: AdoptionIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Make another controller's approved assessment the caller's organisation's own.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `advise`.
        NotForYourOrganisation: the caller named an organisation that the token does not speak for.
        NotAController: the organisation decides nothing in the agreements that are covered.
        WrongAssessmentStatus: it has not been approved, or no longer is.
        AlreadyAdopted: the organisation has adopted it.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, f"{kind}.adopt", opened, acting)
    organisation = acting.caller.organisation
    if find_primary(tx, wanted.organisation) != organisation:
        raise NotForYourOrganisation(organisation=wanted.organisation)
    if organisation not in opened.parties.controllers:
        raise NotAController(organisation=organisation)
    transition = rules.move(judge(tx, opened, acting), "adopt")
    stored = opened.stored
    if queries.is_adopted(tx, stored.id, organisation):
        raise AlreadyAdopted(organisation=organisation)

    tx.insert(
        Adoption,
        assessment=stored.id,
        organisation=organisation,
        person=acting.person,
        adopted_at=acting.now,
    )
    queries.update_assessment(tx, stored)
    return record_act(tx, stored, transition, acting)


def _prove(tx: Transaction, stored: Stored, wanted: DecisionIn, role: str, acting: Acting) -> Proven:
    """How strongly the decision is known to be the caller's own."""
    return approve(
        tx,
        wanted.assertion,
        Deciding(subject_of(stored), wanted.decision, role),
        high_risk=stored.limits.high_residual,
        acting=acting,
        ceremony=acting.ceremony,
    )


def _insert_decision(tx: Transaction, stored: Stored, acting: Acting, **fields: Any) -> None:
    """Keep a decision with its words, of which the log says nothing."""
    tx.insert(
        Decision,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        decided_at=acting.now,
        **{"conditions": [], "valid_until": None, "stage": None} | fields,
    )


def _end_predecessor(tx: Transaction, stored: Stored) -> tuple[Stored, Transition] | None:
    """End the approval that this one replaces, if there is one; its event follows that of the decision."""
    if stored.supersedes is None:
        return None
    before = queries.lock(tx, stored.kind, stored.supersedes)
    if before is None or before.status not in SUPERSEDABLE:
        return None
    transition = rules.move(Case(kind=stored.kind, status=before.status, findings=Findings()), "supersede")
    queries.update_assessment(tx, before, status=transition.target)
    return before, transition
