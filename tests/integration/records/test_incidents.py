"""Incidents: clocks, who may, what the gates are told, and what never reaches the log."""

from datetime import timedelta
from typing import Any

import pytest

from registry import clock
from registry.agreements import actions as agreements
from registry.agreements.schemas import SuspendIn
from registry.assessments.transitions import Kind
from registry.records.actions import Recorded, incidents
from registry.records.queries import open_incidents
from registry.records.rules import ClockStillRuns, NoSuchRecord, RecordMayNot, WrongRecordStatus
from registry.records.schemas import IncidentCloseIn, IncidentUpdateIn
from registry.web.body import InvalidFields
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TRUST

DISCOVERED = NOW - timedelta(hours=1)


def update(office: Office, identifier: str, **changes: Any) -> Recorded:
    wanted = IncidentUpdateIn.model_validate(changes, strict=False)
    with office.db.write() as tx:
        return incidents.update(tx, identifier, wanted, acting=office.acting("dpo"))


def close(office: Office, identifier: str, outcome: str = "contained") -> Recorded:
    with office.db.write() as tx:
        return incidents.close(
            tx, identifier, IncidentCloseIn(outcome=outcome), acting=office.acting("dpo", BLACKPOOL)
        )


def read(office: Office, identifier: str, organisation: str = LANCASHIRE) -> Any:
    with office.db.read() as reading:
        return incidents.read(reading, identifier, acting=office.acting("auditor", organisation))


def test_the_clocks_run_from_the_discovery(office: Office) -> None:
    ref = office.desk.active(incidents={"notify_hours": 24}).ref
    row = read(office, office.report(ref).id)
    assert row.partner_due_at == DISCOVERED + timedelta(hours=24)
    assert row.regulator_due_at == DISCOVERED + timedelta(hours=72)


def test_where_no_hour_is_given_the_clocks_run_from_the_beginning_of_the_day(office: Office) -> None:
    ref = office.desk.active().ref
    row = read(office, office.report(ref, discovered_at=None).id)
    assert row.regulator_due_at == clock.day_start(row.discovered_on) + timedelta(hours=72)
    assert row.partner_due_at is None


def test_a_severe_incident_calls_once_for_the_review_of_every_dpia_that_covers_the_agreement(
    office: Office,
) -> None:
    ref = office.desk.active().ref
    for owner in (LANCASHIRE, BLACKPOOL):
        office.desk.approved(Kind.DPIA, ref, owner=owner)
    identifier = office.report(ref, severity="low").id
    office.desk.follow()
    assert office.events("dpia.review_called") == []

    for narrative in ("It was worse.", "More is known."):
        update(office, identifier, severity="severe", narrative=narrative)
        office.desk.follow()
        assert [event.members["reason_code"] for event in office.events("dpia.review_called")] == [
            "breach"
        ] * 2


def test_whoever_must_be_told_is_a_task_until_they_are(office: Office) -> None:
    ref = office.desk.active(incidents={"notify_hours": 24}).ref
    identifier = office.report(ref).id
    due_on = clock.london_day(DISCOVERED + timedelta(hours=24))
    assert office.tasks("incident-partner") == [(LANCASHIRE, "dpo", identifier, due_on)]

    update(office, identifier, partner_told_at=NOW)
    assert office.tasks("incident-partner") == []
    assert len(office.tasks("incident-regulator")) == 1
    update(office, identifier, regulator_needed=False)
    assert office.tasks("incident-regulator") == []


def test_an_open_incident_is_a_fact_for_the_gates_until_it_is_closed(office: Office) -> None:
    ref = office.desk.active().ref
    identifier = office.report(ref, severity="severe").id
    with office.db.read() as reading:
        (found,) = open_incidents(reading, ref)
    assert (found.id, found.flow, found.severity, found.is_severe) == (identifier, "f1", "severe", True)

    update(office, identifier, severity="low", regulator_told_at=NOW)
    with office.db.read() as reading:
        assert [one.is_severe for one in open_incidents(reading, ref)] == [False]
    close(office, identifier)
    with office.db.read() as reading:
        assert open_incidents(reading, ref) == []


def test_an_incident_is_not_closed_while_someone_has_still_to_be_told(office: Office) -> None:
    identifier = office.report(office.desk.active().ref).id
    with pytest.raises(ClockStillRuns):
        close(office, identifier)


def test_a_closed_incident_stays_closed(office: Office) -> None:
    identifier = office.report(office.desk.active().ref, regulator_needed=False).id
    close(office, identifier)
    with pytest.raises(WrongRecordStatus):
        close(office, identifier)
    with pytest.raises(WrongRecordStatus):
        update(office, identifier, severity="low")


def test_a_stranger_learns_nothing_and_a_reader_reports_nothing(office: Office) -> None:
    ref = office.desk.active().ref
    identifier = office.report(ref).id
    with pytest.raises(NoSuchRecord):
        read(office, identifier, TRUST)
    with pytest.raises(NoSuchRecord):
        office.report(ref, acting=office.acting(organisation=TRUST))
    with pytest.raises(RecordMayNot):
        office.report(ref, acting=office.acting("auditor"))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "no-such"}, "/kind"),
        ({"flow": "f9"}, "/flow"),
        ({"discovered_at": NOW + timedelta(hours=1)}, "/discovered_on"),
        ({"discovered_at": NOW - timedelta(days=3)}, "/discovered_at"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    office: Office, changes: dict[str, Any], pointer: str
) -> None:
    ref = office.desk.active().ref
    with pytest.raises(InvalidFields) as refused:
        office.report(ref, **changes)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_the_log_says_that_there_was_an_incident_and_none_of_its_words(office: Office) -> None:
    identifier = office.report(office.desk.active().ref).id
    update(office, identifier, narrative="A second list went too.")
    reported, updated = office.events("incident.")
    assert (reported.subject_id, reported.members["reason_code"]) == (identifier, "wrong-recipient")
    assert updated.members["decision"] == "high"
    assert "list" not in f"{reported.members} {updated.members}"


def test_a_suspension_names_the_open_incident_because_of_which_it_was_made(office: Office) -> None:
    ref, other = office.desk.active().ref, office.desk.active().ref
    identifier, elsewhere = office.report(ref).id, office.report(other).id
    dpo = office.desk.cast(BLACKPOOL, "dpo")

    def suspend(incident: str) -> str:
        wanted = SuspendIn.model_validate(
            {"scope": {"flow": "f1"}, "reason": "Until we know why.", "incident": incident}
        )
        return office.desk.do(agreements.suspend, ref, wanted, by=dpo).status

    with pytest.raises(InvalidFields):
        suspend(elsewhere)
    assert suspend(identifier) == "suspended"
    with office.db.read() as reading:
        assert office.register.suspended_for(reading, identifier) == ["f1"]
    office.desk.resume(ref, dpo, flow="f1")
    office.desk.resume(ref, office.desk.cast(BLACKPOOL, "siro"), flow="f1")
    with office.db.read() as reading:
        assert office.register.suspended_for(reading, identifier) == []
