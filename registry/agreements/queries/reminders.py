"""What the register calls for on a day: reviews, approvals that run out, conditions, proofs, warnings.

Each look returns the same tasks until what it asks for is done, so that the daily pass can compare.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from registry import clock
from registry.agreements.queries.versions import FLOW, PARTY, VERSION
from registry.agreements.rules import IN_FORCE
from registry.assessments.tables import Assessment, Decision, FollowUp
from registry.assessments.transitions import HOLDING
from registry.auditlog import history
from registry.db import Reading, table
from registry.organisations.tables import Assurance, RoleHeld, Training
from registry.policy import RecordKeeping
from registry.records.rules import Wanted, review_kind

Look = Callable[[Reading, date, RecordKeeping], Iterable[Wanted]]

ASSESSMENT, DECISION, FOLLOW_UP = map(table, (Assessment, Decision, FollowUp))
ASSURANCE, TRAINING, ROLE = map(table, (Assurance, Training, RoleHeld))

WHOSE: Final = {"dpia": ("dpia-review", "dpo", "dpia"), "ethics": ("ethics-review", "ethics_lead", "ethics")}
"""The task of an approval that runs out: its kind, whose it is, what it is about."""


def _reviews(reading: Reading, today: date, periods: RecordKeeping) -> Iterable[Wanted]:
    """Reviews of agreements in force: three months ahead, one month ahead, overdue; for each controller."""
    soon = today + periods.days("review-second-notice")
    statement = (
        select(VERSION.c.ref, VERSION.c.review_on, PARTY.c.organisation)
        .join(PARTY, PARTY.c.version_id == VERSION.c.id)
        .where(
            VERSION.c.status.in_(sorted(IN_FORCE)),
            VERSION.c.review_on <= today + periods.days("review-first-notice"),
            PARTY.c.is_controller,
        )
    )
    for row in reading.all(statement):
        kind = review_kind(row.review_on, today, soon=soon)
        yield Wanted(row.organisation, "ig_officer", kind, "agreement", row.ref, row.review_on)


def _approvals(reading: Reading, today: date, periods: RecordKeeping) -> Iterable[Wanted]:
    """Approvals of assessments that run out soon."""
    statement = select(ASSESSMENT).where(
        ASSESSMENT.c.status.in_(sorted(HOLDING)),
        ASSESSMENT.c.valid_until <= today + periods.days("expiry-notice"),
    )
    for row in reading.all(statement):
        kind, role, subject_kind = WHOSE[row.kind]
        yield Wanted(row.owner, role, kind, subject_kind, row.id, row.valid_until)


def _conditions(reading: Reading, today: date, periods: RecordKeeping) -> Iterable[Wanted]:
    """Conditions of approvals that hold, due soon and not met."""
    met = {
        (row.assessment, row.hash, row.number)
        for row in reading.all(select(FOLLOW_UP).where(FOLLOW_UP.c.kind == "condition-met"))
    }
    statement = (
        select(ASSESSMENT.c.id, ASSESSMENT.c.owner, DECISION.c.hash, DECISION.c.conditions)
        .join(DECISION, (DECISION.c.assessment == ASSESSMENT.c.id) & (DECISION.c.hash == ASSESSMENT.c.hash))
        .where(ASSESSMENT.c.status.in_(sorted(HOLDING)), DECISION.c.decision == "approve_with_conditions")
    )
    until = today + periods.days("expiry-notice")
    for row in reading.all(statement):
        for number, condition in enumerate(row.conditions, 1):
            due_on = date.fromisoformat(condition["due_on"])
            if due_on <= until and (row.id, row.hash, number) not in met:
                yield Wanted(
                    row.owner, "ig_officer", "condition-due", "condition", f"{row.id}~{number}", due_on
                )


def _assurances(reading: Reading, today: date, periods: RecordKeeping) -> Iterable[Wanted]:
    """Assurances of bodies that run out soon and have not been renewed."""
    last = func.max(ASSURANCE.c.expires_on)
    statement = _running_out(
        select(ASSURANCE.c.organisation, ASSURANCE.c.kind, last.label("until")), last, today, periods
    ).group_by(ASSURANCE.c.organisation, ASSURANCE.c.kind)
    for row in reading.all(statement):
        yield Wanted(row.organisation, "ig_officer", "assurance-expiring", "assurance", row.kind, row.until)


def _trainings(reading: Reading, today: date, periods: RecordKeeping) -> Iterable[Wanted]:
    """Trainings for roles still held that run out soon and have not been repeated."""
    last = func.max(TRAINING.c.expires_on)
    key = (TRAINING.c.organisation, TRAINING.c.role, TRAINING.c.person)
    held = (
        (ROLE.c.person == TRAINING.c.person)
        & (ROLE.c.organisation == TRAINING.c.organisation)
        & (ROLE.c.role == TRAINING.c.role)
        & ROLE.c.ended_at.is_(None)
    )
    statement = select(*key, last.label("until")).join(ROLE, held).group_by(*key)
    for row in reading.all(_running_out(statement, last, today, periods)):
        yield Wanted(row.organisation, row.role, "training-expiring", "person", row.person, row.until)


def _warnings(reading: Reading, today: date, _: RecordKeeping) -> Iterable[Wanted]:
    """Protective flows that go on although a rule is not met: an alert to the duty desk of either end."""
    statement = select(FLOW).where(FLOW.c.state == "live", FLOW.c.warned_of != [])
    for row in reading.all(statement):
        if not row.spec["protective"]:
            continue
        since = _degraded_on(reading, row) or today
        for body in (row.holder, row.recipient):
            yield Wanted(body, "ig_officer", "duty-alert", "flow", f"{row.ref}~{row.flow}", since)


def _degraded_on(reading: Reading, flow: Row[Any]) -> date | None:
    """The London day on which the log last said that a flow goes on degraded."""
    days = [
        clock.london_day(event.at)
        for event in history(reading, "agreement", flow.ref)
        if event.type == "flow.degraded" and event.members.get("flow") == flow.flow and event.at is not None
    ]
    return max(days, default=None)


def _running_out(statement: Select[Any], last: Any, today: date, periods: RecordKeeping) -> Select[Any]:
    return statement.having(last <= today + periods.days("expiry-notice"))


LOOKS: tuple[Look, ...] = (_reviews, _approvals, _conditions, _assurances, _trainings, _warnings)
"""Every look, in the order of the day."""
