"""What the registry does by itself: following assessments and incidents, and the daily pass.

Both settle one version in one transaction of its own, and both are idempotent: a crash in the middle leaves
the rest to the next run.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.change import Change
from registry.agreements.actions.ending import leave_noticed
from registry.agreements.actions.settling import end_flow, settle, standing_of
from registry.agreements.events import SYSTEM_EVENTS
from registry.agreements.rules import IN_FORCE, NEXT, OVER, FlowState, Status, move
from registry.assessments.actions import call_reviews
from registry.auditlog import log_size, read_events
from registry.auditlog.queries import newest_checkpoint
from registry.callers import SYSTEM, Caller
from registry.db import Database, Reading
from registry.errors import Conflict
from registry.policy import Policies

FOLLOWER = "agreements"
BATCH = 100


class ClockBehind(Conflict):
    """The machine's clock is behind the newest entry of the log: no day can be judged by it."""

    code = "clock-behind"


class DailyPassHeld(Conflict):
    """More versions would change today than the operator allows without a person looking."""

    code = "daily-pass-held"


@dataclass(frozen=True, slots=True)
class DailyPass:
    """What a daily pass did: how many versions it looked at, and how many it changed."""

    day: date
    looked_at: int
    changed: int


def follow(db: Database, policies: Policies, now: datetime, *, caller: Caller = SYSTEM) -> int:
    """Settle the agreements that newly logged events elsewhere concern; returns how many were changed.

    The DPIAs of agreements that come under review, or had a severe incident, are called for review.
    """
    with db.read() as reading:
        position = queries.follower_position(reading, FOLLOWER)
        if position == log_size(reading):
            return 0
        events = read_events(reading, position, BATCH)
        refs, reviewed = queries.concerned(reading, events), queries.reviewed(reading, events)
        versions = [(ref, number) for ref in refs for number in queries.numbers(reading, ref)]
    changed = _settle_all(db, versions, policies, now, caller)
    for ref, trigger in reviewed:
        with db.write() as tx:
            call_reviews(tx, ref, trigger=trigger, now=now, caller=caller)
    # Reading a few events again is cheaper than a durable write for each of them.
    if refs or reviewed or len(events) == BATCH:
        with db.write() as tx:
            queries.move_follower(tx, FOLLOWER, events[-1].index + 1)
    return changed


def daily_pass(
    db: Database, policies: Policies, now: datetime, *, limit: int, caller: Caller = SYSTEM
) -> DailyPass:
    """Start, review and expire what this London day brings.

    Raises:
        ClockBehind: `now` is before the newest log entry.
        DailyPassHeld: more than `limit` versions are due.
    """
    today = clock.london_day(now)
    check_clock(db, now)
    with db.read() as reading:
        due = queries.due(reading, today, policies.lifecycle)
    if len(due) > limit:
        raise DailyPassHeld(due=len(due), limit=limit)
    return DailyPass(today, len(due), _settle_all(db, due, policies, now, caller))


def check_clock(db: Database, now: datetime) -> None:
    """Refuse to judge a day by a clock that the log has overtaken.

    Raises:
        ClockBehind: `now` is before the newest log entry or checkpoint.
    """
    with db.read() as reading:
        newest = _newest_instant(reading)
    if newest is not None and now < newest:
        raise ClockBehind(newest=clock.stamp(newest), now=clock.stamp(now))


def _newest_instant(reading: Reading) -> datetime | None:
    """The latest instant that the log or its newest checkpoint vouches for."""
    events = read_events(reading, log_size(reading) - 1, 1)
    checkpoint = newest_checkpoint(reading)
    instants = [event.at for event in events if event.at is not None]
    instants += [checkpoint.published_at] if checkpoint else []
    return max(instants, default=None)


def _settle_all(
    db: Database, versions: Iterable[tuple[str, int]], policies: Policies, now: datetime, caller: Caller
) -> int:
    return sum(_settle_one(db, ref, number, policies, now, caller) for ref, number in versions)


def _settle_one(
    db: Database, ref: str, number: int, policies: Policies, now: datetime, caller: Caller
) -> bool:
    """Settle one version in its own transaction; says whether anything changed."""
    with db.write() as tx:
        version = queries.lock(tx, ref, number)
        if version.status in OVER:
            return False
        change = Change(tx, version, caller, now, policies)
        if change.today > version.expires_on:
            _expire(change)
        else:
            leave_noticed(change)
            _start_review(change)
            settle(change, standing_of(tx, version, policies, now))
        if not change.events:
            return False
        change.finish()
        return True


def _expire(change: Change) -> None:
    """End every flow: the last day is over. Flows permit no longer whether or not this has run.

    A version in force keeps its status for the days of grace.
    """
    if (change.status, "expire") not in NEXT:
        return
    for flow, state in list(change.flows.items()):
        if state is not FlowState.ENDED:
            end_flow(change, flow, ended_by="expired")
    grace_ends_on = change.policies.lifecycle.expires_on(change.version.expires_on)
    if change.status in IN_FORCE and change.today < grace_ends_on:
        return
    transition = move(change.status, "expire")
    change.status = transition.target
    change.record_system(SYSTEM_EVENTS[transition.event])


def _start_review(change: Change) -> None:
    """Open the review ahead of its date. Nothing stops for it."""
    opens_on = change.policies.lifecycle.review_opens_on(change.review_on)
    if change.status is Status.ACTIVE and opens_on <= change.today:
        transition = move(change.status, "start_review")
        change.status = transition.target
        change.record_system(SYSTEM_EVENTS[transition.event])
