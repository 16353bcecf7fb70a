"""Suspending and resuming flows. A person stops only what is their own organisation's; all of it needs two.

Each suspension belongs to the body that made it, and that body alone may lift it: with two people, unless
the flow protects someone. A flow is suspended as long as any suspension of it is open, or a rule stops it.
Both reach every version in force: while a new version replaces another flow by flow, flows of either may be
live.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, lock_in_force
from registry.agreements.actions.proving import Proving, finish_proved
from registry.agreements.actions.settling import settle, settle_status, standing_of
from registry.agreements.events import FlowLiftAsked, FlowResumed, FlowSuspended
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import (
    IN_FORCE,
    FlowState,
    NothingToResume,
    NothingToSuspend,
    NotYourOrganisation,
    SecondPersonNeeded,
    check_status,
    move_flow,
)
from registry.agreements.schemas import ResumeIn, Scope, SuspendIn
from registry.agreements.terms import Flow
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.organisations.queries import find_primary
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.records.queries import open_incidents
from registry.web.body import InvalidFields, field_error


@dataclass(frozen=True, slots=True)
class Lifting:
    """What one person's call does to their organisation's suspensions of one version.

    `asking`: first calls, which wait for a second person; `lifting`: what is lifted now; `waiting`: what this
    person has asked for before.
    """

    version: StoredVersion
    asking: list[Row[Any]]
    lifting: list[Row[Any]]
    waiting: list[Row[Any]]
    held_by_others: frozenset[str]


def suspend(
    tx: Transaction,
    ref: str,
    wanted: SuspendIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
    ceremony: Ceremony | None = None,
) -> Changed:
    """Stop flows at once. Scope all: the first body stops its own, a second one completes it.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        WrongStatus: no version is in force.
        NotYourOrganisation: the scope names another organisation, or a flow the caller's is no end of.
        InvalidFields: the incident is not an open one of this agreement.
        NothingToSuspend: no flow in the scope is live, or suspended by others alone.
        StrongerApprovalNeeded, BadAssertion and the like: see `finish_proved`.
    """
    versions = lock_in_force(tx, policies, "agreement.suspend", caller, ref, now)
    check_match(versions[0], if_match)
    check_status(versions[0].status, IN_FORCE, action="suspend")
    _check_scope(tx, versions, wanted.scope, caller)
    _check_incident(tx, ref, wanted.incident)
    everything = wanted.scope.all is not None and any(
        _another_asked(tx, version, caller) for version in versions
    )

    changes = [Change(tx, version, caller, now, policies) for version in versions]
    for change in changes:
        _suspend(change, wanted, everything=everything)
    made = [change for change in changes if change.events]
    if not made:
        raise NothingToSuspend
    for change in made:
        settle_status(change, all_signed=False)
    waits = wanted.scope.all is not None and not everything
    proving = Proving("suspend", wanted.assertion, ceremony)
    return finish_proved(made, proving, pending="second-organisation" if waits else None)


def resume(
    tx: Transaction,
    ref: str,
    wanted: ResumeIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
    ceremony: Ceremony | None = None,
) -> Changed:
    """Lift the caller's organisation's own suspensions in a scope.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        NotYourOrganisation: the scope names another organisation.
        NothingToResume: the caller's organisation has no suspension open in the scope.
        SecondPersonNeeded: the person who asked first asks again.
        StrongerApprovalNeeded, BadAssertion and the like: see `finish_proved`.
    """
    versions = lock_in_force(tx, policies, "agreement.resume", caller, ref, now)
    check_match(versions[0], if_match)
    _check_organisation(tx, wanted.scope, caller)
    found = [_judge(tx, version, wanted.scope, caller) for version in versions]
    if not any(one.asking or one.lifting or one.waiting for one in found):
        raise NothingToResume
    effective = [one for one in found if one.asking or one.lifting]
    if not effective:
        raise SecondPersonNeeded

    changes = [
        _resume(Change(tx, one.version, caller, now, policies), one, wanted.reason) for one in effective
    ]
    waits = any(one.asking or one.waiting for one in found)
    proving = Proving("resume", wanted.assertion, ceremony)
    return finish_proved(changes, proving, pending="second-person" if waits else None)


def _suspend(change: Change, wanted: SuspendIn, *, everything: bool) -> None:
    """Put the caller's organisation's hold on the flows in scope that it does not hold yet."""
    ours = change.caller.organisation
    open_now = queries.open_suspensions(change.tx, change.version.id)
    held = {row.flow for row in open_now if row.organisation == ours}
    for flow in change.version.terms.flows:
        state = change.flows[flow.id]
        if not _covers(wanted.scope, flow, ours) or not (everything or ours in (flow.from_, flow.to)):
            continue
        if flow.id in held or state not in (FlowState.LIVE, FlowState.SUSPENDED):
            continue
        if state is FlowState.LIVE:
            _move(change, flow.id, "suspend")
        queries.insert_suspension(
            change.tx,
            change.version,
            flow.id,
            change.caller,
            scope=wanted.scope.kind,
            reason=wanted.reason,
            incident=wanted.incident,
            now=change.now,
        )
        change.record(FlowSuspended, flow=flow.id)


def _judge(reading: Reading, version: StoredVersion, scope: Scope, caller: Caller) -> Lifting:
    """Sort a body's open suspensions in a scope by what this person's call does to them."""
    flows = {flow.id: flow for flow in version.terms.flows}
    suspensions = [
        row
        for row in queries.open_suspensions(reading, version.id)
        if version.flows[row.flow] is FlowState.SUSPENDED
    ]
    asking, lifting, waiting = [], [], []
    for row in suspensions:
        if row.organisation != caller.organisation or not _covers(
            scope, flows[row.flow], caller.organisation
        ):
            continue
        if flows[row.flow].protective or row.lift_asked_by not in (None, caller.person):
            lifting.append(row)
        elif row.lift_asked_by is None:
            asking.append(row)
        else:
            waiting.append(row)
    others = frozenset(row.flow for row in suspensions if row.organisation != caller.organisation)
    return Lifting(version, asking, lifting, waiting, others)


def _resume(change: Change, found: Lifting, reason: str) -> Change:
    """Note who asks, lift what may be lifted, and let flows run again that nobody else holds."""
    for row in found.asking:
        queries.ask_to_lift(change.tx, row.id, change.caller, reason)
        change.record(FlowLiftAsked, flow=row.flow)
    for row in found.lifting:
        queries.lift(change.tx, row.id, reason, change.now)
        change.record(FlowResumed, flow=row.flow)
        if row.flow not in found.held_by_others and not change.version.flow_rows[row.flow].stopped_by:
            _move(change, row.flow, "resume")
    # A flow that rested may have lost its ethics assessment meanwhile, so it is judged as it comes back.
    settle(change, standing_of(change.tx, change.version, change.policies, change.now))
    return change


def _move(change: Change, flow: str, action: str) -> None:
    change.flows[flow] = move_flow(change.flows[flow], action)
    queries.update_flow(change.tx, change.version.id, flow, state=change.flows[flow].value)


def _another_asked(reading: Reading, version: StoredVersion, caller: Caller) -> bool:
    """Whether another body has asked to suspend everything, and still holds a flow for it."""
    return any(
        row.scope == "all"
        and row.organisation != caller.organisation
        and version.flows[row.flow] is FlowState.SUSPENDED
        for row in queries.open_suspensions(reading, version.id)
    )


def _covers(scope: Scope, flow: Flow, organisation: str) -> bool:
    """Whether a scope of this organisation takes in a flow."""
    if scope.flow is not None:
        return flow.id == scope.flow
    return scope.all is not None or organisation in (flow.from_, flow.to)


def _check_scope(tx: Transaction, versions: Sequence[StoredVersion], scope: Scope, caller: Caller) -> None:
    """Refuse a scope that names what is not the caller's organisation's.

    Raises:
        NotYourOrganisation: see there.
    """
    _check_organisation(tx, scope, caller)
    if scope.flow is not None and scope.flow not in _flows_of(versions, caller):
        raise NotYourOrganisation(organisation=scope.flow)


def _check_incident(tx: Transaction, ref: str, incident: str | None) -> None:
    """Refuse a suspension because of something that is no open incident of the agreement.

    Raises:
        InvalidFields: see there.
    """
    if incident is not None and incident not in {one.id for one in open_incidents(tx, ref)}:
        raise InvalidFields(errors=(field_error("/incident", "unknown-incident"),))


def _check_organisation(tx: Transaction, scope: Scope, caller: Caller) -> None:
    if scope.organisation is not None and find_primary(tx, scope.organisation) != caller.organisation:
        raise NotYourOrganisation(organisation=scope.organisation)


def _flows_of(versions: Iterable[StoredVersion], caller: Caller) -> set[str]:
    return {
        flow.id
        for version in versions
        for flow in version.terms.flows
        if caller.organisation in (flow.from_, flow.to)
    }
