"""What was asked in an emergency is asked after until it is recorded, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.auditlog import append_many
from registry.callers import SYSTEM
from registry.openings.entitlement import entry_of
from registry.records.actions import evaluations, stubs, tasks
from registry.records.actions.evaluations import EvaluationRecords
from registry.records.actions.stubs import EmergencyAsked
from registry.records.rules import RecordMayNot
from registry.records.tables import EmergencyStub, Task
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY
from tests.samples.records import EVALUATION

TOMORROW = TODAY + timedelta(days=1)
ASKED = EmergencyAsked(
    owner=LANCASHIRE,
    holder=LANCASHIRE,
    recipient=BLACKPOOL,
    evaluation_id=EVALUATION,
    purpose="child-safeguarding",
    category="safeguarding-flag",
    asked_at=NOW,
)


def ask(office: Office, *asked: EmergencyAsked) -> None:
    with office.db.write() as tx:
        if events := stubs.open_stubs(tx, asked or (ASKED,), acting=office.by(SYSTEM)):
            append_many(tx, events)


def still_open(office: Office) -> list[str]:
    with office.db.read() as reading:
        return [row.evaluation_id for row in stubs.find_open(reading, acting=office.acting())]


def records(office: Office, role: str, organisation: str = LANCASHIRE) -> EvaluationRecords:
    with office.db.read() as reading:
        return evaluations.find_records(reading, EVALUATION, acting=office.acting(role, organisation))


def test_a_stub_is_opened_with_a_task_and_the_log_holds_codes_alone(office: Office) -> None:
    ask(office)
    [stub] = office.desk.rows(EmergencyStub)
    assert (stub.owner, stub.evaluation_id, stub.due_on, stub.record) == (
        LANCASHIRE,
        EVALUATION,
        TOMORROW,
        None,
    )
    assert office.tasks("break-glass-record") == [(LANCASHIRE, "ig_officer", stub.id, TOMORROW)]
    [event] = office.events("emergency.opened")
    assert (event.subject_id, event.org) == (stub.id, "")
    with office.db.read() as reading:
        assert entry_of(reading, event).owner == LANCASHIRE


def test_the_same_thing_asked_again_opens_no_other(office: Office) -> None:
    again = EmergencyAsked(LANCASHIRE, LANCASHIRE, BLACKPOOL, "x.2", *_about(ASKED), asked_at=NOW)
    other = EmergencyAsked(LANCASHIRE, LANCASHIRE, POLICE, "x.3", *_about(ASKED), asked_at=NOW)
    ask(office)
    ask(office, again, other)
    assert [row.evaluation_id for row in office.desk.rows(EmergencyStub)] == [EVALUATION, "x.3"]


def test_the_record_closes_the_stub_and_ends_its_task(office: Office) -> None:
    ask(office)
    record = office.record()
    [stub] = office.desk.rows(EmergencyStub)
    assert stub.record == record.id
    assert office.tasks("break-glass-record") == []
    assert office.remind() == 0


def test_a_record_of_something_else_leaves_it_open(office: Office) -> None:
    ask(office)
    office.record(evaluation_id=None, recipient=POLICE)
    assert len(office.tasks("break-glass-record")) == 1


def test_a_person_may_say_that_there_is_nothing_to_record_and_nobody_asks_again(office: Office) -> None:
    ask(office)
    [task] = [row for row in office.desk.rows(Task) if row.kind == "break-glass-record"]
    with office.db.write() as tx:
        tasks.tick_off(tx, task.id, acting=office.acting())
    office.remind()
    assert office.tasks("break-glass-record") == []
    assert still_open(office) == []


def test_it_is_asked_for_a_month_and_no_longer(office: Office) -> None:
    ask(office)
    office.remind(NOW + timedelta(days=30))
    assert len(office.tasks("break-glass-record")) == 1
    office.remind(NOW + timedelta(days=33))
    assert office.tasks("break-glass-record") == []
    assert still_open(office) == []


def test_stubs_that_were_closed_make_room_for_others(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stubs, "MAX_OPEN", 1)
    later = replace(ASKED, evaluation_id="x.2", category="contact")
    ask(office, ASKED, later)
    [task] = [row for row in office.desk.rows(Task) if row.kind == "break-glass-record"]
    with office.db.write() as tx:
        tasks.tick_off(tx, task.id, acting=office.acting())
    ask(office, later)
    assert still_open(office) == ["x.2"]


def test_an_answer_leads_to_what_was_recorded_after_it(office: Office) -> None:
    ask(office)
    awaited = records(office, "ig_officer")
    assert [row.evaluation_id for row in awaited.awaited or ()] == [EVALUATION]
    made = office.record()
    found = records(office, "ig_officer")
    assert [row.id for row in found.emergencies or ()] == [made.id]
    assert (list(found.disclosures), list(found.awaited or ())) == ([], [])


def test_emergencies_are_told_to_those_who_may_know_and_to_no_other_body(office: Office) -> None:
    ask(office)
    assert records(office, "auditor").awaited is None
    assert list(records(office, "ig_officer", BLACKPOOL).awaited or ()) == []
    with office.db.read() as reading, pytest.raises(RecordMayNot):
        stubs.find_open(reading, acting=office.acting("auditor"))


def _about(asked: EmergencyAsked) -> tuple[str, str]:
    return asked.purpose, asked.category
