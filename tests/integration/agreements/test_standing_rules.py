"""Rules asked of sharing under way: incidents and assurance stop or warn, never what protects someone."""

from datetime import timedelta

import pytest

from registry.agreements.queries import LivingRegister
from registry.organisations.queries import insert_assurance
from registry.records.actions import Acting, incidents
from registry.records.schemas import IncidentCloseIn, IncidentIn, IncidentUpdateIn
from tests.samples.agreements import LANCASHIRE, NOW, TODAY, flow, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DAY = timedelta(days=1)
PROTECTIVE = {"flows": [flow(protective=True)]}


def acting(desk: Desk, role: str) -> Acting:
    return Acting(desk.cast(LANCASHIRE, role), NOW, POLICIES, LivingRegister())


def reported(desk: Desk, ref: str, severity: str = "severe") -> str:
    """An incident of an agreement, which the registry has taken notice of; its id."""
    asked = {
        "ref": ref,
        "kind": "lost-or-stolen",
        "severity": severity,
        "discovered_on": TODAY.isoformat(),
        "regulator_needed": False,
    }
    with desk.db.write() as tx:
        made = incidents.report(tx, IncidentIn.model_validate(asked), acting=acting(desk, "ig_officer"))
    desk.follow()
    return made.id


def test_a_severe_incident_stops_a_flow_until_it_is_closed(desk: Desk) -> None:
    made = desk.active()
    identifier = reported(desk, made.ref)
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("suspended", {"f1": "suspended"})
    with desk.db.write() as tx:
        incidents.update(tx, identifier, IncidentUpdateIn(partner_told_at=NOW), acting=acting(desk, "dpo"))
    with desk.db.write() as tx:
        outcome = IncidentCloseIn(outcome="contained")
        incidents.close(tx, identifier, outcome, acting=acting(desk, "dpo"))
    desk.follow()
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("active", {"f1": "live"})


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_a_small_incident_stops_nothing(desk: Desk, severity: str) -> None:
    made = desk.active()
    reported(desk, made.ref, severity)
    assert desk.flows(made.ref) == {"f1": "live"}


def test_what_protects_someone_goes_on_with_a_warning_through_an_incident(desk: Desk) -> None:
    made = desk.active(**PROTECTIVE)
    reported(desk, made.ref)
    assert desk.flows(made.ref) == {"f1": "live"}
    assert desk.sharing(made.ref).warned_of == ("BR-01-PROTECTIVE",)


@pytest.mark.parametrize("changes", [{}, PROTECTIVE], ids=["figures", "protective"])
def test_a_lapsed_registration_warns_and_stops_nothing(desk: Desk, changes: dict[str, object]) -> None:
    with desk.db.write() as tx:
        insert_assurance(
            tx,
            organisation=LANCASHIRE,
            kind="regulator-registration",
            level="",
            reference="ZA000000",
            evidence="",
            expires_on=TODAY + 5 * DAY,
            recorded_by=desk.cast(LANCASHIRE, "ig_officer").person,
            recorded_at=NOW,
        )
        note_sample(tx)
    made = desk.active(**changes)
    assert "PR-02" not in desk.sharing(made.ref).warned_of
    assert desk.daily_pass(NOW + 5 * DAY).looked_at == 0
    desk.daily_pass(NOW + 6 * DAY)
    assert desk.flows(made.ref) == {"f1": "live"}
    assert "PR-02" in desk.sharing(made.ref).warned_of
