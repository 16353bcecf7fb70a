"""What leads to an approval and what is done about it later: regulator, stages, versions. Both databases."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from registry.assessments import actions, queries, rules
from registry.assessments.actions import AssessmentChanged
from registry.assessments.actions.drafting import AnyDocument
from registry.assessments.queries import CoveringAssessment
from registry.assessments.schemas import (
    AnswerIn,
    AssessmentOut,
    ConditionMetIn,
    ConsultationIn,
    EffectIn,
    ExtensionIn,
    MatrixIn,
    PanelAdviceIn,
    ReopenIn,
    ReplyIn,
    ReviewCallIn,
    ReviewHeldIn,
    RevisionIn,
    RollOutIn,
)
from registry.assessments.transitions import Kind
from registry.auditlog import log_size, read_events
from registry.web.body import InvalidFields
from tests.integration.assessments.conftest import Office, document_of
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY
from tests.samples.assessments import LAW, risk

EACH_KIND = pytest.mark.parametrize("kind", Kind)
HIGH = [
    risk(residual_likelihood="probable", residual_severity="severe"),
    risk(id="r2", code="not-sharing", source="A child is harmed unseen."),
]
CONDITION = {"text": "Train everyone.", "owner": "Head of service", "due_on": "2026-11-30"}
WITH_CONDITION: dict[str, Any] = {"decision": "approve_with_conditions", "conditions": [CONDITION]}


def did(office: Office, act: Any, kind: Kind, identifier: str, wanted: Any, role: str) -> AssessmentChanged:
    """One act of a person at Lancashire, in a transaction of its own."""
    with office.db.write() as tx:
        changed: AssessmentChanged = act(tx, kind, identifier, wanted, acting=office.acting(role))
    return changed


def shown(office: Office, kind: Kind, identifier: str, *, days_later: int = 0) -> AssessmentOut:
    with office.db.read() as reading:
        acting = office.acting("auditor", now=NOW + timedelta(days=days_later))
        return actions.read(reading, kind, identifier, acting=acting)[0]


def covering(office: Office, ref: str = "ISA-1") -> CoveringAssessment:
    with office.db.read() as reading:
        return queries.covering(reading, ref)[-1]


def newest_event(office: Office) -> tuple[str, str | None]:
    with office.db.read() as reading:
        event = read_events(reading, log_size(reading) - 1)[0]
    return event.type, event.members.get("reason_code")


def edit(office: Office, kind: Kind, identifier: str, document: AnyDocument) -> AssessmentChanged:
    with office.db.write() as tx:
        return actions.edit(tx, kind, identifier, document, acting=office.acting("ig_officer"), if_match="*")


def test_a_question_to_the_regulator_waits_and_is_answered(office: Office) -> None:
    identifier = office.advised(Kind.DPIA, risks=HIGH)
    assert covering(office).lacks_consultation
    asked = ConsultationIn(reference="IC-1", submitted_on=TODAY - timedelta(days=60))
    did(office, actions.consult, Kind.DPIA, identifier, asked, "dpo")
    assert covering(office).consultation == "submitted"
    [consultation] = shown(office, Kind.DPIA, identifier).consultations
    assert (consultation.clock.overdue, consultation.clock.days_left) == (True, -4)
    with pytest.raises(rules.RegulatorNotConsulted):
        office.decide(Kind.DPIA, identifier)

    more_time = ExtensionIn(extended_on=TODAY, reason="It is complex.")
    did(office, actions.extend, Kind.DPIA, identifier, more_time, "dpo")
    with pytest.raises(rules.ConsultationExtended):
        did(office, actions.extend, Kind.DPIA, identifier, more_time, "dpo")
    [consultation] = shown(office, Kind.DPIA, identifier).consultations
    assert (consultation.clock.overdue, consultation.extension_reason) == (False, "It is complex.")

    early = ReplyIn(replied_on=TODAY - timedelta(days=61), outcome="advice", text="Keep less.")
    with pytest.raises(InvalidFields):
        did(office, actions.reply, Kind.DPIA, identifier, early, "dpo")
    late = early.model_copy(update={"replied_on": TODAY + timedelta(days=1)})
    with pytest.raises(rules.DayNotCome):
        did(office, actions.reply, Kind.DPIA, identifier, late, "dpo")
    today = early.model_copy(update={"replied_on": TODAY})
    did(office, actions.reply, Kind.DPIA, identifier, today, "dpo")
    assert not covering(office).lacks_consultation
    assert office.decide(Kind.DPIA, identifier).status == "approved"


def test_an_approval_against_the_advice_is_told_with_its_reasons(office: Office) -> None:
    made = office.create(Kind.DPIA)
    office.submit(Kind.DPIA, made.id)
    office.advise(Kind.DPIA, made.id, "against")
    office.decide(Kind.DPIA, made.id)
    assert covering(office).overruled_without_reasons
    reasons = AnswerIn(reason="The concern is met.")
    with pytest.raises(rules.AdviserDecides):
        did(office, actions.answer, Kind.DPIA, made.id, reasons, "dpo")
    did(office, actions.answer, Kind.DPIA, made.id, reasons, "siro")
    found = covering(office)
    assert (found.overruled, found.overruled_without_reasons) == (True, False)


def test_an_approval_that_follows_the_advice_has_nothing_to_answer(office: Office) -> None:
    identifier = office.approved(Kind.DPIA)
    with pytest.raises(rules.NothingToAnswer):
        did(office, actions.answer, Kind.DPIA, identifier, AnswerIn(reason="Why?"), "siro")


@EACH_KIND
def test_a_condition_is_met_once_with_its_evidence(office: Office, kind: Kind) -> None:
    identifier = office.advised(kind)
    office.decide(kind, identifier, **WITH_CONDITION)
    number = len(shown(office, kind, identifier).conditions)
    assert covering(office).overdue_conditions(date(2026, 12, 1)) == 1
    met = ConditionMetIn(number=number, evidence="Register, page 4", met_on=TODAY)
    did(office, actions.meet, kind, identifier, met, "ig_officer")
    condition = shown(office, kind, identifier).conditions[-1]
    assert (condition.met_on, condition.evidence) == (TODAY, "Register, page 4")
    assert covering(office).overdue_conditions(date(2026, 12, 1)) == 0
    with pytest.raises(rules.NoOpenCondition):
        did(office, actions.meet, kind, identifier, met, "ig_officer")


def test_a_review_is_called_held_and_makes_a_dpia_young_again(office: Office) -> None:
    identifier = office.approved(Kind.DPIA)
    call = ReviewCallIn(trigger="breach", text="A flag went astray.")
    did(office, actions.call_review, Kind.DPIA, identifier, call, "dpo")
    review = shown(office, Kind.DPIA, identifier).review
    assert review is not None
    assert (review.state, review.triggers) == ("called", ("breach",))
    assert covering(office).is_valid(TODAY)
    did(office, actions.confirm_review, Kind.DPIA, identifier, ReviewHeldIn(reason="Holds."), "siro")
    review = shown(office, Kind.DPIA, identifier, days_later=10).review
    assert review is not None
    assert (review.state, review.age_days) == ("current", 10)


def test_the_registry_calls_for_the_review_of_an_old_dpia_once(office: Office) -> None:
    identifier = office.approved(Kind.DPIA)
    later = NOW + timedelta(days=732)
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=NOW + timedelta(days=730), limit=10, law=LAW) == 0
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=later, limit=10, law=LAW) == 1
    assert newest_event(office) == ("dpia.review_called", "age")
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=later, limit=10, law=LAW) == 0
    review = shown(office, Kind.DPIA, identifier, days_later=732).review
    assert review is not None
    assert review.state == "called"
    assert covering(office).age_days(TODAY + timedelta(days=732)) == 732


def test_a_breach_calls_for_the_review_of_every_dpia_of_an_agreement(office: Office) -> None:
    office.approved(Kind.DPIA)
    office.approved(Kind.DPIA, covers=["ISA-1", "ISA-2"])
    office.create(Kind.DPIA)
    with office.db.write() as tx:
        assert actions.call_reviews(tx, "ISA-1", trigger="breach", now=NOW) == 2
    assert covering(office, "ISA-2").approval.open_reviews == ("breach",)


@EACH_KIND
def test_a_decided_assessment_is_revised_and_both_versions_compared(office: Office, kind: Kind) -> None:
    first = office.approved(kind)
    with office.db.write() as tx:
        revised = actions.revise(tx, kind, RevisionIn(revises=first), acting=office.acting("ig_officer"))
    document = document_of(kind, supersedes=first, title={"en": "Second"})
    edit(office, kind, revised.id, document)
    with office.db.read() as reading:
        acting = office.acting("auditor")
        listed = actions.list_versions(reading, kind, revised.id, acting=acting)
        found = actions.compare(reading, kind, revised.id, None, None, acting=acting)
        with pytest.raises(rules.NoSuchVersion):
            actions.compare(reading, kind, first, None, None, acting=acting)
    assert [(one.assessment, one.number) for one in listed] == [(first, 1), (revised.id, 2)]
    assert [(one.pointer, one.after) for one in found.differences] == [("/title", {"en": "Second"})]
    assert shown(office, kind, first).status == "approved"


def test_a_draft_is_edited_not_revised(office: Office) -> None:
    draft = office.create(Kind.DPIA)
    wanted = RevisionIn(revises=draft.id)
    with pytest.raises(rules.WrongAssessmentStatus), office.db.write() as tx:
        actions.revise(tx, Kind.DPIA, wanted, acting=office.acting("ig_officer"))


def test_coverage_is_told_agreement_by_agreement(office: Office) -> None:
    identifier = office.create(Kind.DPIA, covers=["ISA-1", "ISA-2"]).id
    coverage = {one.ref: one for one in shown(office, Kind.DPIA, identifier).coverage}
    assert coverage["ISA-1"].covered
    assert coverage["ISA-2"].missing_parties == ["gss:E06000009"]


def test_a_tightened_matrix_judges_the_bodys_own_dpias(office: Office) -> None:
    cells = {"significant": {"possible": "high"}}
    with office.db.write() as tx:
        actions.tighten_matrix(tx, MatrixIn(cells=cells), acting=office.acting("siro"))
    identifier = office.advised(Kind.DPIA)
    found = shown(office, Kind.DPIA, identifier)
    assert (found.status, found.levels["r1"]["residual"]) == ("high_residual", "high")
    with office.db.read() as reading:
        own = actions.read_matrix(reading, acting=office.acting("dpo"))
        others = actions.read_matrix(reading, acting=office.acting("dpo", POLICE))
    assert (own.tightened, others.tightened) == (cells, {})
    looser = MatrixIn(cells={"severe": {"possible": "low"}})
    with pytest.raises(InvalidFields), office.db.write() as tx:
        actions.tighten_matrix(tx, looser, acting=office.acting("siro"))
    with pytest.raises(rules.AssessmentMayNot), office.db.write() as tx:
        actions.tighten_matrix(tx, MatrixIn(cells=cells), acting=office.acting("dpo"))


def test_an_idea_permits_nothing_and_goes_on_to_a_pilot(office: Office) -> None:
    identifier = office.advised(Kind.ETHICS, stage="idea", answers={})
    assert office.decide(Kind.ETHICS, identifier).status == "idea_supported"
    assert not covering(office).approved
    pilot = {"area": "Preston", "until": "2027-01-31", "areas": ["E07000123"]}
    edited = edit(office, Kind.ETHICS, identifier, document_of(Kind.ETHICS, pilot=pilot))
    assert edited.status == "draft"
    office.submit(Kind.ETHICS, identifier)
    office.advise(Kind.ETHICS, identifier)
    assert office.decide(Kind.ETHICS, identifier).status == "approved_for_pilot"
    found = covering(office)
    assert found.outside(TODAY, area="E06000009", model_version="2.1") == ("E06000009",)
    assert [one.stage for one in shown(office, Kind.ETHICS, identifier).decisions] == ["idea", "before-pilot"]


def test_drift_ends_an_approval_until_it_is_decided_anew(office: Office) -> None:
    identifier = office.approved(Kind.ETHICS)
    drift = ReopenIn(trigger="drift", text="Errors doubled.")
    reopened = did(office, actions.reopen, Kind.ETHICS, identifier, drift, "ethics_lead")
    assert reopened.status == "reopened"
    assert newest_event(office) == ("ethics.reopened", "drift")
    assert not covering(office).is_valid(TODAY)
    office.submit(Kind.ETHICS, identifier)
    asks = PanelAdviceIn(advice="more-work", text="Test again.")
    did(office, actions.advise, Kind.ETHICS, identifier, asks, "ethics_lead")
    office.decide(Kind.ETHICS, identifier, departure="Tested since.")
    found = covering(office)
    assert (found.is_valid(TODAY), found.overruled, found.overruled_without_reasons) == (True, True, False)


def test_the_effect_is_due_a_year_after_the_roll_out(office: Office) -> None:
    identifier = office.approved(Kind.ETHICS)
    early = RollOutIn(rolled_out_on=TODAY + timedelta(days=1))
    with pytest.raises(rules.DayNotCome):
        did(office, actions.roll_out, Kind.ETHICS, identifier, early, "asset_owner")
    did(office, actions.roll_out, Kind.ETHICS, identifier, RollOutIn(rolled_out_on=TODAY), "asset_owner")
    effects = [shown(office, Kind.ETHICS, identifier, days_later=days).effect for days in (364, 365)]
    assert [effect.state for effect in effects if effect] == ["waiting", "due"]
    finding = EffectIn(outcome="partly", text="Some.", evidence="Report 1", reviewed_on=TODAY)
    did(office, actions.review_effect, Kind.ETHICS, identifier, finding, "asset_owner")
    effect = shown(office, Kind.ETHICS, identifier, days_later=365).effect
    assert effect is not None
    assert effect.state == "reviewed"


def test_the_public_record_names_the_body_and_its_dpias(office: Office) -> None:
    dpia = office.create(Kind.DPIA).id
    identifier = office.create(Kind.ETHICS).id
    with office.db.read() as reading:
        record = actions.public_record(reading, identifier, acting=office.acting("auditor", POLICE))
    assert record["organisation_id"] == LANCASHIRE
    assert f"DPIA {dpia}" in record["impact_assessments"]
    assert json.dumps(record)


@EACH_KIND
def test_only_the_owners_people_keep_an_approval(office: Office, kind: Kind) -> None:
    identifier = office.advised(kind)
    office.decide(kind, identifier, **WITH_CONDITION)
    met = ConditionMetIn(number=1, evidence="None.", met_on=TODAY)
    for acting in (office.acting("siro", POLICE), office.acting("auditor")):
        with pytest.raises(rules.AssessmentMayNot), office.db.write() as tx:
            actions.meet(tx, kind, identifier, met, acting=acting)


def test_a_body_lists_its_own_and_what_covers_its_agreements(office: Office) -> None:
    made = [office.create(Kind.DPIA).id for _ in range(3)]

    def found(organisation: str, **asked: Any) -> list[str]:
        asked = {"covers": None, "status": None, "after": "", "limit": 50} | asked
        with office.db.read() as reading:
            page = actions.find(reading, Kind.DPIA, acting=office.acting("auditor", organisation), **asked)
        return [one.id for one in page.results]

    assert found(LANCASHIRE) == made
    assert found(LANCASHIRE, after=made[0], limit=1) == [made[1]]
    assert found(LANCASHIRE, status="approved") == []
    assert found(POLICE) == []
    assert found(POLICE, covers="ISA-1") == made
    assert found(BLACKPOOL, covers="ISA-1") == []
