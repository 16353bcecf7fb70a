"""Suspending and resuming: whose flows, how many people, how many organisations."""

from datetime import timedelta

import pytest

from registry.agreements.rules import (
    MayNot,
    NoSuchAgreement,
    NothingToResume,
    NothingToSuspend,
    NotYourOrganisation,
    SecondPersonNeeded,
    WrongStatus,
)
from registry.agreements.tables import Suspension
from registry.assessments.transitions import Kind
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, flow, triangle
from tests.samples.desk import Desk


def test_a_body_suspends_its_own_flows_and_no_others(desk: Desk) -> None:
    made = desk.active(**triangle())
    stopped = desk.suspend(made.ref, desk.cast(BLACKPOOL, "siro"), organisation=BLACKPOOL)
    assert desk.flows(made.ref) == {"f1": "suspended", "f2": "suspended", "f3": "live"}
    assert (stopped.status, stopped.pending) == ("active", None)


def test_a_body_names_itself_by_any_of_its_identifiers(desk: Desk) -> None:
    made = desk.active()
    stopped = desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), organisation="orgid:GB-LAE-LAN")
    assert stopped.status == "suspended"


def test_suspending_everything_needs_two_organisations(desk: Desk) -> None:
    made = desk.active(**triangle())
    first = desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), all=True)
    assert (first.pending, desk.flows(made.ref)["f2"]) == ("second-organisation", "live")

    second = desk.suspend(made.ref, desk.cast(POLICE, "siro"), all=True)
    assert (second.pending, second.status) == (None, "suspended")


def test_two_parties_of_one_flow_suspend_everything_together(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), all=True)
    assert desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), all=True).pending is None


def test_one_organisation_cannot_complete_its_own_call(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), all=True)
    with pytest.raises(NothingToSuspend):
        desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), all=True)
    assert desk.flows(made.ref)["f2"] == "live"


def test_a_flow_stays_suspended_while_either_end_holds_it(desk: Desk) -> None:
    made = desk.active(flows=[flow(protective=True)])
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), flow="f1")
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    desk.resume(made.ref, desk.cast(LANCASHIRE, "dpo"))
    assert desk.flows(made.ref) == {"f1": "suspended"}
    desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"))
    assert desk.flows(made.ref) == {"f1": "live"}


def test_a_flow_is_resumed_by_a_second_person(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    first = desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    assert (first.pending, first.flows[0].state) == ("second-person", "suspended")
    second = desk.resume(made.ref, desk.cast(BLACKPOOL, "siro"), flow="f1")
    assert (second.pending, second.flows[0].state, second.status) == (None, "live", "active")


def test_the_person_who_asked_does_not_count_as_the_second(desk: Desk) -> None:
    made = desk.active()
    officer = desk.cast(BLACKPOOL, "dpo")
    desk.suspend(made.ref, officer, flow="f1")
    desk.resume(made.ref, officer)
    with pytest.raises(SecondPersonNeeded):
        desk.resume(made.ref, officer)


def test_a_person_of_another_body_does_not_count_as_the_second(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"))
    with pytest.raises(NothingToResume):
        desk.resume(made.ref, desk.cast(LANCASHIRE, "dpo"))


def test_what_one_person_asked_for_stays_pending_beside_what_is_lifted(desk: Desk) -> None:
    flows = [flow(), flow(id="f2", protective=True)]
    made = desk.active(flows=flows)
    officer = desk.cast(BLACKPOOL, "dpo")
    desk.suspend(made.ref, officer, organisation=BLACKPOOL)
    desk.resume(made.ref, officer, flow="f1")
    assert desk.resume(made.ref, officer).pending == "second-person"
    assert desk.flows(made.ref) == {"f1": "suspended", "f2": "live"}


def test_a_protective_flow_is_resumed_by_one_person(desk: Desk) -> None:
    made = desk.active(flows=[flow(protective=True)])
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    assert desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo")).status == "active"


def test_the_second_body_lifts_what_it_stopped_of_others(desk: Desk) -> None:
    made = desk.active(**triangle(protective=True))
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), all=True)
    desk.suspend(made.ref, desk.cast(POLICE, "dpo"), all=True)
    desk.resume(made.ref, desk.cast(LANCASHIRE, "dpo"))
    assert set(desk.flows(made.ref).values()) == {"suspended"}
    desk.resume(made.ref, desk.cast(POLICE, "dpo"))
    assert set(desk.flows(made.ref).values()) == {"live"}


def test_a_flow_that_lost_its_ethics_assessment_while_it_rested_comes_back_blocked(desk: Desk) -> None:
    made = desk.create(flows=[flow(automation="matching", protective=True)])
    desk.submit(made.ref)
    desk.review(made.ref)
    identifier = desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    desk.signed_by_all(made)
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    desk.revoke(Kind.ETHICS, identifier)
    desk.follow()

    desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"))
    assert desk.sharing(made.ref).blocked_by == ("ET-01",)


def test_a_suspended_flow_ends_with_the_agreement(desk: Desk) -> None:
    made = desk.active(expires_on=TODAY.isoformat(), review_on=TODAY.isoformat())
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    desk.daily_pass(NOW + timedelta(days=1))
    assert (desk.status(made.ref), desk.flows(made.ref)) == ("suspended", {"f1": "ended"})
    with pytest.raises(NothingToResume):
        desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"))


def test_the_flows_of_every_version_in_force_are_stopped(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, **triangle(retention={"period": "P2Y", "trigger": "receipt"}))
    desk.sign(newer, LANCASHIRE)
    desk.sign(newer, BLACKPOOL)
    assert (desk.flows(made.ref, 1)["f2"], desk.flows(made.ref, 2)["f2"]) == ("live", "waiting")

    desk.suspend(made.ref, desk.cast(POLICE, "dpo"), organisation=POLICE)
    assert desk.flows(made.ref, 1) == {"f1": "ended", "f2": "suspended", "f3": "suspended"}


def test_another_organisation_cannot_be_named(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(NotYourOrganisation):
        desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), organisation=LANCASHIRE)


def test_a_flow_between_others_cannot_be_suspended(desk: Desk) -> None:
    made = desk.active(**triangle())
    with pytest.raises(NotYourOrganisation):
        desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), flow="f2")


def test_a_draft_has_nothing_to_suspend(desk: Desk) -> None:
    made = desk.create()
    with pytest.raises(WrongStatus):
        desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")


def test_a_signatory_may_not_suspend(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(MayNot):
        desk.suspend(made.ref, desk.cast(BLACKPOOL, "signatory"), flow="f1")


def test_a_stranger_is_not_told_that_there_is_anything(desk: Desk) -> None:
    made = desk.active(publication="withheld")
    with pytest.raises(NoSuchAgreement):
        desk.suspend(made.ref, desk.cast(TRUST, "dpo"), all=True)


def test_reasons_stay_with_the_registry(desk: Desk) -> None:
    made = desk.active(flows=[flow(protective=True)])
    desk.suspend(made.ref, desk.cast(BLACKPOOL, "dpo"), flow="f1")
    desk.resume(made.ref, desk.cast(BLACKPOOL, "dpo"))
    assert [(row.reason, row.lift_reason) for row in desk.rows(Suspension)] == [("A breach.", "Put right.")]
