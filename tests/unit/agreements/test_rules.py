"""The transition table, row by row, and every step that is not in it."""

from itertools import product

import pytest

from registry.agreements import events, rules
from registry.agreements.rules import (
    FLOW_TRANSITIONS,
    IN_FORCE,
    NEXT,
    OVER,
    TRANSITIONS,
    FlowState,
    GatesUnmet,
    Status,
    Transition,
    WrongStatus,
)
from registry.auditlog import event_types
from registry.policy import Unmet
from registry.policy.rule import Severity

S, F = Status, FlowState
ACTIONS = sorted({row.action for row in TRANSITIONS})

TABLE = {
    "submit": {S.DRAFT: S.IN_REVIEW, S.CHANGES_REQUESTED: S.IN_REVIEW},
    "accept": {S.IN_REVIEW: S.ASSESSMENTS_PENDING},
    "request_changes": {S.IN_REVIEW: S.CHANGES_REQUESTED},
    "clear": {S.ASSESSMENTS_PENDING: S.READY_TO_SIGN},
    "sign": {S.READY_TO_SIGN: S.PART_SIGNED},
    "complete": {S.READY_TO_SIGN: S.EXECUTED, S.PART_SIGNED: S.EXECUTED},
    "go_live": {S.READY_TO_SIGN: S.ACTIVE, S.PART_SIGNED: S.ACTIVE, S.EXECUTED: S.ACTIVE},
    "refuse": {S.READY_TO_SIGN: S.REJECTED, S.PART_SIGNED: S.REJECTED},
    "start_review": {S.ACTIVE: S.UNDER_REVIEW},
    "attest": {S.DRAFT: S.EXECUTED},
    "call_review": {S.ACTIVE: S.UNDER_REVIEW},
    "confirm": {S.UNDER_REVIEW: S.ACTIVE, S.SUSPENDED: S.SUSPENDED},
    "supersede": dict.fromkeys((S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED), S.SUPERSEDED),
    "suspend": dict.fromkeys((S.ACTIVE, S.UNDER_REVIEW), S.SUSPENDED),
    "resume": {S.SUSPENDED: S.ACTIVE},
    "expire": dict.fromkeys(
        (S.READY_TO_SIGN, S.PART_SIGNED, S.EXECUTED, S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED), S.EXPIRED
    ),
    "terminate": dict.fromkeys((S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED), S.TERMINATED),
    "withdraw": dict.fromkeys(
        (
            S.DRAFT,
            S.IN_REVIEW,
            S.CHANGES_REQUESTED,
            S.ASSESSMENTS_PENDING,
            S.READY_TO_SIGN,
            S.PART_SIGNED,
            S.EXECUTED,
        ),
        S.WITHDRAWN,
    ),
    "archive": dict.fromkeys((S.EXPIRED, S.TERMINATED, S.SUPERSEDED, S.WITHDRAWN, S.REJECTED), S.ARCHIVED),
}
"""The lifecycle as DOMAIN 3.5 and the contract have it, written down a second time."""

ALLOWED = {(status, action): target for action, steps in TABLE.items() for status, target in steps.items()}
REFUSED = sorted(set(product(Status, ACTIONS)) - set(ALLOWED))


def unmet(severity: Severity) -> Unmet:
    return Unmet("XX-01", severity, "", "no", "na", "fix", "trwsio", "a law")


@pytest.mark.parametrize("step", sorted(ALLOWED), ids="-".join)
def test_a_step_of_the_table_leads_where_it_says(step: tuple[Status, str]) -> None:
    assert rules.move(*step).target is ALLOWED[step]


@pytest.mark.parametrize("step", REFUSED, ids="-".join)
def test_a_step_not_in_the_table_is_refused(step: tuple[Status, str]) -> None:
    with pytest.raises(WrongStatus) as refused:
        rules.move(*step)
    assert refused.value.extensions() == {"status_now": step[0].value}


def test_the_table_holds_each_step_once() -> None:
    assert len(NEXT) == len(TRANSITIONS) == len(ALLOWED)


def test_nothing_leaves_the_archive() -> None:
    assert not [row for row in TRANSITIONS if row.source is S.ARCHIVED]


def test_every_status_is_reached_and_all_but_the_draft_by_a_step() -> None:
    assert {row.target for row in TRANSITIONS} == set(Status) - {S.DRAFT}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source}-{row.action}")
