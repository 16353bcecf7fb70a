"""Deciding on an assessment: advice, the regulator's reply, the decision, taking it back, adopting it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from registry import clock
from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    check_may,
    judge,
    lock,
    record,
    role_of,
)
from registry.assessments.queries import Stored
from registry.assessments.rules import AlreadyAdopted, NotAController, NotForYourOrganisation
from registry.assessments.schemas import AdoptionIn, AdviceIn, ConsultationIn, DecisionIn, RevocationIn
from registry.assessments.tables import Adoption, Advice, Consultation, Decision
from registry.assessments.transitions import HOLDING, SUPERSEDABLE, Case, Findings, Kind, Transition
from registry.callers import SYSTEM, Caller
from registry.db import Transaction, new_id
from registry.organisations.queries import find_primary

ADVISE = {Kind.DPIA: "dpia.advise", Kind.ETHICS: "ethics.panel-advice"}
"""What the access rules call advising. The DPO is also the regulator's contact (UK GDPR Article 39(1)(e))."""


def advise(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: AdviceIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record the advice of the data protection officer or the ethics panel. It approves nothing.

    Raises:
        NoSuchAssessment, AssessmentMayNot: the caller may not know of it, or may not do this.
        StaleVersion: `If-Match` was sent and is not the present tag.
        AuthorAdvises: the caller wrote it.
        WrongAssessmentStatus: it does not wait for advice.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, ADVISE[kind], opened, acting)
    case = judge(tx, opened, acting)
    rules.check_adviser(case, acting.person)
    transition = rules.move(case, "advise")

    stored = opened.stored
    tx.insert(
        Advice,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        advice=wanted.advice,
        text=wanted.text,
        advised_at=acting.now,
    )
    queries.update_assessment(tx, stored, status=transition.target)
    return _record(tx, stored, transition, acting, decision=wanted.advice)


def consult(
    tx: Transaction,
    identifier: str,
    wanted: ConsultationIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record the regulator's reply about a DPIA whose residual risk is high (UK GDPR Article 36).

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion, AuthorAdvises: as for `advise`.
        WrongAssessmentStatus: it does not wait for the regulator.
    """
    opened = lock(tx, Kind.DPIA, identifier, acting, if_match)
    check_may(tx, ADVISE[Kind.DPIA], opened, acting)
    case = judge(tx, opened, acting)
    rules.check_adviser(case, acting.person)
    transition = rules.move(case, "consult")

    stored = opened.stored
    tx.insert(
        Consultation,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        recorded_at=acting.now,
        **wanted.model_dump(),
    )
    queries.update_assessment(tx, stored, status=transition.target)
    return _record(tx, stored, transition, acting, decision=wanted.outcome)


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
    ended = _end_predecessor(tx, stored) if transition.target in HOLDING else None
    _insert_decision(
        tx,
        stored,
        acting,
        decision=wanted.decision,
        reason=wanted.reason,
        conditions=[condition.model_dump(mode="json") for condition in wanted.conditions],
        valid_until=until,
    )
    queries.update_assessment(tx, stored, status=transition.target, valid_until=until)
    changed = _record(tx, stored, transition, acting, decision=wanted.decision, policy=acting.policies.digest)
    if ended is None:
        return changed
    superseded = record(tx, *ended, caller=replace(SYSTEM, demo=acting.caller.demo), now=acting.now)
    return replace(changed, log_size=superseded.log_size)


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
    _insert_decision(tx, stored, acting, decision="revoke", reason=wanted.reason)
    queries.update_assessment(tx, stored, status=transition.target)
    return _record(tx, stored, transition, acting)


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
    return _record(tx, stored, transition, acting)


def fall_due(tx: Transaction, *, now: datetime, limit: int, caller: Caller = SYSTEM) -> int:
    """End the approvals whose last day is over, so that a DPIA is reviewed and ethics assessed anew.

    Returns:
        How many were ended, at most `limit`.
    """
    overdue = queries.lock_overdue(tx, clock.london_day(now), limit)
    for stored in overdue:
        case = Case(kind=stored.kind, status=stored.status, findings=Findings())
        transition = rules.move(case, "fall_due")
        queries.update_assessment(tx, stored, status=transition.target)
        record(tx, stored, transition, caller=caller, now=now)
    return len(overdue)


def _record(
    tx: Transaction, stored: Stored, transition: Transition, acting: Acting, **fields: Any
) -> AssessmentChanged:
    """Append the event of a person's act in the role in which they act."""
    role = role_of(stored.kind, transition.role, acting.caller)
    return record(tx, stored, transition, caller=acting.caller, now=acting.now, role=role, **fields)


def _insert_decision(tx: Transaction, stored: Stored, acting: Acting, **fields: Any) -> None:
    """Keep a decision with its words, of which the log says nothing."""
    tx.insert(
        Decision,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=acting.person,
        decided_at=acting.now,
        **{"conditions": [], "valid_until": None} | fields,
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
