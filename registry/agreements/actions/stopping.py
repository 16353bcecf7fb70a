"""Suspending and resuming flows. A person stops only what is their own organisation's; all of it needs two.

Each suspension belongs to the body that made it, and that body alone may lift it: with two people, unless
the flow protects someone. A flow is suspended as long as any suspension of it is open.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.agreements import queries
from registry.agreements.actions.change import Change, Changed, check_match, check_may
from registry.agreements.actions.settling import settle_status, standing_of
from registry.agreements.events import FlowLiftAsked, FlowResumed, FlowSuspended
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
from registry.agreements.terms import Flow, Terms
from registry.callers import Caller
from registry.db import Transaction
from registry.policy import Policies


def suspend(
    tx: Transaction,
    ref: str,
    wanted: SuspendIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Stop flows at once. Scope all: the first body stops its own, a second one completes it.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        NotYourOrganisation: the scope names another organisation, or a flow the caller's is no end of.
        NothingToSuspend: no flow in the scope is live.
    """
    version = queries.lock(tx, ref, queries.number_in_force(tx, ref))
    check_may(tx, policies, "agreement.suspend", caller, version, now)
    check_match(version, if_match)
    check_status(version.status, IN_FORCE, action="suspend")
    completes = wanted.scope.all is not None and _another_asked(
        queries.open_suspensions(tx, version.id), caller.organisation
    )
    in_scope = _in_scope(version.terms, wanted.scope, caller, everything=completes)
    stopping = [flow.id for flow in in_scope if version.flows[flow.id] is FlowState.LIVE]
    if not stopping:
        raise NothingToSuspend

    change = Change(tx, version, caller, now, policies)
    for flow in stopping:
        change.flows[flow] = move_flow(change.flows[flow], "suspend")
        queries.update_flow(tx, version.id, flow, state=change.flows[flow].value)
        queries.insert_suspension(
            tx, version, flow, caller, scope=wanted.scope.kind, reason=wanted.reason, now=now
        )
        change.record(FlowSuspended, flow=flow)
    settle_status(change, all_signed=standing_of(tx, version, policies, now).all_signed())
    waits = wanted.scope.all is not None and not completes
    return change.finish(pending="second-organisation" if waits else None)


def resume(
    tx: Transaction,
    ref: str,
    wanted: ResumeIn,
    *,
    if_match: str | None = None,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Lift the caller's organisation's own suspensions in a scope.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        StaleVersion: see `check_match`.
        NotYourOrganisation: the scope names another organisation, or a flow the caller's is no end of.
        NothingToResume: the caller's organisation has no suspension open in the scope.
        SecondPersonNeeded: the person who asked first asks again.
    """
    version = queries.lock(tx, ref, queries.number_in_force(tx, ref))
    check_may(tx, policies, "agreement.resume", caller, version, now)
    check_match(version, if_match)
    suspensions = queries.open_suspensions(tx, version.id)
    wanted_flows = {flow.id for flow in _in_scope(version.terms, wanted.scope, caller, everything=True)}
    ours = [
        row for row in suspensions if row.organisation == caller.organisation and row.flow in wanted_flows
    ]
    if not ours:
        raise NothingToResume
    protective = {flow.id for flow in version.terms.flows if flow.protective}
    asking = [row for row in ours if row.flow not in protective and row.lift_asked_by is None]
    lifting = [row for row in ours if row not in asking and row.lift_asked_by != caller.person]
    if not asking and not lifting:
        raise SecondPersonNeeded

    change = Change(tx, version, caller, now, policies)
    for row in asking:
        queries.ask_to_lift(tx, row.id, caller)
        change.record(FlowLiftAsked, flow=row.flow)
    for row in lifting:
        queries.lift(tx, row.id, now)
        change.record(FlowResumed, flow=row.flow)
    _resume_free(change, {row.flow for row in lifting}, suspensions, lifting)
    settle_status(change, all_signed=standing_of(tx, version, policies, now).all_signed())
    return change.finish(pending="second-person" if asking else None)


def _resume_free(
    change: Change, flows: Collection[str], suspensions: Sequence[Row[Any]], lifted: Sequence[Row[Any]]
) -> None:
    """Let flows run again that nobody else holds, unless their last day is over."""
    held = {row.flow for row in suspensions} - {
        row.flow for row in lifted if not _held_by_another(row, suspensions)
    }
    for flow in sorted(set(flows) - held):
        change.flows[flow] = move_flow(change.flows[flow], "resume")
        queries.update_flow(change.tx, change.version.id, flow, state=change.flows[flow].value)


def _held_by_another(lifted: Row[Any], suspensions: Sequence[Row[Any]]) -> bool:
    return any(row.flow == lifted.flow and row.organisation != lifted.organisation for row in suspensions)


def _another_asked(suspensions: Sequence[Row[Any]], organisation: str) -> bool:
    return any(row.scope == "all" and row.organisation != organisation for row in suspensions)


def _in_scope(terms: Terms, scope: Scope, caller: Caller, *, everything: bool) -> list[Flow]:
    """The flows a scope names; `everything`: those of other parties too.

    Raises:
        NotYourOrganisation: it names what is not the caller's organisation's.
    """
    ours = [flow for flow in terms.flows if caller.organisation in (flow.from_, flow.to)]
    if scope.flow is not None:
        named = [flow for flow in ours if flow.id == scope.flow]
        if not named:
            raise NotYourOrganisation(organisation=scope.flow)
        return named
    if scope.organisation is not None:
        if scope.organisation != caller.organisation:
            raise NotYourOrganisation(organisation=scope.organisation)
        return ours
    return list(terms.flows) if everything else ours
