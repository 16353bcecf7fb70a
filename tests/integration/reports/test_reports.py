"""Reports about the sample register: who approves how fast, who is waited for, what is overdue."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.agreements.rules import MayNot
from registry.assessments.actions import revoke
from registry.assessments.schemas import RevocationIn
from registry.assessments.transitions import Kind
from registry.db import Database
from registry.reports import actions
from registry.reports.schemas import ApprovalsOut, OverdueOut, TimeToSignOut
from tests.integration.assessments.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, furnish, triangle
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

CONDITION = {"text": "Train the team.", "owner": "ig_officer", "due_on": "2027-01-01"}
LATER = NOW + timedelta(days=20)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def approvals(desk: Desk, organisation: str, role: str = "auditor") -> ApprovalsOut:
    with desk.db.read() as reading:
        return actions.approvals(
            reading, since=None, caller=desk.cast(organisation, role), now=LATER, policies=POLICIES
        )


def time_to_sign(desk: Desk, organisation: str, *, after: str = "", limit: int = 100) -> TimeToSignOut:
    with desk.db.read() as reading:
        return actions.time_to_sign(
            reading,
            after=after,
            limit=limit,
            caller=desk.cast(organisation, "ig_officer"),
            now=LATER,
            policies=POLICIES,
        )


def overdue(desk: Desk, organisation: str) -> OverdueOut:
    with desk.db.read() as reading:
        return actions.overdue(
            reading,
            after="",
            limit=100,
            caller=desk.cast(organisation, "dpo"),
            now=LATER,
            policies=POLICIES,
        )


def test_approvals_given_in_less_than_a_minute_are_marked(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE, now=NOW + timedelta(seconds=59))
    desk.sign(made, BLACKPOOL, now=NOW + timedelta(seconds=60))
    [ours] = approvals(desk, LANCASHIRE).approvals
    assert (ours.act, ours.seconds, ours.quick) == ("signature", 59, True)
    review, theirs = approvals(desk, BLACKPOOL).approvals
    assert (review.act, theirs.seconds, theirs.quick) == ("quality-review", 60, False)


@pytest.mark.parametrize("kind", Kind)
def test_decisions_on_assessments_are_timed_from_the_advice_they_wait_for(desk: Desk, kind: Kind) -> None:
    office = Office(desk.db, desk.cast)
    quick, thought_over = office.advised(kind), office.advised(kind)
    siro = office.acting("siro", now=NOW + timedelta(seconds=59))
    office.decide(kind, quick, acting=siro, decision="approve_with_conditions", conditions=[CONDITION])
    office.decide(kind, thought_over, acting=replace(siro, now=NOW + timedelta(minutes=9)))
    first, second = approvals(desk, LANCASHIRE).approvals
    assert (first.ref, first.act, first.seconds, first.quick) == (quick, f"{kind}-decision", 59, True)
    assert (second.ref, second.seconds, second.since) == (thought_over, 540 - 59, "previous-act")
    assert not second.quick


def test_a_refused_assessment_is_no_quick_approval_and_a_revocation_no_answer(desk: Desk) -> None:
    office = Office(desk.db, desk.cast)
    rejected, approved = office.advised(Kind.DPIA), office.approved(Kind.DPIA)
    office.decide(Kind.DPIA, rejected, decision="reject")
    with desk.db.write() as tx:
        revoke(tx, Kind.DPIA, approved, RevocationIn(reason="A new supplier."), acting=office.acting("siro"))
    found = approvals(desk, LANCASHIRE).approvals
    assert {(line.ref, line.approved) for line in found} == {(rejected, False), (approved, True)}
    assert [line.quick for line in found if not line.approved] == [False]


def test_no_report_names_a_person(desk: Desk) -> None:
    desk.active()
    said = approvals(desk, LANCASHIRE).model_dump_json()
    assert [person for person in desk.cast.people.values() if person in said] == []


def test_people_who_always_approve_each_other_are_shown(desk: Desk) -> None:
    one, two = desk.officer(), desk.officer(second=True)
    for author, reviewer in ((one, two), (two, one)) * 2:
        ref = desk.create(by=author).ref
        desk.submit(ref, by=author)
        desk.review(ref, by=reviewer)
    [pair] = approvals(desk, LANCASHIRE).pairs
    assert (pair.first_approved, pair.second_approved) == (2, 2)


def test_approvals_are_for_those_who_answer_for_them(desk: Desk) -> None:
    for role in ("ig_officer", "admin", "signatory"):
        with pytest.raises(MayNot):
            approvals(desk, LANCASHIRE, role)


def test_days_to_each_signature_and_who_is_waited_for(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    desk.sign(made, LANCASHIRE, now=NOW + timedelta(days=3))
    found = {line.organisation: line for line in time_to_sign(desk, POLICE).results}
    assert (found[LANCASHIRE].days_from_submission, found[LANCASHIRE].blocking) == (3.0, False)
    assert (found[POLICE].days_waiting, found[POLICE].blocking) == (20.0, True)
    assert found[POLICE].ref == made.ref


def test_nobody_is_waited_for_before_a_text_can_be_signed(desk: Desk) -> None:
    desk.submit(desk.create().ref)
    assert [line.blocking for line in time_to_sign(desk, LANCASHIRE).results] == [False, False]


def test_a_report_goes_on_where_its_page_ended(desk: Desk) -> None:
    refs = sorted(desk.accepted().ref for _ in range(3))
    first = time_to_sign(desk, LANCASHIRE, limit=2)
    rest = time_to_sign(desk, LANCASHIRE, after=first.next or "", limit=2)
    assert sorted({line.ref for line in first.results} | {line.ref for line in rest.results}) == refs
    assert rest.next is None


def test_overdue_reviews_with_what_goes_on_and_what_rests(desk: Desk) -> None:
    made = desk.active(review_on=(TODAY + timedelta(days=5)).isoformat())
    desk.active()
    desk.daily_pass(LATER)
    [line] = overdue(desk, BLACKPOOL).results
    assert (line.ref, line.days_overdue) == (made.ref, 15)
    assert (line.flows_warned, line.flows_stopped) == (["f1"], [])


def test_others_agreements_are_in_no_report(desk: Desk) -> None:
    desk.active(review_on=(TODAY + timedelta(days=5)).isoformat())
    desk.daily_pass(LATER)
    assert overdue(desk, POLICE).results == []
    assert time_to_sign(desk, POLICE).results == []
    assert approvals(desk, POLICE).approvals == []


def test_a_token_that_speaks_for_a_role_no_longer_held_reads_nothing(desk: Desk) -> None:
    auditor = desk.cast(LANCASHIRE, "auditor")
    desk.end_roles(auditor)
    with desk.db.read() as reading, pytest.raises(MayNot):
        actions.approvals(reading, since=None, caller=replace(auditor), now=LATER, policies=POLICIES)
