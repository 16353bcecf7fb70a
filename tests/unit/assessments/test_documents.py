"""What the two documents demand, and what they find."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assessments.documents import frozen
from registry.assessments.dpia import DpiaDocument, Risk
from registry.assessments.schemas import ConsultationIn, DecisionIn
from registry.assessments.transitions import Findings
from registry.web.body import InvalidFields, parse
from registry.web.documents import digest
from tests.samples.assessments import LAW, dpia_document, ethics, ethics_document, not_required, risk

MATRIX = LAW.risk_matrix
LIKELIHOODS = [entry.code for entry in MATRIX.likelihoods]
SEVERITIES = [entry.code for entry in MATRIX.severities]
LEVELS = [entry.code for entry in MATRIX.levels]


def pointers(found: Any) -> list[str]:
    return [error.pointer for error in found]


def test_the_samples_are_finished_and_known() -> None:
    for document in (dpia_document(), ethics_document(), screened()):
        assert document.gaps(LAW) == ()
        assert document.unknown_codes(LAW) == ()


def screened(**changes: Any) -> DpiaDocument:
    return DpiaDocument.model_validate_json(json.dumps(not_required(**changes)))


def test_an_empty_dpia_lacks_its_covers_and_its_screening() -> None:
    assert pointers(DpiaDocument().gaps(LAW)) == ["/covers", "/screening/outcome", "/screening/reason"]


def test_every_answer_of_the_seven_steps_is_asked_for() -> None:
    bare = DpiaDocument.model_validate_json('{"screening": {"outcome": "required"}}')
    found = pointers(bare.gaps(LAW))
    assert {"/scope/categories", "/scope/purposes", "/scope/parties", "/need/aim", "/description/nature"} <= {
        *found
    }
    assert {"/consultation/individuals", "/necessity/function_creep", "/risks"} <= {*found}


@pytest.mark.parametrize("field", ["source", "likelihood", "severity", "residual_likelihood", "measures"])
def test_a_risk_needs(field: str) -> None:
    empty: dict[str, Any] = {field: [] if field == "measures" else ""}
    document = dpia_document(risks=[risk(**empty), risk(id="r2", code="not-sharing")])
    assert pointers(document.gaps(LAW)) == [f"/risks/0/{field}"]


def test_the_harm_of_not_sharing_is_weighed() -> None:
    [gap] = dpia_document(risks=[risk()]).gaps(LAW)
    assert (gap.pointer, gap.code) == ("/risks", "no-risk-of-not-sharing")


def test_unknown_codes_are_named_by_their_pointer() -> None:
    document = dpia_document(
        screening={"wp248": ["matching", "nonsense"]},
        scope={"categories": ["nonsense"], "purposes": [], "parties": []},
        risks=[risk(severity="terrible")],
    )
    assert pointers(document.unknown_codes(LAW)) == [
        "/scope/categories/0",
        "/screening/wp248/1",
        "/risks/0/severity",
    ]


@given(st.sampled_from(LIKELIHOODS), st.sampled_from(SEVERITIES), st.sampled_from(LEVELS))
def test_a_level_is_the_matrix_unless_given_and_lowered_only_with_a_reason(
    likelihood: str, severity: str, given_level: str
) -> None:
    plain = Risk.model_validate(risk(likelihood=likelihood, severity=severity, measures=[]))
    level = MATRIX.level(likelihood=likelihood, severity=severity)
    assert plain.levels(MATRIX)[0] == level

    document = dpia_document(
        risks=[
            risk(likelihood=likelihood, severity=severity, overall=given_level),
            risk(id="r2", code="not-sharing"),
        ]
    )
    is_lower = LEVELS.index(given_level) < LEVELS.index(level)
    assert document.risks[0].levels(MATRIX)[0] == given_level
    assert pointers(document.gaps(LAW)) == (["/risks/0/why_lower"] if is_lower else [])
    assert document.findings(LAW, dpo_designated=False).advice_wanted == is_lower


def test_a_residual_risk_that_stays_high_is_found() -> None:
    high = dpia_document(risks=[risk(residual_likelihood="probable", residual_severity="severe")])
    assert high.findings(LAW, dpo_designated=True).high_residual
    assert not dpia_document().findings(LAW, dpo_designated=True).high_residual


def test_not_required_wants_the_view_of_the_dpo() -> None:
    assert screened().findings(LAW, dpo_designated=False) == Findings(required=False, advice_wanted=True)


def test_ethics_passes_at_the_pass_score() -> None:
    assert ethics_document(3).findings(LAW, dpo_designated=False).weaknesses == ()


def test_ethics_fails_below_it_in_each_critical_question_and_in_the_mean() -> None:
    found = pointers(ethics_document(2).findings(LAW, dpo_designated=False).weaknesses)
    assert found[-1] == "/answers"
    assert {"/answers/lawful-basis", "/answers/human-review", "/answers/independent-advice"} <= {*found}


def test_one_critical_answer_is_enough_to_fail() -> None:
    answers = ethics(5)["answers"]
    answers["human-review"]["score"] = 2
    weak = ethics_document(5, answers=answers).findings(LAW, dpo_designated=False).weaknesses
    assert pointers(weak) == ["/answers/human-review"]


@pytest.mark.parametrize(("said", "is_critical"), [("yes", True), ("unclear", True), ("no", False)])
def test_an_unclear_trigger_counts_as_yes(said: str, is_critical: bool) -> None:
    answers = ethics(5)["answers"]
    answers["independent-advice"]["score"] = 0
    triggers = {trigger.code: "no" for trigger in LAW.ethics.triggers} | {"predictive": said}
    weak = ethics_document(5, answers=answers, triggers=triggers).findings(LAW, dpo_designated=False)
    assert bool(weak.weaknesses) == is_critical


def test_every_condition_has_an_owner() -> None:
    weak = ethics_document(conditions=[{"text": "Review."}]).findings(LAW, dpo_designated=False).weaknesses
    assert pointers(weak) == ["/conditions/0/owner"]


def test_ethics_asks_for_every_trigger_every_answer_its_evidence_and_its_owner() -> None:
    answers = ethics()["answers"]
    del answers["drift"]
    answers["need-stated"] = {"score": 4}
    answers["who-gains"] = {"score": 0, "owner": "Head"}
    document = ethics_document(answers=answers, triggers={}, pilot={"until": "2027-01-31"})
    found = pointers(document.gaps(LAW))
    assert {f"/triggers/{trigger.code}" for trigger in LAW.ethics.triggers} <= {*found}
    assert [p for p in found if not p.startswith("/triggers")] == [
        "/pilot/area",
        "/answers/need-stated/evidence",
        "/answers/need-stated/owner",
        "/answers/drift",
    ]


def test_unknown_questions_and_triggers_are_named() -> None:
    document = ethics_document(answers={"nonsense": {}}, triggers={"rumour": "yes"})
    assert pointers(document.unknown_codes(LAW)) == ["/triggers/rumour", "/answers/nonsense"]


def test_a_text_is_frozen_with_its_schema_and_a_salt_of_its_own() -> None:
    one, other = frozen(dpia_document()), frozen(dpia_document())
    assert digest(one) != digest(other)
    assert json.loads(one)["schema"] == "dpia/1"
    assert frozen(DpiaDocument.model_validate_json(one)) == one


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ('{"covers": ["ISA-1"], "verdict": "fine"}', "/verdict", "unknown"),
        ('{"covers": "ISA-1"}', "/covers", "wrong-type"),
        ('{"covers": ["' + "x" * 65 + '"]}', "/covers/0", "bad-form"),
        ('{"need": {"aim": "' + "x" * 20_001 + '"}}', "/need/aim", "too-long"),
        ('{"screening": {"outcome": "perhaps"}}', "/screening/outcome", "not-a-choice"),
        ('{"risks": [{"id": "R 1"}]}', "/risks/0/id", "bad-form"),
        ('{"risks": [{"id": "r1"}, {"id": "r1"}]}', "", "repeated-risk"),
        ('{"schema": "dpia/2"}', "/schema", "not-a-choice"),
        ('{"supersedes": "../1"}', "/supersedes", "bad-form"),
    ],
)
def test_a_malformed_document_is_refused_at_its_pointer(body: str, pointer: str, code: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        parse(body.encode(), DpiaDocument)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


CONDITION = {"text": "Train all users.", "owner": "Head of service", "due_on": "2027-03-31"}


@pytest.mark.parametrize(
    ("decision", "conditions", "fits"),
    [
        ("approve", [], True),
        ("approve_with_conditions", [CONDITION], True),
        ("reject", [], True),
        ("approve", [CONDITION], False),
        ("approve_with_conditions", [], False),
        ("approve_with_conditions", [CONDITION | {"owner": ""}], False),
    ],
)
def test_conditions_go_with_their_decision(decision: str, conditions: list[Any], fits: bool) -> None:
    body = json.dumps({"decision": decision, "reason": "Because.", "conditions": conditions}).encode()
    if fits:
        assert parse(body, DecisionIn).decision == decision
        return
    with pytest.raises(InvalidFields):
        parse(body, DecisionIn)


def test_the_regulator_replies_after_it_was_asked() -> None:
    body = {
        "reference": "IC-1",
        "submitted_on": "2026-10-02",
        "replied_on": "2026-10-01",
        "outcome": "cleared",
        "text": "No objection.",
    }
    with pytest.raises(InvalidFields) as refused:
        parse(json.dumps(body).encode(), ConsultationIn)
    assert [error.code for error in refused.value.errors] == ["reply-before-question"]
