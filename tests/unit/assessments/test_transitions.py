"""Every transition, and nothing but the transitions."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import get_args

import pytest

from registry.assessments.events import EVENTS
from registry.assessments.rules import RegulatorNotConsulted, WrongAssessmentStatus, move
from registry.assessments.transitions import (
    HOLDERS,
    HOLDING,
    SUPERSEDABLE,
    TRANSITIONS,
    Action,
    Case,
    Findings,
    Kind,
    Role,
    Status,
)
from registry.errors import Refusal
from registry.policy import Policies
from tests.samples.assessments import LANCASHIRE, POLICE, POLICIES

PLAIN = Findings(advice_wanted=False)
NOT_NEEDED = Findings(required=False, advice_wanted=False)
ADVISED = Findings(advice_wanted=True)
HIGH = Findings(advice_wanted=False, high_residual=True)
HIGH_ADVISED = Findings(advice_wanted=True, high_residual=True)
IDEA = Findings(idea=True)
PILOT = Findings(pilot_until=date(2027, 1, 31))

S = Status
STEPS: list[tuple[Kind, Status | None, Action, Findings, Status]] = [
    (Kind.DPIA, None, "create", PLAIN, S.DRAFT),
    (Kind.DPIA, None, "create", NOT_NEEDED, S.SCREENING),
    *((Kind.DPIA, s, "edit", PLAIN, S.DRAFT) for s in (S.SCREENING, S.DRAFT, S.HIGH_RESIDUAL, S.REJECTED)),
    *((Kind.DPIA, s, "edit", NOT_NEEDED, S.SCREENING) for s in (S.SCREENING, S.DRAFT)),
    (Kind.DPIA, S.SCREENING, "submit", NOT_NEEDED, S.APPROVAL),
    (Kind.DPIA, S.SCREENING, "submit", Findings(required=False), S.DPO_ADVICE),
    (Kind.DPIA, S.DRAFT, "submit", ADVISED, S.DPO_ADVICE),
    (Kind.DPIA, S.DRAFT, "submit", HIGH_ADVISED, S.DPO_ADVICE),
    (Kind.DPIA, S.DRAFT, "submit", HIGH, S.HIGH_RESIDUAL),
    (Kind.DPIA, S.DRAFT, "submit", PLAIN, S.APPROVAL),
    (Kind.DPIA, S.DPO_ADVICE, "advise", ADVISED, S.APPROVAL),
    (Kind.DPIA, S.DPO_ADVICE, "advise", HIGH_ADVISED, S.HIGH_RESIDUAL),
    (Kind.DPIA, S.HIGH_RESIDUAL, "consult", HIGH, S.REGULATOR_CONSULTED),
    (Kind.DPIA, S.HIGH_RESIDUAL, "reject", HIGH, S.REJECTED),
    (Kind.DPIA, S.REGULATOR_CONSULTED, "approve", HIGH, S.APPROVED),
    (Kind.DPIA, S.APPROVAL, "approve", PLAIN, S.APPROVED),
    (Kind.DPIA, S.APPROVAL, "approve", NOT_NEEDED, S.NOT_REQUIRED),
    (Kind.DPIA, S.APPROVAL, "approve_with_conditions", PLAIN, S.APPROVED_WITH_CONDITIONS),
    (Kind.DPIA, S.APPROVAL, "reject", PLAIN, S.REJECTED),
    (Kind.DPIA, S.APPROVED, "adopt", PLAIN, S.APPROVED),
    (Kind.DPIA, S.APPROVED, "fall_due", PLAIN, S.REVIEW_DUE),
    (Kind.DPIA, S.REVIEW_DUE, "supersede", PLAIN, S.SUPERSEDED),
    (Kind.DPIA, S.NOT_REQUIRED, "revoke", PLAIN, S.REVOKED),
    (Kind.DPIA, S.APPROVED, "call_review", PLAIN, S.APPROVED),
    (Kind.DPIA, S.APPROVED_WITH_CONDITIONS, "meet", PLAIN, S.APPROVED_WITH_CONDITIONS),
    (Kind.ETHICS, None, "create", PLAIN, S.DRAFT),
    (Kind.ETHICS, S.REJECTED, "edit", PLAIN, S.DRAFT),
    (Kind.ETHICS, S.DRAFT, "submit", PLAIN, S.PANEL_ADVICE),
    (Kind.ETHICS, S.PANEL_ADVICE, "advise", PLAIN, S.DECISION),
    (Kind.ETHICS, S.DECISION, "approve", PLAIN, S.APPROVED),
    (Kind.ETHICS, S.DECISION, "approve", PILOT, S.APPROVED_FOR_PILOT),
    (Kind.ETHICS, S.DECISION, "approve_with_conditions", PLAIN, S.APPROVED_WITH_CONDITIONS),
    (Kind.ETHICS, S.DECISION, "approve_with_conditions", PILOT, S.APPROVED_FOR_PILOT),
    (Kind.ETHICS, S.DECISION, "reject", PLAIN, S.REJECTED),
    (Kind.ETHICS, S.APPROVED_FOR_PILOT, "adopt", PILOT, S.APPROVED_FOR_PILOT),
    (Kind.ETHICS, S.APPROVED_FOR_PILOT, "fall_due", PILOT, S.EXPIRED),
    (Kind.ETHICS, S.EXPIRED, "supersede", PLAIN, S.SUPERSEDED),
    (Kind.ETHICS, S.APPROVED, "revoke", PLAIN, S.REVOKED),
    (Kind.ETHICS, S.DECISION, "approve", IDEA, S.IDEA_SUPPORTED),
    (Kind.ETHICS, S.IDEA_SUPPORTED, "edit", PILOT, S.DRAFT),
    (Kind.ETHICS, S.APPROVED_FOR_PILOT, "reopen", PILOT, S.REOPENED),
    (Kind.ETHICS, S.REOPENED, "edit", PLAIN, S.DRAFT),
    (Kind.ETHICS, S.REOPENED, "submit", PLAIN, S.PANEL_ADVICE),
    (Kind.ETHICS, S.APPROVED, "roll_out", PLAIN, S.APPROVED),
]


@pytest.mark.parametrize(("kind", "source", "action", "findings", "target"), STEPS)
def test_an_action_leads_where_the_guards_say(
    kind: Kind, source: Status | None, action: Action, findings: Findings, target: Status
) -> None:
    case = Case(kind=kind, status=source, findings=findings, consultation="cleared")
    assert move(case, action).target is target


@pytest.mark.parametrize("said", ["", "submitted"])
def test_a_high_residual_risk_is_not_approved_before_the_regulator_has_replied(said: str) -> None:
    waiting = Case(kind=Kind.DPIA, status=S.REGULATOR_CONSULTED, findings=HIGH, consultation=said)
    with pytest.raises(RegulatorNotConsulted):
        move(waiting, "approve")
    assert move(waiting, "reject").target is S.REJECTED


@pytest.mark.parametrize("action", ["extend", "reply"])
def test_only_an_open_question_is_extended_or_answered(action: Action) -> None:
    asked = Case(kind=Kind.DPIA, status=S.REGULATOR_CONSULTED, findings=HIGH, consultation="submitted")
    assert move(asked, action).target is S.REGULATOR_CONSULTED
    with pytest.raises(WrongAssessmentStatus):
        move(replace(asked, consultation="advice"), action)


@pytest.mark.parametrize("kind", Kind)
def test_what_the_table_has_no_row_for_is_refused(kind: Kind) -> None:
    rows = {(row.source, row.action) for row in TRANSITIONS[kind]}
    missing = set(product((None, *Status), get_args(Action))) - rows
    for status, action in missing:
        with pytest.raises(Refusal) as refused:
            move(Case(kind=kind, status=status, findings=PLAIN), action)
        assert refused.value.code in {
            "wrong-assessment-status",
            "advice-not-given",
            "regulator-not-consulted",
        }


def test_a_refusal_tells_the_present_status() -> None:
    with pytest.raises(WrongAssessmentStatus) as refused:
        move(Case(kind=Kind.DPIA, status=S.APPROVED, findings=PLAIN), "submit")
    assert refused.value.extensions() == {"status_now": "approved"}


@pytest.mark.parametrize("kind", Kind)
def test_the_last_row_of_each_step_has_no_guard_or_the_step_has_an_end(kind: Kind) -> None:
    """A guard decides between rows; only these steps may find none open."""
    unguarded = {(row.source, row.action) for row in TRANSITIONS[kind] if row.guard.__name__ == "always"}
    guarded = {(row.source, row.action) for row in TRANSITIONS[kind]} - unguarded
    assert guarded <= {
        (S.APPROVAL, "approve_with_conditions"),
        *((S.REGULATOR_CONSULTED, act) for act in ("approve", "approve_with_conditions", "extend", "reply")),
    }


@pytest.mark.parametrize("kind", Kind)
def test_every_row_has_an_event_of_its_kind(kind: Kind) -> None:
    assert {f"{kind}.{row.event}" for row in TRANSITIONS[kind]} == {
        type_ for type_ in EVENTS if type_.startswith(f"{kind}.")
    }


@pytest.mark.parametrize("kind", Kind)
def test_every_status_of_a_kind_can_be_reached(kind: Kind) -> None:
    reached: set[Status | None] = {None}
    for _ in Status:
        reached |= {row.target for row in TRANSITIONS[kind] if row.source in reached}
    assert reached - {None} == {row.target for row in TRANSITIONS[kind]}
    assert {row.source for row in TRANSITIONS[kind]} <= reached


@pytest.mark.parametrize("kind", Kind)
def test_only_a_decision_approves(kind: Kind) -> None:
    approving = {
        row.action for row in TRANSITIONS[kind] if row.target in HOLDING and row.source != row.target
    }
    assert approving == {"approve", "approve_with_conditions"}
    assert {row.role for row in TRANSITIONS[kind] if row.action in approving} == {"decider"}


@pytest.mark.parametrize("kind", Kind)
def test_what_holds_or_held_can_be_superseded(kind: Kind) -> None:
    sources = {row.source for row in TRANSITIONS[kind] if row.action == "supersede"}
    assert sources == {row.target for row in TRANSITIONS[kind]} & SUPERSEDABLE


ACTIONS: dict[tuple[Kind, Role], str] = {
    (Kind.DPIA, "adviser"): "dpia.advise",
    (Kind.DPIA, "decider"): "dpia.decide",
    (Kind.DPIA, "adopter"): "dpia.adopt",
    (Kind.DPIA, "keeper"): "dpia.keep",
    (Kind.ETHICS, "adviser"): "ethics.panel-advice",
    (Kind.ETHICS, "decider"): "ethics.decide",
    (Kind.ETHICS, "adopter"): "ethics.adopt",
    (Kind.ETHICS, "keeper"): "ethics.keep",
}


@pytest.mark.parametrize("which", ACTIONS)
def test_the_access_rules_let_in_the_roles_that_the_log_can_name(which: tuple[Kind, Role]) -> None:
    let_in = {role for role in POLICIES.law.roles if allowed(POLICIES, ACTIONS[which], role)}
    assert let_in == set(HOLDERS[which])


def allowed(policies: Policies, action: str, role: str) -> bool:
    mine = POLICE if action.endswith("adopt") else LANCASHIRE
    principal = {
        "kind": "person",
        "organisation": mine,
        "roles": [role],
        "scopes": ["assess", "approve"],
        "mode": "",
    }
    resource = {"owner_organisation": LANCASHIRE, "parties": [LANCASHIRE, POLICE]}
    return policies.access.allows(action, principal=principal, resource=resource).allowed
