"""What is done about an approval later: conditions met, reviews, roll-out and effect, opening it again."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from registry import clock
from registry.assessments import queries, rules
from registry.assessments.actions.change import (
    Acting,
    AssessmentChanged,
    Opened,
    check_may,
    judge,
    lock,
    record,
    record_act,
)
from registry.assessments.deadlines import months_after
from registry.assessments.queries import Stored
from registry.assessments.schemas import (
    ConditionMetIn,
    EffectIn,
    ReopenIn,
    ReviewCallIn,
    ReviewHeldIn,
    RollOutIn,
)
from registry.assessments.tables import FollowUp
from registry.assessments.transitions import HOLDING, Action, Case, Findings, Kind, Transition
from registry.callers import SYSTEM, Caller
from registry.db import Transaction, new_id
from registry.policy import Law


def meet(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ConditionMetIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record that a condition of an approval is met, with the evidence.

    Raises:
        NoSuchAssessment, AssessmentMayNot: the caller may not know of it, or may not do this.
        StaleVersion: `If-Match` was sent and is not the present tag.
        WrongAssessmentStatus: there is no approval with conditions.
        NoOpenCondition: no condition with this number waits to be met.
        DayNotCome: the day is in the future.
    """
    opened, transition = _keep(tx, kind, identifier, "meet", acting, if_match)
    rules.check_condition_open(queries.find_approval(tx, opened.stored), wanted.number)
    _follow_up(
        tx,
        opened.stored,
        acting,
        "condition-met",
        wanted.met_on,
        number=wanted.number,
        evidence=wanted.evidence,
    )
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting)


def call_review(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ReviewCallIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Call for a review of an approved DPIA: its risk changed, there was a breach, an agreement is reviewed.

    The approval holds until the review says otherwise.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `meet`.
        WrongAssessmentStatus: there is no approval.
    """
    opened, transition = _keep(tx, kind, identifier, "call_review", acting, if_match)
    today = clock.london_day(acting.now)
    _follow_up(tx, opened.stored, acting, "review-called", today, code=wanted.trigger, text=wanted.text)
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting, reason_code=wanted.trigger)


def confirm_review(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ReviewHeldIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record that a DPIA was reviewed and goes on unchanged: its age counts from now.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `meet`.
        AuthorDecides, AdviserDecides: who wrote it or advised on it does not confirm it.
        WrongAssessmentStatus: there is no approval.
    """
    opened = lock(tx, kind, identifier, acting, if_match)
    case = judge(tx, opened, acting)
    rules.check_decider(case, person=acting.caller.person, roles=acting.caller.roles)
    check_may(tx, f"{kind}.decide", opened, acting)
    transition = rules.move(case, "confirm_review")
    _follow_up(tx, opened.stored, acting, "review-held", clock.london_day(acting.now), text=wanted.reason)
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting)


def reopen(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: ReopenIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Open a data-ethics assessment again: the tool drifts, someone complains. Its approval ends.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `meet`.
        WrongAssessmentStatus: there is no approval.
    """
    opened, transition = _keep(tx, kind, identifier, "reopen", acting, if_match)
    today = clock.london_day(acting.now)
    _follow_up(tx, opened.stored, acting, "reopened", today, code=wanted.trigger, text=wanted.text)
    queries.update_assessment(tx, opened.stored, status=transition.target)
    return record_act(tx, opened.stored, transition, acting, reason_code=wanted.trigger)


def roll_out(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: RollOutIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record the day a tool went into general use: twelve months later its effect is due for review.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `meet`.
        WrongAssessmentStatus: its use, beyond a pilot, is not approved.
        DayNotCome: the day is in the future.
    """
    opened, transition = _keep(tx, kind, identifier, "roll_out", acting, if_match)
    _follow_up(tx, opened.stored, acting, "rolled-out", wanted.rolled_out_on)
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting)


