"""Confirming at review, and leaving."""

from datetime import date, timedelta

import pytest

from registry.agreements.rules import MayNot, NoSuchAgreement, WrongStatus
from registry.agreements.tables import AgreementVersion, Confirmation
from registry.web.body import InvalidFields
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, triangle
from tests.samples.desk import Desk

NEXT = TODAY + timedelta(days=400)


@pytest.fixture
def under_review(desk: Desk) -> str:
    """An agreement between three controllers whose review is near; its reference."""
    made = desk.active(**triangle(), review_on=(TODAY + timedelta(days=80)).isoformat())
    desk.daily_pass()
    return made.ref


def test_a_review_starts_ninety_days_ahead_and_stops_nothing(desk: Desk, under_review: str) -> None:
    assert desk.status(under_review) == "under_review"
    assert set(desk.flows(under_review).values()) == {"live"}


def test_every_controller_confirms(desk: Desk, under_review: str) -> None:
    for body in (LANCASHIRE, BLACKPOOL):
        answer = desk.confirm(under_review, desk.cast(body, "ig_officer"), NEXT)
        assert (answer.status, answer.pending) == ("under_review", "other-controllers")
    answer = desk.confirm(under_review, desk.cast(POLICE, "siro"), NEXT - timedelta(days=7))
    assert (answer.status, answer.pending) == ("active", None)
    assert desk.read(under_review).version.review_on == NEXT - timedelta(days=7)


def test_a_body_that_confirms_twice_counts_once(desk: Desk, under_review: str) -> None:
    for body in (LANCASHIRE, LANCASHIRE, BLACKPOOL):
        answer = desk.confirm(under_review, desk.cast(body, "ig_officer"), NEXT)
    assert answer.pending == "other-controllers"


def test_a_party_that_is_no_controller_confirms_nothing(desk: Desk) -> None:
    terms = triangle(review_on=(TODAY + timedelta(days=80)).isoformat())
    processor = {"organisation": TRUST, "roles": ["processor"], "processing_contract": "Contract 7"}
    terms["parties"].append(processor)
    made = desk.active(parties=terms["parties"], review_on=(TODAY + timedelta(days=80)).isoformat())
    desk.daily_pass()
    with pytest.raises(MayNot):
        desk.confirm(made.ref, desk.cast(TRUST, "ig_officer"), NEXT)


@pytest.mark.parametrize(
    "day", [TODAY, TODAY + timedelta(days=80), TODAY + timedelta(days=701)], ids=["today", "same", "beyond"]
)
def test_the_next_review_is_later_and_within_the_term(desk: Desk, under_review: str, day: date) -> None:
    with pytest.raises(InvalidFields) as refused:
        desk.confirm(under_review, desk.cast(POLICE, "siro"), day)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/next_review_on", "review-outside-term")
    ]


def test_an_overdue_review_is_not_put_off_to_a_day_that_is_past(desk: Desk, under_review: str) -> None:
    with pytest.raises(InvalidFields):
        desk.confirm(
            under_review,
            desk.cast(POLICE, "siro"),
            TODAY + timedelta(days=90),
            now=NOW + timedelta(days=100),
        )


def test_there_is_nothing_to_confirm_outside_a_review(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.confirm(desk.active().ref, desk.cast(LANCASHIRE, "siro"), NEXT)


def test_a_guardian_does_not_confirm(desk: Desk, under_review: str) -> None:
    with pytest.raises(MayNot):
        desk.confirm(under_review, desk.cast(LANCASHIRE, "caldicott_guardian"), NEXT)


def test_the_others_go_on_without_a_party_that_leaves(desk: Desk) -> None:
    made = desk.active(**triangle())
    left = desk.terminate(made.ref, desk.cast(POLICE, "signatory"))
    assert left.status == "active"
    assert desk.flows(made.ref) == {"f1": "live", "f2": "ended", "f3": "ended"}
    assert desk.sharing(made.ref, "f2").ended_by == "terminated"


def test_an_agreement_ends_when_no_flow_is_left(desk: Desk) -> None:
    made = desk.active()
    assert desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro")).status == "terminated"


def test_a_party_leaves_every_version_in_force(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, kind="isp", **triangle())
    desk.sign(newer, LANCASHIRE)
    desk.sign(newer, BLACKPOOL)
    desk.terminate(made.ref, desk.cast(POLICE, "signatory"))
    assert set(desk.flows(made.ref, 1).values()) == {"ended"}
    assert desk.flows(made.ref, 2) == {"f1": "live", "f2": "ended", "f3": "ended"}


def test_a_suspended_agreement_can_be_ended(desk: Desk) -> None:
    made = desk.active()
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "dpo"), flow="f1")
    assert desk.terminate(made.ref, desk.cast(LANCASHIRE, "siro")).status == "terminated"


def test_what_is_not_in_force_is_withdrawn_not_ended(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.terminate(desk.accepted().ref, desk.cast(LANCASHIRE, "siro"))


def test_an_officer_does_not_end_an_agreement(desk: Desk) -> None:
    with pytest.raises(MayNot):
        desk.terminate(desk.active().ref, desk.officer())


def test_a_stranger_ends_nothing(desk: Desk) -> None:
    with pytest.raises(NoSuchAgreement):
        desk.terminate(desk.active(publication="withheld").ref, desk.cast(TRUST, "siro"))


def test_reasons_stay_with_the_registry(desk: Desk, under_review: str) -> None:
    desk.confirm(under_review, desk.cast(POLICE, "siro"), NEXT)
    desk.terminate(under_review, desk.cast(POLICE, "siro"))
    assert [row.reason for row in desk.rows(Confirmation)] == ["Nothing new."]
    assert [row.end_reason for row in desk.rows(AgreementVersion)] == ["No longer needed."]
