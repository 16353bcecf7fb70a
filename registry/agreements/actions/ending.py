"""How it ends: a party leaves at once or after its notice, and what is over leaves the register in time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from registry.agreements import queries
from registry.agreements.actions.change import (
    Change,
    Changed,
    check_match,
    check_may,
    lock_in_force,
)
from registry.agreements.actions.proving import Proving, finish_proved
from registry.agreements.actions.settling import end_flow, settle_status
from registry.agreements.ageing import Surviving, notice_ends_on, surviving
from registry.agreements.events import AgreementArchived, NoticeWasGiven, PartyLeft
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import (
    IN_FORCE,
    FlowState,
    NoticeGiven,
    RetentionNotOver,
    check_status,
    move,
)
from registry.agreements.schemas import ArchiveIn, TerminateIn
from registry.callers import Caller
from registry.db import Transaction
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.body import InvalidFields, field_error

AT_ONCE, BY_NOTICE = "at-once", "notice-over"


def terminate(
    tx: Transaction,
    ref: str,
    wanted: TerminateIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
    ceremony: Ceremony | None = None,
) -> Changed:
    """End the agreement, in every version in force, for the caller's organisation; the others go on.

    With a day to come this is notice, which the daily pass carries out on that day. Without one the flows end
    at once, because nobody is made to share on; the log then says that no notice had run out.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not in force.
        InvalidFields: the day named comes before the notice period of the terms is over.
        NoticeGiven: this organisation has given notice before, and gives it again.
        StrongerApprovalNeeded, BadAssertion and the like: see `finish_proved`.
    """
    versions = lock_in_force(tx, policies, "agreement.terminate", caller, ref, now)
    check_match(versions[0], if_match)
    check_status(versions[0].status, IN_FORCE, action="terminate")
    changes = [Change(tx, version, caller, now, policies) for version in versions]
    proving = Proving("terminate", wanted.assertion, ceremony)
    if wanted.effective_on is not None:
        for change in changes:
            _give_notice(change, wanted.reason, wanted.effective_on)
        return finish_proved(changes, proving, pending="notice")

    for change in changes:
        change.record(PartyLeft, party=caller.organisation, reason_code=AT_ONCE)
        _leave(change, caller.organisation)
    survivors = _surviving(changes)
    return replace(finish_proved(changes, proving, end_reason=wanted.reason), surviving=survivors)


def leave_noticed(change: Change) -> None:
    """Let every party leave whose notice is over: the system's act."""
    for notice in queries.notices(change.tx, change.version.id):
        if not notice.done and notice.effective_on <= change.today:
            change.record_system(PartyLeft, party=notice.organisation, reason_code=BY_NOTICE)
            _leave(change, notice.organisation)


def archive(
    tx: Transaction,
    ref: str,
    wanted: ArchiveIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Take a version that is over out of the register. Its text, its acts and the log stay.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: the version is not over, or archived already.
        RetentionNotOver: it has not been over for as long as `policies/lifecycle` says.
    """
    version = queries.lock(tx, ref, wanted.version)
    check_may(tx, policies, "agreement.archive", caller, version, now)
    check_match(version, if_match)
    transition = move(version.status, "archive")
    change = Change(tx, version, caller, now, policies)
    _check_retention(version, change.today, policies)

    change.status = transition.target
    change.record(AgreementArchived)
    return change.finish()


def _give_notice(change: Change, reason: str, effective_on: date) -> None:
    earliest = max(notice_ends_on(change.version.terms, change.today), change.today + timedelta(days=1))
    if effective_on < earliest:
        fault = field_error("/effective_on", "before-notice-ends", earliest=earliest.isoformat())
        raise InvalidFields(errors=(fault,))
    given = queries.find_notice(change.tx, change.version.id, change.caller.organisation)
    if given is not None:
        raise NoticeGiven(
            organisation=change.caller.organisation, effective_on=given.effective_on.isoformat()
        )
    queries.insert_notice(
        change.tx, change.version, change.caller, reason=reason, effective_on=effective_on, now=change.now
    )
    change.record(NoticeWasGiven, party=change.caller.organisation, effective_on=effective_on.isoformat())


def _leave(change: Change, organisation: str) -> None:
    """End the flows of one organisation in one version."""
    for flow in change.version.terms.flows:
        if organisation in (flow.from_, flow.to) and change.flows[flow.id] is not FlowState.ENDED:
            end_flow(change, flow.id, ended_by="terminated")
    queries.finish_notice(change.tx, change.version.id, organisation)
    settle_status(change, all_signed=False)


def _surviving(changes: Sequence[Change]) -> tuple[Surviving, ...]:
    """What goes on to bind after the flows that these changes ended."""
    return tuple(
        one
        for change in changes
        for one in surviving(change.version.terms, _just_ended(change), change.policies.lifecycle)
    )


def _just_ended(change: Change) -> list[str]:
    return [
        flow
        for flow, row in change.version.flow_rows.items()
        if row.live_at and row.state is not FlowState.ENDED and change.flows[flow] is FlowState.ENDED
    ]


def _check_retention(version: StoredVersion, today: date, policies: Policies) -> None:
    kept = timedelta(days=policies.lifecycle.archive_after_days[version.status.value])
    until = (version.ended_on or version.expires_on) + kept
    if today < until:
        raise RetentionNotOver(until=until.isoformat())
