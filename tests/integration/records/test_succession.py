"""What a body kept goes to the body that succeeds it: records, files it sent, and words sealed to it."""

from typing import Any

from registry.exchange.estate import IntakeEstate
from registry.exchange.tables import Intake
from registry.organisations.estates import Estates, Passing
from registry.records.actions import emergencies
from registry.records.estate import RecordEstate
from registry.records.tables import Complaint, DisclosureReport, EmergencyRecord, ExitDuty, Incident, Task
from tests.integration.records.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, note_sample
from tests.samples.records import EVALUATION, emergency


def pass_on(office: Office, *, shares: dict[str, str] | None = None) -> None:
    """Lancashire's estate goes to the police, what `shares` names to another."""
    estates = Estates((RecordEstate(office.vault), IntakeEstate()))
    with office.db.write() as tx:
        estates.pass_on(tx, Passing(LANCASHIRE, POLICE, NOW, shares or {}))
        note_sample(tx)


def keep(office: Office, model: type[Any], identifier: str, **values: Any) -> None:
    """A row of Lancashire."""
    with office.db.write() as tx:
        tx.insert(model, id=identifier, **{"organisation": LANCASHIRE} | values)
        note_sample(tx)


def complain(office: Office, identifier: str, ref: str) -> None:
    keep(
        office,
        Complaint,
        identifier,
        ref=ref,
        channel="letter",
        status="received",
        received_on=TODAY,
        acknowledge_by=TODAY,
        acknowledged_on=None,
        outcome=None,
        closed_on=None,
        revision=1,
    )


def report_disclosures(office: Office, identifier: str, organisation: str) -> None:
    keep(
        office,
        DisclosureReport,
        identifier,
        organisation=organisation,
        evaluation_id=EVALUATION,
        ref="ISA-1",
        flow="f1",
        client="c",
        count=1,
        disclosed_on=TODAY,
        method="api-mtls",
        reported_at=NOW,
    )


def owe(office: Office, identifier: str, organisation: str) -> None:
    keep(
        office,
        ExitDuty,
        identifier,
        organisation=organisation,
        ref="ISA-1",
        ended_on=TODAY,
        due_on=TODAY,
        method=None,
        certificate=None,
        done_on=None,
        person=None,
        revision=1,
    )


def keepers(office: Office, model: type[Any]) -> dict[str, str]:
    """Whose each row of a table is, by its id."""
    return {row.id: row.organisation for row in office.desk.rows(model)}


def test_an_emergency_goes_to_the_heir_who_reads_its_words_and_nobody_else_does(office: Office) -> None:
    identifier = office.record().id
    pass_on(office)
    (row,) = office.desk.rows(EmergencyRecord)
    assert row.owner == POLICE
    with office.db.write() as tx:
        said = emergencies.read_words(tx, identifier, acting=office.acting("dpo", POLICE), vault=office.vault)
    assert said.risk == emergency()["risk"]


def test_words_that_are_erased_stay_erased(office: Office) -> None:
    office.record()
    office.remind(NOW.replace(year=NOW.year + 20))
    pass_on(office)
    (row,) = office.desk.rows(EmergencyRecord)
    assert (row.owner, row.words) == (POLICE, None)


def test_whoever_received_in_an_emergency_is_named_by_its_heir(office: Office) -> None:
    office.record(acting=office.acting("ig_officer", BLACKPOOL), recipient=LANCASHIRE)
    pass_on(office)
    (row,) = office.desk.rows(EmergencyRecord)
    assert (row.owner, row.recipient) == (BLACKPOOL, POLICE)


def test_records_of_an_agreement_go_to_the_body_that_stands_in_it(office: Office) -> None:
    kept, shared = office.desk.active().ref, office.desk.active().ref
    incidents = {ref: office.report(ref).id for ref in (kept, shared)}
    for ref in (kept, shared):
        complain(office, f"of {ref}", ref)
    pass_on(office, shares={shared: TRUST})
    assert keepers(office, Incident) == {incidents[kept]: POLICE, incidents[shared]: TRUST}
    assert keepers(office, Complaint) == {f"of {kept}": POLICE, f"of {shared}": TRUST}
    assert {row.organisation for row in office.desk.rows(Task)} == {POLICE}
    office.remind()
    assert {(row[0], row[2]) for row in office.tasks("incident-regulator")} == {
        (POLICE, incidents[kept]),
        (TRUST, incidents[shared]),
    }


def test_what_the_heir_has_itself_is_not_there_twice(office: Office) -> None:
    for body in (LANCASHIRE, POLICE):
        report_disclosures(office, f"report of {body}", body)
        owe(office, f"duty of {body}", body)
    pass_on(office)
    assert keepers(office, DisclosureReport) == {f"report of {body}": body for body in (LANCASHIRE, POLICE)}
    assert keepers(office, ExitDuty) == {f"duty of {body}": body for body in (LANCASHIRE, POLICE)}


def test_what_the_heir_has_not_becomes_its_own(office: Office) -> None:
    report_disclosures(office, "report", LANCASHIRE)
    owe(office, "duty", LANCASHIRE)
    keep(office, Intake, "file", person="p", media_type="text/csv", content=b"", sent_at=NOW, refs=[])
    pass_on(office)
    for model in (DisclosureReport, ExitDuty, Intake):
        assert set(keepers(office, model).values()) == {POLICE}
