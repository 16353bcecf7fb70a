"""One function for each report: who may read it, and what it says."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from registry import clock
from registry.agreements.rules import FlowState, MayNot
from registry.callers import Caller
from registry.clock import stamp
from registry.db import Reading
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.reports import queries, rules
from registry.reports.rules import Timed, Waiting
from registry.reports.schemas import (
    ApprovalLine,
    ApprovalsOut,
    OverdueLine,
    OverdueOut,
    PairLine,
    SignatureLine,
    TimeToSignOut,
)


def approvals(
    reading: Reading, *, since: date | None, caller: Caller, now: datetime, policies: Policies
) -> ApprovalsOut:
    """How fast the caller's organisation's people approve, and which of them always approve each other.

    Without a day, those of the last year.

    Raises:
        MayNot: the caller is neither auditor nor SIRO of an organisation.
    """
    _check(reading, "report.approvals", caller, now, policies)
    limits = policies.lifecycle.approvals
    since = since or clock.london_day(now) - timedelta(days=365)
    found = queries.approvals(reading, caller.organisation, since=since)
    lines = rules.timed(found)
    names = rules.pseudonyms(
        person for line in lines for person in (line.approval.person, *line.approval.authors)
    )
    pairs = rules.mutual(found, at_least=limits.pair_texts)
    return ApprovalsOut(
        quick_seconds=limits.quick_seconds,
        approvals=[_approval(line, names[line.approval.person], limits.quick_seconds) for line in lines],
        pairs=[
            PairLine(
                first=names[pair.first],
                second=names[pair.second],
                first_approved=pair.texts[0],
                second_approved=pair.texts[1],
            )
            for pair in pairs
        ],
    )


def time_to_sign(
    reading: Reading, *, after: str, limit: int, caller: Caller, now: datetime, policies: Policies
) -> TimeToSignOut:
    """How long the signatures of the caller's organisation's agreements took, and who is waited for.

    Raises:
        MayNot: the caller holds no role that reads reports.
    """
    _check(reading, "report.read", caller, now, policies)
    found = list(
        queries.waiting(reading, caller.organisation, after=after, limit=limit, policies=policies, now=now)
    )
    return TimeToSignOut(
        results=[_signature(line, now) for line in found],
        next=_next([line.ref for line in found], limit),
    )


def overdue(
    reading: Reading, *, after: str, limit: int, caller: Caller, now: datetime, policies: Policies
) -> OverdueOut:
    """Which reviews of the caller's organisation's agreements are overdue, and what came of it.

    Raises:
        MayNot: the caller holds no role that reads reports.
    """
    _check(reading, "report.read", caller, now, policies)
    today = clock.london_day(now)
    rows = queries.overdue(reading, caller.organisation, today, after=after, limit=limit)
    flows = queries.flows(reading, [row.id for row in rows])
    lines = [
        OverdueLine(
            ref=row.ref,
            version=row.number,
            status=row.status,
            review_on=row.review_on,
            days_overdue=rules.days_overdue(row.review_on, today),
            expires_on=row.expires_on,
            flows_stopped=[flow.flow for flow in flows[row.id] if flow.stopped_by],
            flows_warned=[
                flow.flow
                for flow in flows[row.id]
                if flow.state == FlowState.LIVE and "RV-02" in flow.warned_of
            ],
        )
        for row in rows
    ]
    return OverdueOut(results=lines, next=_next([row.ref for row in rows], limit))


def _check(reading: Reading, action: str, caller: Caller, now: datetime, policies: Policies) -> None:
    facts = principal(reading, caller, now)
    resource = {"owner_organisation": caller.organisation}
    if not policies.access.allows(action, principal=facts, resource=resource).allowed:
        raise MayNot(action=action)


def _approval(line: Timed, person: str, quick_seconds: int) -> ApprovalLine:
    one = line.approval
    return ApprovalLine(
        ref=one.ref,
        version=one.version,
        act=one.act,
        organisation=one.organisation,
        person=person,
        approved=one.approves,
        at=stamp(one.at),
        seconds=line.seconds,
        since=line.since,
        quick=one.approves and line.seconds is not None and line.seconds < quick_seconds,
    )


def _signature(line: Waiting, now: datetime) -> SignatureLine:
    is_open = line.answered_at is None and line.ready_at is not None
    return SignatureLine(
        ref=line.ref,
        version=line.version,
        status=line.status,
        organisation=line.organisation,
        role=line.role,
        decision=line.decision,
        submitted_at=_stamp(line.submitted_at),
        ready_at=_stamp(line.ready_at),
        answered_at=_stamp(line.answered_at),
        days_from_submission=rules.days_between(line.submitted_at, line.answered_at)
        if line.answered_at
        else None,
        days_waiting=rules.days_between(line.ready_at, now) if is_open else None,
        blocking=is_open,
    )


def _stamp(instant: datetime | None) -> str:
    return stamp(instant) if instant else ""


def _next(refs: Sequence[str], limit: int) -> str | None:
    """The reference to go on after, when the page is full."""
    return refs[-1] if len(set(refs)) >= limit else None
