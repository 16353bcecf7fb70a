"""The difference a change makes to one version: rules that turn, and the flows they turn for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry.agreements.facts import Standing
from registry.agreements.rules import FlowState
from registry.agreements.terms import Flow, Terms
from registry.policy import Policies, Unit, Unmet
from registry.policy.rule import Stage

Effect: TypeAlias = Literal["blocked", "warned", "unblocked", "eased", "relies"]
"""`relies`: no rule turns, but the flow names a gateway that begins or ceases to hold."""

Judgement: TypeAlias = Mapping[tuple[Stage, str, str], Unmet]
"""Every rule that is not met, by stage, rule and place."""

STOPPING = frozenset({"block", "suspend"})
NOW: frozenset[Stage] = frozenset({"disclose", "daily"})
"""Stages that touch what is live; those before them bite at the next version, or when a flow goes live."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule that would cease to be met, or be met again, at a stage and a place in the terms."""

    stage: Stage
    becomes: Literal["unmet", "met"]
    said: Unmet


@dataclass(frozen=True, slots=True)
class FlowEffect:
    """What a change does to one flow. `stops_now`: it is live, and permits would end with the change."""

    flow: Flow
    state: FlowState
    effect: Effect
    stops_now: bool
    how: tuple[Turn, ...]


def judge(policies: Policies, standing: Standing) -> Judgement:
    """Every rule of every stage that one version does not meet.

    Signatures are left to those who sign: a rule that awaits them says nothing of a change.
    """
    stages: Mapping[Stage, list[Unit]] = {
        "submit": standing.submit_units(),
        "activate": standing.activation_units(),
        "disclose": standing.flow_units(),
        "daily": standing.daily_units(),
    }
    kinds = {rule.unit for rule in policies.gates.rules.values()}
    return {
        (stage, unmet.rule, unmet.pointer): unmet
        for stage, units in stages.items()
        for unmet in policies.gates.judge(
            stage, [unit for unit in units if unit.kind in kinds], standing.today, before_signatures=True
        )
    }


def effects(
    terms: Terms,
    states: Mapping[str, FlowState],
    before: Judgement,
    after: Judgement,
    relying: Collection[str],
) -> Iterator[FlowEffect]:
    """What turning `before` into `after` does, flow by flow; flows that have ended are past it.

    `relying`: the flows that name what changes, whether or not a rule turns for them.
    """
    turns = [Turn(key[0], "unmet", after[key]) for key in after if key not in before]
    turns += [Turn(key[0], "met", before[key]) for key in before if key not in after]
    for flow in terms.flows:
        how = tuple(turn for turn in turns if _touches(terms, flow, turn.said.pointer))
        state = states[flow.id]
        if (how or flow.id in relying) and state is not FlowState.ENDED:
            stops_now = any(stops(turn) and turn.stage in NOW for turn in how)
            yield FlowEffect(flow, state, _effect(how), stops_now and state is FlowState.LIVE, how)


def _effect(how: Sequence[Turn]) -> Effect:
    """The gravest thing that happens."""
    if not how:
        return "relies"
    if any(stops(turn) for turn in how):
        return "blocked"
    if any(turn.becomes == "unmet" for turn in how):
        return "warned"
    return "unblocked" if any(turn.said.severity in STOPPING for turn in how) else "eased"


def stops(turn: Turn) -> bool:
    """Whether a rule that ends permits would cease to be met."""
    return turn.becomes == "unmet" and turn.said.severity in STOPPING


def _touches(terms: Terms, flow: Flow, pointer: str) -> bool:
    """Whether a place in the terms concerns a flow: itself, its items, the bodies at its ends, all of it."""
    _, *steps = pointer.split("/")
    match steps:
        case ["flows", place, *_]:
            return terms.flows[int(place)].id == flow.id
        case ["items", place, *_]:
            return terms.items[int(place)].id in flow.items
        case ["parties", place, *_]:
            return terms.parties[int(place)].organisation in (flow.from_, flow.to)
        case _:
            return True