def test_a_step_is_recorded_by_an_event_there_is(row: Transition) -> None:
    types = {event.type for event in event_types()}
    assert row.event in types or row.action == "archive"


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.role == "system"], ids=lambda r: r.action)
def test_a_step_of_the_system_has_its_event(row: Transition) -> None:
    assert row.event in events.SYSTEM_EVENTS


@pytest.mark.parametrize("step", [*product(FlowState, ("go_live", "suspend", "resume", "end"))], ids="-".join)
def test_flows_move_along_their_own_table(step: tuple[FlowState, str]) -> None:
    expected = {
        (F.WAITING, "go_live"): F.LIVE,
        (F.WAITING, "end"): F.ENDED,
        (F.LIVE, "suspend"): F.SUSPENDED,
        (F.LIVE, "end"): F.ENDED,
        (F.SUSPENDED, "resume"): F.LIVE,
        (F.SUSPENDED, "end"): F.ENDED,
    }
    assert FLOW_TRANSITIONS.get(step) == expected.get(step)


@pytest.mark.parametrize(
    ("status", "flows", "all_signed", "action"),
    [
        (S.READY_TO_SIGN, (F.WAITING, F.WAITING), False, None),
        (S.PART_SIGNED, (F.WAITING, F.WAITING), False, None),
        (S.PART_SIGNED, (F.WAITING, F.WAITING), True, "complete"),
        (S.PART_SIGNED, (F.LIVE, F.WAITING), False, "go_live"),
        (S.PART_SIGNED, (F.LIVE, F.LIVE), True, "go_live"),
        (S.EXECUTED, (F.WAITING, F.WAITING), True, None),
        (S.EXECUTED, (F.WAITING, F.LIVE), True, "go_live"),
        (S.ACTIVE, (F.LIVE, F.SUSPENDED), True, None),
        (S.ACTIVE, (F.SUSPENDED, F.WAITING), False, "suspend"),
        (S.UNDER_REVIEW, (F.SUSPENDED, F.ENDED), True, "suspend"),
        (S.SUSPENDED, (F.SUSPENDED, F.SUSPENDED), True, None),
        (S.SUSPENDED, (F.LIVE, F.SUSPENDED), True, "resume"),
        (S.SUSPENDED, (F.ENDED, F.ENDED), True, "terminate"),
        (S.ACTIVE, (F.ENDED, F.ENDED), True, "terminate"),
        (S.ACTIVE, (F.ENDED, F.WAITING), False, None),
        (S.IN_REVIEW, (F.WAITING, F.WAITING), False, None),
        (S.EXPIRED, (F.ENDED, F.ENDED), True, None),
    ],
)
def test_the_status_follows_flows_and_signatures(
    status: Status, flows: tuple[FlowState, FlowState], all_signed: bool, action: str | None
) -> None:
    made = rules.settled_transition(status, dict(zip("ab", flows, strict=True)), all_signed=all_signed)
    assert (made.action if made else None) == action


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("flows", [*product(FlowState, FlowState)], ids="-".join)
@pytest.mark.parametrize("all_signed", [True, False])
def test_settling_a_settled_version_changes_nothing(
    status: Status, flows: tuple[FlowState, FlowState], all_signed: bool
) -> None:
    states = dict(zip("ab", flows, strict=True))
    first = rules.settled_transition(status, states, all_signed=all_signed)
    if first is not None and first.target not in OVER:
        assert rules.settled_transition(first.target, states, all_signed=all_signed) is None


def test_a_version_is_before_force_in_force_or_over() -> None:
    groups = (rules.BEFORE_FORCE, IN_FORCE, OVER)
    assert sorted(status for group in groups for status in group) == sorted(Status)


def test_a_status_that_allows_an_action_is_let_through() -> None:
    rules.check_status(S.ACTIVE, IN_FORCE, action="suspend")
    with pytest.raises(WrongStatus):
        rules.check_status(S.DRAFT, IN_FORCE, action="suspend")


def test_warnings_alone_block_nothing() -> None:
    rules.check_blocked([unmet("warn")])


def test_a_block_is_told_with_the_warnings_beside_it() -> None:
    with pytest.raises(GatesUnmet) as refused:
        rules.check_blocked([unmet("warn"), unmet("block")])
    told = refused.value.extensions()["unmet"]
    assert [one["severity"] for one in told] == ["warn", "block"]
    assert set(told[0]) == {"rule", "severity", "pointer", "en", "cy", "fix_en", "fix_cy", "cite"}
