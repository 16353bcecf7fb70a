"""An assessment's life, from draft to its end, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.assessments import actions, queries, rules
from registry.assessments.actions import Acting
from registry.assessments.schemas import AdoptionIn, AdviceIn, ConsultationIn, DecisionIn, RevocationIn
from registry.assessments.tables import AssessmentText
from registry.assessments.transitions import Kind, Status
from registry.auditlog import history, log_size, read_events
from registry.callers import SYSTEM
from registry.db import table
from registry.errors import NotFound, PreconditionMissing, StaleVersion
from registry.organisations.actions import end_role, grant_role
from registry.web.body import InvalidFields
from registry.web.documents import digest
from tests.integration.assessments.conftest import Office, document_of
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY
from tests.samples.assessments import LAW, not_required, risk

APPROVAL = DecisionIn(decision="approve", reason="The risk is acceptable.")
EACH_KIND = pytest.mark.parametrize("kind", Kind)
HIGH = [
    risk(residual_likelihood="probable", residual_severity="severe"),
    risk(id="r2", code="not-sharing", source="A child is harmed unseen."),
]


def status(office: Office, kind: Kind, identifier: str) -> str:
    with office.db.read() as reading:
        stored = queries.find(reading, kind, identifier)
    assert stored is not None
    return stored.status


def role_held(acting: Acting, role: str) -> dict[str, str]:
    return {"person": acting.person, "organisation": acting.caller.organisation, "role": role}


def size(office: Office) -> int:
    with office.db.read() as reading:
        return log_size(reading)


@EACH_KIND
def test_an_assessment_is_written_advised_on_and_approved(office: Office, kind: Kind) -> None:
    made = office.create(kind)
    submitted = office.submit(kind, made.id)
    advised = office.advise(kind, made.id)
    decided = office.decide(kind, made.id, until="2027-11-21")

    waiting = ("dpo_advice", "approval") if kind is Kind.DPIA else ("panel_advice", "decision")
    steps = (made, submitted, advised, decided)
    assert tuple(step.status for step in steps) == ("draft", *waiting, "approved")
    assert {step.hash for step in steps} == {made.hash}
    assert [step.etag for step in steps] == ['"1"', '"2"', '"3"', '"4"']
    assert [step.log_size - step.log_index for step in steps] == [1, 1, 1, 1]


@EACH_KIND
def test_every_entry_is_sealed_and_names_no_person(office: Office, kind: Kind) -> None:
    identifier = office.approved(kind)
    with office.db.read() as reading:
        events = history(reading, "dpia" if kind is Kind.DPIA else "ethics-assessment", identifier)
        rows = reading.connection.exec_driver_sql("SELECT body FROM log_entry ORDER BY idx").all()
    assert [event.type for event in reversed(events)] == [
        f"{kind}.{name}" for name in ("drafted", "submitted", "advised", "decided")
    ]
    assert {bytes(row.body)[:5] for row in rows[1:]} == {b'{"c":'}
    assert events[0].members["role"] == "siro"
    assert all(event.members["actor"].startswith("c1:") for event in events)


def test_the_bytes_that_were_hashed_are_kept(office: Office) -> None:
    made = office.create(Kind.DPIA)
    with office.db.read() as reading:
        stored = queries.find(reading, Kind.DPIA, made.id)
    assert stored is not None
    assert digest(stored.document) == stored.hash == made.hash


def test_an_edit_keeps_the_text_before_and_needs_the_present_tag(office: Office) -> None:
    made = office.create(Kind.DPIA)
    document, acting = document_of(Kind.DPIA, covers=["ISA-1", "ISA-2"]), office.acting("ig_officer")
    for tag, refusal in ((None, PreconditionMissing), ('"7"', StaleVersion), ('W/"1"', StaleVersion)):
        with pytest.raises(refusal), office.db.write() as tx:
            actions.edit(tx, Kind.DPIA, made.id, document, acting=acting, if_match=tag)

    with office.db.write() as tx:
        edited = actions.edit(tx, Kind.DPIA, made.id, document, acting=acting, if_match='"1"')
    assert (edited.status, edited.etag) == ("draft", '"2"')
    assert edited.hash != made.hash
    with office.db.read() as reading:
        kept = reading.all(select(table(AssessmentText)))
        assert {row.hash for row in kept} == {made.hash, edited.hash}
        assert queries.refs_covered(reading, [made.id]) == ["ISA-1", "ISA-2"]


def test_an_edit_moves_between_screening_and_draft(office: Office) -> None:
    made = office.create(Kind.DPIA, **not_required())
    assert made.status == "screening"
    with office.db.write() as tx:
        edited = actions.edit(
            tx,
            Kind.DPIA,
            made.id,
            document_of(Kind.DPIA),
            acting=office.acting("ig_officer"),
            if_match="*",
        )
    assert edited.status == "draft"


def test_what_comes_back_becomes_the_next_version_and_needs_new_advice(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    assert office.decide(Kind.DPIA, identifier, decision="reject").status == "rejected"
    with office.db.write() as tx:
        actions.edit(
            tx,
            Kind.DPIA,
            identifier,
            document_of(Kind.DPIA, title={"en": "Second try"}),
            acting=office.acting("ig_officer"),
            if_match="*",
        )
    with office.db.read() as reading:
        [covering] = queries.covering(reading, "ISA-1")
        stored = queries.find(reading, Kind.DPIA, identifier)
    assert stored is not None
    assert stored.version == 2
    assert not covering.advised
    assert office.submit(Kind.DPIA, identifier).status == "dpo_advice"


def test_what_is_not_required_is_advised_on_and_decided_too(office: Office) -> None:
    identifier = office.advised(Kind.DPIA, **not_required())
    assert office.decide(Kind.DPIA, identifier).status == "not_required"
    with office.db.read() as reading:
        [covering] = queries.covering(reading, "ISA-1")
    assert (covering.not_required, covering.approved, covering.advised) == (True, False, True)


def test_a_high_residual_risk_waits_for_the_regulator(office: Office) -> None:
    identifier = office.advised(Kind.DPIA, risks=HIGH)
    assert status(office, Kind.DPIA, identifier) == "high_residual"
    before = size(office)
    with pytest.raises(rules.RegulatorNotConsulted):
        office.decide(Kind.DPIA, identifier)
    assert size(office) == before

    reply = ConsultationIn(
        reference="IC-2026-1",
        submitted_on=TODAY - timedelta(days=50),
        replied_on=TODAY,
        outcome="cleared",
        text="No objection.",
    )
    with office.db.write() as tx:
        consulted = actions.consult(tx, Kind.DPIA, identifier, reply, acting=office.acting("dpo"))
    assert consulted.status == "regulator_consulted"
    assert office.decide(Kind.DPIA, identifier).status == "approved"


@EACH_KIND
def test_an_author_cannot_approve(office: Office, kind: Kind) -> None:
    identifier = office.advised(kind)
    author = office.acting("ig_officer")
    promoted = replace(author, caller=replace(author.caller, roles=frozenset({"ig_officer", "siro"})))
    before = size(office)
    with pytest.raises(rules.AuthorDecides):
        office.decide(kind, identifier, acting=promoted)
    assert size(office) == before


def test_a_dpo_cannot_approve(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    with pytest.raises(rules.AdviserDecides):
        office.decide(Kind.DPIA, identifier, acting=office.acting("dpo", second=True))


def test_the_panels_voice_cannot_approve_but_another_ethics_lead_can(office: Office) -> None:
    identifier = office.advised(Kind.ETHICS)
    with pytest.raises(rules.AdviserDecides):
        office.decide(Kind.ETHICS, identifier, acting=office.acting("ethics_lead"))
    other = office.acting("ethics_lead", second=True)
    assert office.decide(Kind.ETHICS, identifier, acting=other).status == "approved"


@EACH_KIND
def test_no_approval_before_the_advice(office: Office, kind: Kind) -> None:
    made = office.create(kind)
    office.submit(kind, made.id)
    with pytest.raises(rules.AdviceNotGiven):
        office.decide(kind, made.id)


@EACH_KIND
def test_a_second_decision_is_refused_and_leaves_no_entry(office: Office, kind: Kind) -> None:
    identifier = office.approved(kind)
    before = size(office)
    with pytest.raises(rules.WrongAssessmentStatus):
        office.decide(kind, identifier, decision="reject")
    assert size(office) == before
    assert status(office, kind, identifier) == "approved"


def test_of_two_decisions_at_the_same_time_one_counts(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    before = size(office)

    def decide(decision: str) -> bool:
        try:
            office.decide(Kind.DPIA, identifier, decision=decision)
        except rules.WrongAssessmentStatus:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(decide, ("approve", "reject"))) == [False, True]
    assert size(office) == before + 1


def test_a_decision_that_is_rolled_back_leaves_no_entry(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    before = size(office)

    def decide_and_fail() -> None:
        with office.db.write() as tx:
            actions.decide(tx, Kind.DPIA, identifier, APPROVAL, acting=office.acting("siro"))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        decide_and_fail()
    assert size(office) == before
    assert status(office, Kind.DPIA, identifier) == "approval"


def test_weak_answers_are_not_approved(office: Office) -> None:
    made = office.create(Kind.ETHICS, score=2)
    office.submit(Kind.ETHICS, made.id)
    office.advise(Kind.ETHICS, made.id, "against")
    with pytest.raises(rules.EthicsNotPassed) as refused:
        office.decide(Kind.ETHICS, made.id)
    assert "/answers/human-review" in {error.pointer for error in refused.value.errors}
    assert office.decide(Kind.ETHICS, made.id, decision="reject").status == "rejected"


def test_a_pilot_is_approved_until_its_end(office: Office) -> None:
    ends = TODAY + timedelta(days=30)
    identifier = office.advised(Kind.ETHICS, pilot={"area": "Preston", "until": ends.isoformat()})
    assert office.decide(Kind.ETHICS, identifier, until="2030-01-01").status == "approved_for_pilot"
    with office.db.read() as reading:
        [covering] = queries.covering(reading, "ISA-1")
    assert covering.valid_until == ends
    assert covering.is_valid(ends)
    assert not covering.is_valid(ends + timedelta(days=1))


def test_an_approval_falls_due_when_its_last_day_is_over(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    office.decide(Kind.DPIA, identifier, until=TODAY.isoformat())
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=NOW, limit=10, law=LAW) == 0
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=NOW + timedelta(days=1), limit=10, law=LAW) == 1
    with office.db.write() as tx:
        assert actions.fall_due(tx, now=NOW + timedelta(days=1), limit=10, law=LAW) == 0
    with office.db.read() as reading:
        newest = read_events(reading, log_size(reading) - 1)[0]
    assert (newest.type, newest.org, newest.members["actor"]) == ("dpia.review_due", "", None)


def test_a_newer_approval_ends_the_one_it_supersedes(office: Office) -> None:
    first = office.approved(Kind.DPIA)
    second = office.advised(Kind.DPIA, supersedes=first)
    decided = office.decide(Kind.DPIA, second)
    assert decided.log_size == decided.log_index + 2
    assert status(office, Kind.DPIA, first) == "superseded"
    with office.db.read() as reading:
        assert [one.approved for one in queries.covering(reading, "ISA-1")] == [False, True]


def test_an_approval_is_taken_back(office: Office) -> None:
    identifier = office.approved(Kind.DPIA)
    with office.db.write() as tx:
        revoked = actions.revoke(
            tx, Kind.DPIA, identifier, RevocationIn(reason="A breach."), acting=office.acting("siro")
        )
    assert revoked.status == "revoked"


@EACH_KIND
def test_another_controller_adopts_what_was_approved_once(office: Office, kind: Kind) -> None:
    identifier = office.approved(kind)
    police = office.acting("siro", POLICE)
    with office.db.write() as tx:
        adopted = actions.adopt(tx, kind, identifier, AdoptionIn(organisation=POLICE), acting=police)
    assert adopted.status == "approved"
    with pytest.raises(rules.AlreadyAdopted), office.db.write() as tx:
        actions.adopt(tx, kind, identifier, AdoptionIn(organisation=POLICE), acting=police)
    with office.db.read() as reading:
        [covering] = queries.covering(reading, "ISA-1")
    assert covering.adopted_by == {POLICE}


def test_nobody_adopts_a_draft_for_another_body_or_without_being_a_controller(office: Office) -> None:
    draft = office.create(Kind.DPIA, covers=["ISA-1", "ISA-2"])
    attempts = (
        (POLICE, POLICE, rules.WrongAssessmentStatus),
        (POLICE, LANCASHIRE, rules.NotForYourOrganisation),
        (BLACKPOOL, BLACKPOOL, rules.NotAController),
        (LANCASHIRE, LANCASHIRE, rules.AssessmentMayNot),
    )
    for organisation, named, refusal in attempts:
        acting = office.acting("dpo", organisation)
        with pytest.raises(refusal), office.db.write() as tx:
            actions.adopt(tx, Kind.DPIA, draft.id, AdoptionIn(organisation=named), acting=acting)


def test_a_party_reads_a_draft_and_a_stranger_does_not_know_of_it(office: Office) -> None:
    draft = office.create(Kind.DPIA)
    with office.db.read() as reading:
        found, etag = actions.read(reading, Kind.DPIA, draft.id, acting=office.acting("dpo", POLICE))
        assert (found.hash, etag) == (draft.hash, draft.etag)
        assert found.levels["r1"] == {"overall": "high", "residual": "medium"}
        with pytest.raises(rules.NoSuchAssessment):
            actions.read(reading, Kind.DPIA, draft.id, acting=office.acting("dpo", BLACKPOOL))
        with pytest.raises(rules.NoSuchAssessment):
            actions.read(reading, Kind.ETHICS, draft.id, acting=office.acting("dpo"))


def test_a_reader_changes_nothing_and_a_stranger_is_told_nothing(office: Office) -> None:
    draft = office.create(Kind.DPIA)
    for organisation, refusal in ((POLICE, rules.AssessmentMayNot), (BLACKPOOL, NotFound)):
        acting = office.acting("ig_officer", organisation)
        with pytest.raises(refusal), office.db.write() as tx:
            actions.submit(tx, Kind.DPIA, draft.id, acting=acting)
    assert status(office, Kind.DPIA, draft.id) == "draft"


def test_a_role_that_has_ended_lets_nobody_in(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    siro = office.acting("siro")
    with office.db.write() as tx:
        end_role(tx, **role_held(siro, "siro"), caller=SYSTEM, now=NOW)
    with pytest.raises(rules.AssessmentMayNot):
        office.decide(Kind.DPIA, identifier, acting=siro)


def test_the_answer_tells_what_was_said_and_where_the_log_says_so(office: Office) -> None:
    identifier = office.approved(Kind.DPIA)
    with office.db.read() as reading:
        found, _ = actions.read(reading, Kind.DPIA, identifier, acting=office.acting("auditor"))
    assert [advice.advice for advice in found.advice] == ["support"]
    assert [(one.decision, one.valid_until) for one in found.decisions] == [("approve", None)]
    assert [entry.type.partition(".")[2] for entry in found.history] == [
        "drafted",
        "submitted",
        "advised",
        "decided",
    ]
    assert found.document["schema"] == "dpia/1"


@EACH_KIND
def test_an_unfinished_assessment_is_not_submitted(office: Office, kind: Kind) -> None:
    made = office.create(kind, covers=[])
    before = size(office)
    with pytest.raises(rules.AssessmentUnfinished) as refused:
        office.submit(kind, made.id)
    assert [error.pointer for error in refused.value.errors] == ["/covers"]
    assert size(office) == before


@EACH_KIND
def test_what_a_document_names_must_be_there(office: Office, kind: Kind) -> None:
    before = size(office)
    with pytest.raises(InvalidFields) as refused:
        office.create(
            kind,
            covers=["ISA-1", "ISA-3", "ISA-9"],
            scope={"categories": ["gossip"], "purposes": [], "parties": ["gss:E99999999"]},
            supersedes="01900000-0000-7000-8000-000000000000",
        )
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/scope/categories/0", "unknown-code"),
        ("/covers/1", "unknown-agreement"),
        ("/covers/2", "unknown-agreement"),
        ("/scope/parties/0", "unknown-organisation"),
        ("/supersedes", "unknown-assessment"),
    ]
    assert size(office) == before


def test_an_alias_in_the_scope_counts_as_the_primary_identifier(office: Office) -> None:
    scope = {"categories": [], "purposes": [], "parties": ["orgid:GB-LAE-LAN"]}
    office.create(Kind.DPIA, scope=scope)
    with office.db.read() as reading:
        [covering] = queries.covering(reading, "ISA-1")
    assert covering.scope_parties == {LANCASHIRE}


def test_an_agreement_finds_what_covers_it(office: Office) -> None:
    identifier = office.approved(Kind.DPIA, covers=["ISA-1", "ISA-2"])
    office.create(Kind.ETHICS, covers=["ISA-2"])
    with office.db.read() as reading:
        found = queries.covering_many(reading, ["ISA-1", "ISA-2", "ISA-3"])
    assert [len(found[ref]) for ref in ("ISA-1", "ISA-2", "ISA-3")] == [1, 2, 0]
    covering = found["ISA-1"][0]
    assert (covering.id, covering.kind, covering.owner) == (identifier, Kind.DPIA, LANCASHIRE)
    assert (covering.status, covering.approved, covering.advised) == (Status.APPROVED, True, True)
    assert covering.scope_categories == {"safeguarding-flag"}
    assert covering.valid_until is None


def test_a_decision_for_the_past_is_refused(office: Office) -> None:
    identifier = office.advised(Kind.DPIA)
    with pytest.raises(rules.ApprovalAlreadyOver):
        office.decide(Kind.DPIA, identifier, until=date(2026, 1, 1).isoformat())


def test_who_has_no_dpo_goes_straight_to_the_decision(office: Office) -> None:
    with office.db.write() as tx:
        tx.connection.exec_driver_sql("UPDATE organisation SET dpo_designated = false")
    made = office.create(Kind.DPIA)
    assert office.submit(Kind.DPIA, made.id).status == "approval"


def test_advice_from_an_author_is_refused(office: Office) -> None:
    made = office.create(Kind.DPIA)
    office.submit(Kind.DPIA, made.id)
    author = office.acting("ig_officer")
    with office.db.write() as tx:
        grant_role(tx, **role_held(author, "dpo"), caller=SYSTEM, now=NOW)
    both = replace(author, caller=replace(author.caller, roles=frozenset({"ig_officer", "dpo"})))
    with pytest.raises(rules.AuthorAdvises), office.db.write() as tx:
        actions.advise(tx, Kind.DPIA, made.id, AdviceIn(advice="support", text="Fine."), acting=both)


def test_the_sample_passes_the_law_it_is_judged_by() -> None:
    assert document_of(Kind.DPIA).unknown_codes(LAW) == ()
