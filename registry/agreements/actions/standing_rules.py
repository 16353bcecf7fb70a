"""Rules that are asked of sharing under way: which stop a flow until they are met, which only warn.

A flow that protects someone is never stopped by the registry, whatever has lapsed, fallen overdue or gone
wrong: it goes on with a warning, in every answer and in the log (DOMAIN 6, after rule 68).
"""

from registry.agreements import queries
from registry.agreements.actions.change import Change
from registry.agreements.ageing import Verdicts, verdicts
from registry.agreements.events import FlowDegraded, FlowRestored, FlowResumed, FlowSuspended
from registry.agreements.facts import Standing
from registry.agreements.rules import FlowState, move_flow
from registry.agreements.terms import Flow

UNDER_WAY = frozenset({FlowState.LIVE, FlowState.SUSPENDED})


def settle_standing_rules(change: Change, standing: Standing, flow: Flow) -> None:
    """Stop a flow, let it run again, and keep its warnings, as the rules of the day demand."""
    if change.flows[flow.id] not in UNDER_WAY:
        return
    row = change.version.flow_rows[flow.id]
    before = Verdicts(tuple(row.stopped_by), tuple(row.warned_of))
    found = _judge(change, standing, flow)
    if found == before:
        return
    state = _state(change, flow.id, found)
    queries.update_flow(
        change.tx,
        change.version.id,
        flow.id,
        state=state.value,
        stopped_by=list(found.stopped_by),
        warned_of=list(found.warned_of),
    )
    _record(change, flow.id, before, found)
    if change.flows[flow.id] is FlowState.SUSPENDED and state is FlowState.LIVE:
        change.record_system(FlowResumed, flow=flow.id)
    change.flows[flow.id] = state


def _judge(change: Change, standing: Standing, flow: Flow) -> Verdicts:
    """What is asked of a flow, its ends and their assessments, not of the agreement as a whole."""
    gates, today = change.policies.gates, standing.today
    about = [unit for unit in standing.activation_units_of(flow) if unit.kind != "agreement"]
    unmet = [
        *gates.judge("disclose", [standing.flow_unit(flow)], today),
        *gates.judge("daily", about, today),
    ]
    return verdicts(flow, unmet)


def _state(change: Change, flow: str, found: Verdicts) -> FlowState:
    """The state a flow comes to: people's own suspensions hold it whatever the rules say."""
    state = change.flows[flow]
    if state is FlowState.LIVE and found.stopped_by:
        return move_flow(state, "suspend")
    held = any(row.flow == flow for row in queries.open_suspensions(change.tx, change.version.id))
    was_stopped = bool(change.version.flow_rows[flow].stopped_by)
    if state is FlowState.SUSPENDED and was_stopped and not found.stopped_by and not held:
        return move_flow(state, "resume")
    return state


def _record(change: Change, flow: str, before: Verdicts, found: Verdicts) -> None:
    """One entry for each rule that is new or gone."""
    known = {*before.stopped_by, *before.warned_of}
    for rule in found.stopped_by:
        if rule not in before.stopped_by:
            change.record_system(FlowSuspended, flow=flow, reason_code=rule.lower())
    for rule in found.warned_of:
        if rule not in before.warned_of:
            change.record_system(FlowDegraded, flow=flow, reason_code=rule.lower())
    for rule in sorted(known - {*found.stopped_by, *found.warned_of}):
        change.record_system(FlowRestored, flow=flow, reason_code=rule.lower())
