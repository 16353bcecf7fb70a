"""What the registry does of itself when something about a version has changed: the system's transitions.

Settling looks at a version as it stands - its signatures, assessments and the day - and does what the rules
now allow: makes it ready to sign, lets flows go live, names the rules that block a live flow, moves the
status. It is idempotent: settling twice does nothing the second time. Only `standing_rules` suspends a flow.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries
from registry.agreements.actions.carrying import carry
from registry.agreements.actions.change import Change
from registry.agreements.actions.known import assurances_known, findings_of, severe_incidents
from registry.agreements.actions.shortcomings import settle_shortcomings
from registry.agreements.actions.standing_rules import settle_standing_rules
from registry.agreements.events import (
    SYSTEM_EVENTS,
    AgreementReady,
    FlowBlocked,
    FlowEnded,
    FlowLive,
    rule_codes,
)
from registry.agreements.facts import Signed, Standing
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import IN_FORCE, FlowState, Status, move, move_flow, settled_transition
from registry.agreements.terms import Flow
from registry.assessments.queries import covering
from registry.db import Reading
from registry.organisations.queries import untrained
from registry.policy import Policies, Unmet


def standing_of(reading: Reading, version: StoredVersion, policies: Policies, now: datetime) -> Standing:
    """Everything about a version that its gates may ask, at an instant."""
    answers = queries.counting(reading, version)
    assessments, today = covering(reading, version.ref), clock.london_day(now)
    return Standing(
        terms=version.terms,
        bodies=version.bodies,
        assessments=assessments,
        signatures=[_signed(row) for row in answers if row.decision == "sign"],
        refusals=[_signed(row) for row in answers if row.decision == "refuse"],
        law=policies.law,
        today=today,
        review_on=version.review_on,
        assurances=assurances_known(reading, version.parties, today),
        untrained=untrained(reading, version.parties, today=today, now=now),
        findings=findings_of(assessments),
        severe_incidents=severe_incidents(reading, version),
    )


def settle(change: Change, standing: Standing) -> None:
    """Do what the rules now allow to a version that waits for assessments, may be signed or is in force."""
    if change.status is Status.ASSESSMENTS_PENDING:
        settle_ready(change, standing)
        return
    settle_shortcomings(change, standing)
    for flow in standing.terms.flows:
        _settle_flow(change, standing, flow, change.version.flow_rows[flow.id])
        settle_standing_rules(change, standing, flow)
    settle_status(change, all_signed=standing.all_signed())
    if change.status in IN_FORCE:
        _supersede(change, all_signed=standing.all_signed())


def settle_ready(change: Change, standing: Standing) -> None:
    """Make a version ready to sign when no rule blocks that can be met without a signature."""
    if not any(one.severity == "block" for one in unmet_before_signing(standing, change.policies)):
        change.status = move(change.status, "clear").target
        change.record_system(AgreementReady, policy=change.policies.digest)
        with_carried = carry(change, standing)
        if with_carried is not standing:
            settle(change, with_carried)


def unmet_before_signing(standing: Standing, policies: Policies) -> list[Unmet]:
    """The rules of stages submit and activate that are not met, those that need signatures left out."""
    return [
        *policies.gates.judge("submit", standing.submit_units(), standing.today),
        *policies.gates.judge(
            "activate", standing.activation_units(), standing.today, before_signatures=True
        ),
    ]


def settle_status(change: Change, *, all_signed: bool) -> None:
    """Move the status as flows and signatures demand; after the last day the end of grace alone moves it."""
    if change.status in IN_FORCE and change.today > change.version.expires_on:
        return
    transition = settled_transition(change.status, change.flows, all_signed=all_signed)
    if transition is not None:
        change.status = transition.target
        change.record_system(SYSTEM_EVENTS[transition.event])


def end_flow(change: Change, flow: str, *, ended_by: str) -> None:
    """End one flow, and say by what."""
    change.flows[flow] = move_flow(change.flows[flow], "end")
    queries.update_flow(
        change.tx,
        change.version.id,
        flow,
        state=change.flows[flow].value,
        ended_by=ended_by,
        blocked_by=[],
        warned_of=[],
        stopped_by=[],
    )
    change.record_system(FlowEnded, flow=flow, reason_code=ended_by)


def _signed(row: Row[Any]) -> Signed:
    return Signed(row.organisation, row.role, clock.london_day(row.signed_at), row.person)


def _settle_flow(change: Change, standing: Standing, flow: Flow, before: queries.FlowRow) -> None:
    """Let one flow go live if it may, and keep what the index shows of it in step."""
    unsigned = standing.unsigned(flow)
    values: dict[str, Any] = {} if unsigned == before.awaiting else {"awaiting": unsigned}
    if change.flows[flow.id] is FlowState.WAITING and _may_go_live(change, standing, flow):
        change.flows[flow.id] = move_flow(FlowState.WAITING, "go_live")
        change.went_live = change.version.first_live_at is None
        values |= {"state": FlowState.LIVE.value, "live_at": change.now}
        change.record_system(FlowLive, flow=flow.id, policy=change.policies.digest)
    if values:
        queries.update_flow(change.tx, change.version.id, flow.id, **values)
    if change.flows[flow.id] is FlowState.LIVE:
        _settle_blocks(change, standing, flow, before)


def _may_go_live(change: Change, standing: Standing, flow: Flow) -> bool:
    """Whether a waiting flow's own parties have signed, its day has come and no activation gate blocks it."""
    today = standing.today
    if standing.unsigned(flow) or not change.version.starts_on <= today <= change.version.expires_on:
        return False
    if change.version.attested_by:
        return True
    gates, units = change.policies.gates, standing.activation_units_of(flow)
    unmet = [*gates.judge("activate", units, today), *gates.judge("daily", units, today)]
    # What a rule would stop the moment it is live does not begin.
    return not any(one.severity in ("block", "suspend") for one in unmet)


