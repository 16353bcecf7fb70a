"""Complaints: thirty days to acknowledge, the business of one body; and whom people may turn to."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.records.actions import Recorded, complaints
from registry.records.rules import NoSuchRecord, RecordMayNot, WrongRecordStatus
from registry.records.schemas import AcknowledgeIn, ComplaintCloseIn, ComplaintIn
from registry.web.body import InvalidFields
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TODAY, TRUST

RECEIVED = TODAY - timedelta(days=4)


def record(
    office: Office, ref: str, role: str = "dpo", organisation: str = LANCASHIRE, **changes: Any
) -> Recorded:
    body = {"ref": ref, "received_on": RECEIVED, "channel": "letter"} | changes
    wanted = ComplaintIn.model_validate(body, strict=False)
    with office.db.write() as tx:
        return complaints.record(tx, wanted, acting=office.acting(role, organisation))


def acknowledge(office: Office, identifier: str, on: date = TODAY) -> Recorded:
    wanted = AcknowledgeIn.model_validate({"acknowledged_on": on}, strict=False)
    with office.db.write() as tx:
        return complaints.acknowledge(tx, identifier, wanted, acting=office.acting())


def close(office: Office, identifier: str, outcome: str = "upheld") -> Recorded:
    wanted = ComplaintCloseIn.model_validate({"outcome": outcome, "closed_on": TODAY}, strict=False)
    with office.db.write() as tx:
        return complaints.close(tx, identifier, wanted, acting=office.acting())


def test_receipt_is_acknowledged_within_thirty_days_and_the_complaint_answered(office: Office) -> None:
    identifier = record(office, office.desk.active().ref).id
    due_on = RECEIVED + timedelta(days=30)
    assert office.tasks("complaint-acknowledgement") == [(LANCASHIRE, "dpo", identifier, due_on)]
    with pytest.raises(WrongRecordStatus):
        close(office, identifier)

    assert acknowledge(office, identifier).status == "acknowledged"
    assert office.tasks("complaint-acknowledgement") == []
    assert close(office, identifier).status == "closed"
    with pytest.raises(WrongRecordStatus):
        acknowledge(office, identifier)
    types = [event.type for event in office.events("complaint.")]
    assert types == ["complaint.recorded", "complaint.acknowledged", "complaint.closed"]


def test_a_complaint_is_the_business_of_the_body_that_received_it(office: Office) -> None:
    ref = office.desk.active().ref
    identifier = record(office, ref).id
    with office.db.read() as reading:
        assert [row.id for row in complaints.find(reading, acting=office.acting("auditor"))] == [identifier]
        partner = office.acting("dpo", BLACKPOOL)
        assert complaints.find(reading, acting=partner) == []
        with pytest.raises(NoSuchRecord):
            complaints.read(reading, identifier, acting=partner)
    with pytest.raises(NoSuchRecord):
        record(office, ref, organisation=TRUST)
    with pytest.raises(RecordMayNot):
        record(office, ref, "siro")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"channel": "pigeon"}, "/channel"), ({"received_on": TODAY + timedelta(days=1)}, "/received_on")],
)
def test_what_cannot_be_is_refused_where_it_stands(
    office: Office, changes: dict[str, Any], pointer: str
) -> None:
    ref = office.desk.active().ref
    with pytest.raises(InvalidFields) as refused:
        record(office, ref, **changes)
    assert [error.pointer for error in refused.value.errors] == [pointer]


@pytest.mark.parametrize("on", [RECEIVED - timedelta(days=1), TODAY + timedelta(days=1)])
def test_an_acknowledgement_lies_between_the_complaint_and_today(office: Office, on: date) -> None:
    identifier = record(office, office.desk.active().ref).id
    with pytest.raises(InvalidFields):
        acknowledge(office, identifier, on)


def test_everyone_may_know_who_answers_where_the_agreement_is_published(office: Office) -> None:
    parties = [
        {
            "organisation": LANCASHIRE,
            "roles": ["controller"],
            "contacts": {"rights": "rights@body.test", "complaints": "complaints@body.test"},
        },
        {"organisation": BLACKPOOL, "roles": ["controller"]},
    ]
    rights = {"subject_access": "Either council answers.", "complaints": "Write to the lead."}
    said: dict[str, Any] = {
        "parties": parties,
        "rights": rights,
        "transparency": {"foi_lead": "foi@body.test"},
    }
    draft, published = office.desk.create(**said).ref, office.desk.active(**said).ref
    withheld = office.desk.active(**said, publication="withheld").ref

    with office.db.read() as reading:
        found = complaints.contacts(reading, published, office.register)
        for hidden in (draft, withheld, "ISA-NONE"):
            with pytest.raises(NoSuchRecord):
                complaints.contacts(reading, hidden, office.register)
    assert found.subject_access == "Either council answers."
    lancashire, blackpool = found.bodies
    assert (lancashire.rights, lancashire.complaints) == ("rights@body.test", "complaints@body.test")
    assert (blackpool.organisation, blackpool.foi) == (BLACKPOOL, "foi@body.test")