def review_effect(
    tx: Transaction,
    kind: Kind,
    identifier: str,
    wanted: EffectIn,
    *,
    acting: Acting,
    if_match: str | None = None,
) -> AssessmentChanged:
    """Record what a tool achieved since its roll-out.

    Raises:
        NoSuchAssessment, AssessmentMayNot, StaleVersion: as for `meet`.
        WrongAssessmentStatus: its use, beyond a pilot, is not approved.
        DayNotCome: the day is in the future.
    """
    opened, transition = _keep(tx, kind, identifier, "review_effect", acting, if_match)
    _follow_up(
        tx,
        opened.stored,
        acting,
        "effect",
        wanted.reviewed_on,
        code=wanted.outcome,
        text=wanted.text,
        evidence=wanted.evidence,
    )
    queries.update_assessment(tx, opened.stored)
    return record_act(tx, opened.stored, transition, acting, decision=wanted.outcome)


def fall_due(tx: Transaction, *, now: datetime, limit: int, law: Law, caller: Caller = SYSTEM) -> int:
    """What a day brings: approvals whose last day is over end, and old DPIAs are called for review.

    Returns:
        How many were changed, at most `limit` of each.
    """
    today = clock.london_day(now)
    overdue = queries.lock_overdue(tx, today, limit)
    for stored in overdue:
        transition = _system_step(stored, "fall_due")
        queries.update_assessment(tx, stored, status=transition.target)
        record(tx, stored, transition, caller=caller, now=now)
    old = months_after(today, -law.assessment_clocks.review.dpia_due_months)
    found = queries.due_for_review(tx, old, limit)
    return len(overdue) + _call_by_system(tx, found, trigger="age", now=now, caller=caller)


def call_reviews(tx: Transaction, ref: str, *, trigger: str, now: datetime, caller: Caller = SYSTEM) -> int:
    """Call for a review of every approved DPIA that covers an agreement: it is reviewed, or had a breach.

    One whose review was called for the same reason, and has not been held, is not called for again.

    Returns:
        Of how many a review was called.
    """
    found = [
        one.id
        for one in queries.covering(tx, ref)
        if one.kind is Kind.DPIA and one.status in HOLDING and trigger not in one.approval.open_reviews
    ]
    return _call_by_system(tx, found, trigger=trigger, now=now, caller=caller)


def _call_by_system(
    tx: Transaction, identifiers: Iterable[str], *, trigger: str, now: datetime, caller: Caller
) -> int:
    """Call for the review of DPIAs, save of those whose approval another transaction has ended.

    All are locked before the first is recorded, for recording locks the log.
    """
    locked = [queries.lock(tx, Kind.DPIA, identifier) for identifier in identifiers]
    holding = [stored for stored in locked if stored is not None and stored.status in HOLDING]
    for stored in holding:
        transition = _system_step(stored, "call_review")
        _insert(tx, stored, None, now, "review-called", clock.london_day(now), code=trigger)
        queries.update_assessment(tx, stored)
        record(tx, stored, transition, caller=caller, now=now, reason_code=trigger)
    return len(holding)


def _keep(
    tx: Transaction, kind: Kind, identifier: str, action: Action, acting: Acting, if_match: str | None
) -> tuple[Opened, Transition]:
    """An assessment that the caller keeps under review, and the step that this is."""
    opened = lock(tx, kind, identifier, acting, if_match)
    check_may(tx, f"{kind}.keep", opened, acting)
    return opened, rules.move(judge(tx, opened, acting), action)


def _follow_up(
    tx: Transaction, stored: Stored, acting: Acting, kind: str, happened_on: date, **fields: Any
) -> None:
    """Keep what a person did, on a day that has come.

    Raises:
        DayNotCome: it has not.
    """
    rules.check_day_come(happened_on, today=clock.london_day(acting.now))
    _insert(tx, stored, acting.person, acting.now, kind, happened_on, **fields)


def _insert(
    tx: Transaction,
    stored: Stored,
    person: str | None,
    now: datetime,
    kind: str,
    happened_on: date,
    **fields: Any,
) -> None:
    tx.insert(
        FollowUp,
        id=new_id(),
        assessment=stored.id,
        hash=stored.hash,
        person=person,
        kind=kind,
        happened_on=happened_on,
        recorded_at=now,
        **{"code": "", "number": None, "text": "", "evidence": ""} | fields,
    )


def _system_step(stored: Stored, action: Action) -> Transition:
    return rules.move(Case(kind=stored.kind, status=stored.status, findings=Findings()), action)
