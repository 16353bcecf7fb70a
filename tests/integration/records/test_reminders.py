"""The daily pass over the whole register: each look raises its tasks once, and ends them with their cause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from registry.agreements.tables import AgreementFlow, AgreementVersion
from registry.assessments.transitions import Kind
from registry.callers import SYSTEM
from registry.db import new_id, table
from registry.organisations.tables import Assurance, Training
from registry.records.actions import exits, remind_at_once, reminding, tasks
from registry.records.actions.acting import Recorded
from registry.records.rules import NoSuchRecord, RecordMayNot, WrongRecordStatus
from registry.records.schemas import ExitEvidenceIn
from registry.records.tables import ExitDuty, Task
from registry.web.body import InvalidFields
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, note_sample, triangle
from tests.samples.records import CERTIFICATE

REVIEW = TODAY + timedelta(days=350)
REVIEWS = ("review-in-3-months", "review-in-1-month", "review-overdue")


def reviews(office: Office, on: date) -> dict[str, int]:
    office.remind(NOW + (on - TODAY))
    return {kind: len(found) for kind in REVIEWS if (found := office.tasks(kind))}


def change(office: Office, model: type[Any], ref: str, **values: Any) -> None:
    with office.db.write() as tx:
        stored = table(model)
        tx.execute(update(stored).where(stored.c.ref == ref).values(**values))
        note_sample(tx)


def evidence(office: Office, identifier: str, role: str = "ig_officer", **changes: Any) -> Recorded:
    body = {"method": "destroyed", "certificate": CERTIFICATE, "done_on": TODAY} | changes
    wanted = ExitEvidenceIn.model_validate(body, strict=False)
    with office.db.write() as tx:
        return exits.evidence(tx, identifier, wanted, acting=office.acting(role, BLACKPOOL))


def test_a_review_is_called_three_months_ahead_one_month_ahead_and_when_it_is_overdue(office: Office) -> None:
    office.desk.active()
    assert reviews(office, REVIEW - timedelta(days=93)) == {}
    assert reviews(office, REVIEW - timedelta(days=92)) == {"review-in-3-months": 2}
    assert reviews(office, REVIEW - timedelta(days=31)) == {"review-in-1-month": 2}
    assert reviews(office, REVIEW) == {"review-in-1-month": 2}
    assert reviews(office, REVIEW + timedelta(days=1)) == {"review-overdue": 2}


def test_a_review_held_ends_its_reminder(office: Office) -> None:
    ref = office.desk.active().ref
    reviews(office, REVIEW + timedelta(days=1))
    change(office, AgreementVersion, ref, review_on=REVIEW + timedelta(days=200))
    assert reviews(office, REVIEW + timedelta(days=1)) == {}


def test_a_second_pass_on_the_same_day_does_nothing(office: Office) -> None:
    office.desk.active()
    office.record()
    later = NOW + timedelta(days=300)
    assert office.remind(later) > 0
    size = office.desk.size()
    assert (office.remind(later), office.desk.size()) == (0, size)


def test_every_task_raised_and_ended_is_in_the_log(office: Office) -> None:
    office.desk.active()
    reviews(office, REVIEW - timedelta(days=92))
    reviews(office, REVIEW - timedelta(days=31))
    raised = [event.members["reason_code"] for event in office.events("task.raised")]
    assert sorted(raised) == ["review-in-1-month"] * 2 + ["review-in-3-months"] * 2
    assert [event.members["reason_code"] for event in office.events("task.done")] == [
        "review-in-3-months"
    ] * 2


def test_a_pass_larger_than_a_batch_is_finished(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "BATCH", 1)
    for _ in range(2):
        office.desk.active()
    assert reviews(office, REVIEW) == {"review-in-1-month": 4}


def test_an_approval_that_runs_out_is_a_task_of_its_adviser(office: Office) -> None:
    ref = office.desk.active().ref
    last = TODAY + timedelta(days=60)
    identifier = office.desk.approved(Kind.DPIA, ref, until=last.isoformat())
    office.remind(NOW - timedelta(days=1))
    assert office.tasks("dpia-review") == []
    office.remind()
    assert office.tasks("dpia-review") == [(LANCASHIRE, "dpo", identifier, last)]


def test_assurance_and_training_call_for_renewal_until_they_are_renewed(office: Office) -> None:
    person = office.desk.cast.people[BLACKPOOL, "siro"]
    last = TODAY + timedelta(days=30)

    def shown(until: date) -> None:
        who = {"organisation": BLACKPOOL, "recorded_by": person, "recorded_at": NOW, "expires_on": until}
        with office.db.write() as tx:
            tx.insert(
                Assurance,
                id=new_id(),
                kind="cyber-essentials-plus",
                level="",
                reference="",
                evidence="",
                **who,
            )
            course = {"role": "siro", "course": "information-risk", "completed_on": TODAY}
            tx.insert(Training, id=new_id(), person=person, **course, **who)
            note_sample(tx)

    shown(last)
    office.remind()
    assert office.tasks("assurance-expiring") == [(BLACKPOOL, "ig_officer", "cyber-essentials-plus", last)]
    assert office.tasks("training-expiring") == [(BLACKPOOL, "siro", person, last)]
    shown(TODAY + timedelta(days=365))
    office.remind()
    assert (office.tasks("assurance-expiring"), office.tasks("training-expiring")) == ([], [])


def test_a_protective_flow_that_goes_on_degraded_alerts_both_duty_desks(office: Office) -> None:
    ref = office.desk.active().ref
    change(office, AgreementFlow, ref, warned_of=["RV-02"])
    office.remind()
    assert office.tasks("duty-alert") == []

    spec = next(row.spec for row in office.desk.rows(AgreementFlow) if row.ref == ref)
    change(office, AgreementFlow, ref, spec=spec | {"protective": True})
    office.remind()
    alerts = office.tasks("duty-alert")
    assert [(body, subject) for body, _, subject, _ in alerts] == [
        (BLACKPOOL, f"{ref}~f1"),
        (LANCASHIRE, f"{ref}~f1"),
    ]


def test_the_end_of_an_agreement_leaves_a_duty_for_each_recipient(office: Office) -> None:
    ref = office.desk.active().ref
    office.remind()
    assert office.desk.rows(ExitDuty) == []
    office.desk.terminate(ref, office.desk.cast(LANCASHIRE, "siro"))

    office.remind()
    (duty,) = office.desk.rows(ExitDuty)
    assert (duty.organisation, duty.ended_on) == (BLACKPOOL, TODAY)
    assert office.tasks("exit-evidence") == [(BLACKPOOL, "ig_officer", duty.id, TODAY + timedelta(days=30))]

    assert evidence(office, duty.id).status == "evidenced"
    assert office.tasks("exit-evidence") == []
    (event,) = office.events("exit.evidenced")
    assert (event.members["evidence"], event.members["reason_code"]) == (CERTIFICATE, "destroyed")
    with pytest.raises(WrongRecordStatus):
        evidence(office, duty.id)
    office.remind(NOW + timedelta(days=40))
    assert office.tasks("exit-evidence") == []


def test_the_recipient_alone_gives_evidence_and_of_what_has_happened(office: Office) -> None:
    ref = office.desk.active().ref
    office.remind(NOW + timedelta(days=701))
    office.desk.daily_pass(NOW + timedelta(days=701))
    office.remind(NOW + timedelta(days=800))
    (duty,) = office.desk.rows(ExitDuty)
    assert duty.ref == ref
    with pytest.raises(RecordMayNot):
        evidence(office, duty.id, "dpo")
    for changes, pointer in (
        ({"method": "eaten"}, "/method"),
        ({"done_on": TODAY + timedelta(days=1)}, "/done_on"),
    ):
        with pytest.raises(InvalidFields) as refused:
            evidence(office, duty.id, **changes)
        assert [error.pointer for error in refused.value.errors] == [pointer]
    with office.db.read() as reading:
        acting = office.acting("auditor", POLICE)
        with pytest.raises(NoSuchRecord):
            exits.read(reading, duty.id, acting=acting)


def test_a_party_that_leaves_returns_what_it_received_while_the_others_go_on(office: Office) -> None:
    ref = office.desk.active(**triangle()).ref
    office.desk.terminate(ref, office.desk.cast(POLICE, "siro"))
    office.remind()
    assert POLICE in {row.organisation for row in office.desk.rows(ExitDuty)}
    assert BLACKPOOL not in {row.organisation for row in office.desk.rows(ExitDuty)}


def test_tasks_are_listed_by_role_and_organisation_with_what_is_due_first_in_front(office: Office) -> None:
    office.desk.active()
    office.record()
    office.remind(NOW + timedelta(days=300))
    with office.db.read() as reading:
        all_ours = tasks.find(reading, mine=False, done=False, acting=office.acting("dpo"))
        mine = tasks.find(reading, mine=True, done=False, acting=office.acting("dpo"))
        theirs = tasks.find(reading, mine=False, done=False, acting=office.acting("dpo", BLACKPOOL))
    days = [row.due_on for row in all_ours]
    assert days == sorted(days)
    assert {row.organisation for row in all_ours} == {LANCASHIRE}
    assert {(row.role, row.kind) for row in mine} == {("dpo", "break-glass-review")}
    assert {row.kind for row in theirs} == {"review-in-3-months"}
    assert len(office.desk.rows(Task)) == len(all_ours) + len(theirs)


def test_what_the_log_calls_for_is_not_left_to_the_next_day(office: Office) -> None:
    ref = office.desk.active().ref
    office.remind()
    acting, size = office.by(SYSTEM), office.desk.size()
    assert remind_at_once(office.db, size, acting=acting) == size

    office.desk.terminate(ref, office.desk.cast(LANCASHIRE, "siro"))
    seen = remind_at_once(office.db, size, acting=acting)
    assert size < seen <= office.desk.size()
    assert len(office.tasks("exit-evidence")) == 1


def test_workers_that_remind_at_once_leave_each_task_once(office: Office) -> None:
    for _ in range(3):
        office.desk.active()
    later = NOW + timedelta(days=340)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(office.remind, [later] * 4))
    office.remind(later)
    raised = [event.subject_id for event in office.events("task.raised")]
    assert len(raised) == len(set(raised)) == len(office.tasks("review-in-1-month")) == 6