def _settle_blocks(change: Change, standing: Standing, flow: Flow, before: queries.FlowRow) -> None:
    """Name the rules of stage disclose that a live flow does not meet today, and when one will bite."""
    unmet = change.policies.gates.judge("disclose", [standing.flow_unit(flow)], standing.today)
    blocking = sorted({one.rule for one in unmet if one.severity == "block"})
    lapses_on = standing.lapses_on(flow)
    if (blocking, lapses_on) != (before.blocked_by, before.blocked_from):
        queries.update_flow(
            change.tx, change.version.id, flow.id, blocked_by=blocking, blocked_from=lapses_on
        )
        change.record_system(
            FlowBlocked,
            flow=flow.id,
            policy=change.policies.digest,
            rules=rule_codes(blocking),
            effective_on=lapses_on and lapses_on.isoformat(),
        )


def _supersede(change: Change, *, all_signed: bool) -> None:
    """End what this version replaces: flow by flow as its own go live, all of it once all have signed."""
    live = {
        (flow.from_, flow.to)
        for flow in change.version.terms.flows
        if change.flows[flow.id] is FlowState.LIVE
    }
    for old in queries.list_in_force(change.tx, change.version.ref, before=change.version.number):
        replaced = [
            flow.id
            for flow in old.terms.flows
            if old.flows[flow.id] is not FlowState.ENDED and (all_signed or (flow.from_, flow.to) in live)
        ]
        if replaced or set(old.flows.values()) == {FlowState.ENDED}:
            change.others.append(_superseded(change, old, replaced))


def _superseded(change: Change, old: StoredVersion, flows: Sequence[str]) -> Change:
    """The change of an older version of which these flows end."""
    previous = Change(change.tx, old, change.caller, change.now, change.policies)
    for flow in flows:
        end_flow(previous, flow, ended_by="superseded")
    if set(previous.flows.values()) == {FlowState.ENDED}:
        transition = move(previous.status, "supersede")
        previous.status = transition.target
        previous.record_system(SYSTEM_EVENTS[transition.event])
    else:
        settle_status(previous, all_signed=False)
    return previous
