"""Who may not, and what comes first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.assessments import rules
from registry.assessments.transitions import Case, Findings, Kind, Status, Verdict
from registry.web.body import field_error

TODAY = date(2026, 11, 22)


def case(status: Status = Status.APPROVAL, kind: Kind = Kind.DPIA, **findings: Any) -> Case:
    return Case(
        kind=kind,
        status=status,
        findings=replace(Findings(), **findings),
        authors=frozenset({"author"}),
        advisers=frozenset({"adviser"}),
    )


def test_an_author_never_decides() -> None:
    with pytest.raises(rules.AuthorDecides):
        rules.check_decider(case(), person="author", roles={"siro"})


def test_an_author_does_not_advise() -> None:
    with pytest.raises(rules.AuthorAdvises):
        rules.check_adviser(case(), "author")


@pytest.mark.parametrize("kind", Kind)
def test_an_adviser_never_decides(kind: Kind) -> None:
    with pytest.raises(rules.AdviserDecides):
        rules.check_decider(case(kind=kind), person="adviser", roles={"siro"})


@pytest.mark.spec("UK GDPR", "38(6)")
def test_a_dpo_never_decides_a_dpia_whatever_else_they_are() -> None:
    with pytest.raises(rules.AdviserDecides):
        rules.check_decider(case(), person="someone", roles={"dpo", "siro"})


def test_someone_else_decides() -> None:
    rules.check_decider(case(), person="someone", roles={"siro"})
    rules.check_adviser(case(), "someone")


@pytest.mark.parametrize("verdict", ["approve", "approve_with_conditions"])
@pytest.mark.parametrize(
    ("kind", "status"), [(Kind.DPIA, Status.DPO_ADVICE), (Kind.ETHICS, Status.PANEL_ADVICE)]
)
def test_no_approval_before_the_advice(verdict: Verdict, kind: Kind, status: Status) -> None:
    with pytest.raises(rules.AdviceNotGiven):
        rules.decide(case(status, kind), verdict)


@pytest.mark.spec("UK GDPR", "36")
def test_no_approval_of_a_high_residual_risk_before_the_regulator_replied() -> None:
    with pytest.raises(rules.RegulatorNotConsulted):
        rules.decide(case(Status.HIGH_RESIDUAL, high_residual=True), "approve")


def test_a_decided_assessment_is_not_decided_again() -> None:
    with pytest.raises(rules.WrongAssessmentStatus):
        rules.decide(case(Status.APPROVED), "reject")


def test_weak_answers_carry_a_rejection_but_no_approval() -> None:
    weak = case(
        Status.DECISION, Kind.ETHICS, weaknesses=(field_error("/answers", "mean-score-low", needed=3),)
    )
    with pytest.raises(rules.EthicsNotPassed) as refused:
        rules.decide(weak, "approve_with_conditions")
    assert [error.pointer for error in refused.value.errors] == ["/answers"]
    assert rules.decide(weak, "reject").target is Status.REJECTED


def test_gaps_refuse_a_submission() -> None:
    with pytest.raises(rules.AssessmentUnfinished) as refused:
        rules.check_finished([field_error("/need/aim", "missing")])
    assert [error.pointer for error in refused.value.errors] == ["/need/aim"]
    rules.check_finished([])


def test_an_approval_holds_no_longer_than_its_pilot() -> None:
    pilot = case(pilot_until=date(2027, 1, 31))
    assert rules.valid_until(pilot, date(2027, 6, 30), today=TODAY) == date(2027, 1, 31)
    assert rules.valid_until(pilot, None, today=TODAY) == date(2027, 1, 31)
    assert rules.valid_until(case(), None, today=TODAY) is None
    assert rules.valid_until(case(), TODAY, today=TODAY) == TODAY


def test_an_approval_is_not_given_for_the_past() -> None:
    with pytest.raises(rules.ApprovalAlreadyOver):
        rules.valid_until(case(), date(2026, 11, 21), today=TODAY)
