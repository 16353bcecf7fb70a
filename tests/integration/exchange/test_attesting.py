"""Agreements signed outside: two people attest them, and from then on they are in force as others are."""

import json
from datetime import timedelta
from typing import Any

import pytest

from registry import clock
from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.rules import (
    AttestationDiffers,
    GatesUnmet,
    MayNot,
    NotASigner,
    SecondPersonNeeded,
    SignedOutside,
    WrongStatus,
)
from registry.agreements.schemas import AttestIn
from registry.auditlog import StoredEvent
from registry.callers import Caller
from registry.errors import StaleVersion
from registry.web.body import InvalidFields
from registry.web.documents import digest
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, TODAY, TRUST, basis, flow
from tests.samples.desk import Desk

PDF = "sha256:" + "ab" * 32
SIGNED_ON = TODAY - timedelta(days=300)


def said(made: Changed, **changes: Any) -> AttestIn:
    signatures = [
        {"organisation": body, "signed_on": SIGNED_ON.isoformat()} for body in (LANCASHIRE, BLACKPOOL)
    ]
    return AttestIn.model_validate_json(
        json.dumps({"hash": made.hash, "pdf": PDF, "signatures": signatures} | changes)
    )


def attest(desk: Desk, made: Changed, by: Caller, **changes: Any) -> Changed:
    return desk.do(actions.attest, made.ref, said(made, **changes), by=by)


def attested(desk: Desk, **changes: Any) -> Changed:
    made = desk.create(**changes)
    attest(desk, made, desk.officer())
    return attest(desk, made, desk.cast(LANCASHIRE, "signatory"))


def test_the_second_person_brings_it_into_force(desk: Desk) -> None:
    made = desk.create()
    first = attest(desk, made, desk.officer())
    assert (first.status, first.pending) == ("draft", "second-person")
    second = attest(desk, made, desk.cast(LANCASHIRE, "signatory"))
    assert (second.status, second.pending, second.flows[0].state) == ("active", None, "live")


def test_one_whose_start_is_ahead_waits_for_it(desk: Desk) -> None:
    made = attested(desk, starts_on=(TODAY + timedelta(days=2)).isoformat())
    assert made.status == "executed"
    desk.daily_pass(NOW + timedelta(days=2))
    assert desk.status(made.ref) == "active"


def test_the_outside_signatures_stand_with_their_dates_as_attested(desk: Desk) -> None:
    made = attested(desk)
    signatures = desk.read(made.ref).signatures
    assert {row.organisation for row in signatures} == {LANCASHIRE, BLACKPOOL}
    assert {row.strength for row in signatures} == {"attested"}
    assert {clock.london_day(row.signed_at) for row in signatures} == {SIGNED_ON}


def test_the_log_says_who_signed_outside_and_what(desk: Desk) -> None:
    attested(desk)
    found = [event for event in desk.events() if is_attestation(event)]
    assert [event.type for event in found] == ["agreement.attestation_begun", *["agreement.attested"] * 2]


def is_attestation(event: StoredEvent) -> bool:
    return event.type.startswith("agreement.attest")


def test_the_permission_index_is_told_who_attests(desk: Desk) -> None:
    assert desk.sharing(attested(desk).ref).attested_by == LANCASHIRE
    assert desk.sharing(desk.active().ref).attested_by == ""


def test_the_papers_before_a_signature_are_not_asked_for_but_ethics_is(desk: Desk) -> None:
    made = attested(desk, flows=[flow(biometrics="facial-live", automation="matching")])
    assert made.flows[0].state == "live"
    assert desk.sharing(made.ref).blocked_by == ("ET-01",)


def test_the_rules_before_a_signature_that_it_does_not_meet_are_kept_logged_and_told(desk: Desk) -> None:
    made = attested(desk, flows=[flow(bases=[basis(LANCASHIRE)])])
    unmet = desk.read(made.ref).version.shortcomings
    assert unmet == desk.sharing(made.ref).shortcomings
    assert "LB-01" in unmet
    assert made.flows[0].state == "live"
    (found,) = [event for event in desk.events() if event.type == "agreement.shortcomings_found"]
    assert found.members["evidence"] == digest("\n".join(unmet).encode())

    desk.daily_pass()
    assert len([event for event in desk.events() if event.type == found.type]) == 1


def test_one_that_meets_them_has_nothing_to_tell(desk: Desk) -> None:
    made = attested(desk)
    assert desk.read(made.ref).version.shortcomings == ()
    assert "agreement.shortcomings_found" not in {event.type for event in desk.events()}


def test_what_was_let_through_outside_is_refused_when_it_is_signed_anew(desk: Desk) -> None:
    made = attested(desk, flows=[flow(bases=[basis(LANCASHIRE)])])
    unmet = desk.read(made.ref).version.shortcomings
    desk.amend(made.ref, flows=[flow(bases=[basis(LANCASHIRE)])], marking="OFFICIAL-SENSITIVE")
    with pytest.raises(GatesUnmet) as refused:
        desk.submit(made.ref)
    blocking = {one.rule for one in refused.value.unmet if one.severity == "block"}
    assert "LB-01" in blocking
    assert blocking <= set(unmet)


def test_one_person_does_not_attest_twice(desk: Desk) -> None:
    made = desk.create()
    attest(desk, made, desk.officer())
    with pytest.raises(SecondPersonNeeded):
        attest(desk, made, desk.officer())


def test_the_author_is_not_the_second_person(desk: Desk) -> None:
    made = desk.create()
    attest(desk, made, desk.cast(LANCASHIRE, "signatory"))
    with pytest.raises(GatesUnmet) as refused:
        attest(desk, made, desk.officer())
    assert [one.rule for one in refused.value.unmet] == ["SD-01"]


def test_both_say_the_same(desk: Desk) -> None:
    made = desk.create()
    attest(desk, made, desk.officer())
    with pytest.raises(AttestationDiffers):
        attest(desk, made, desk.cast(LANCASHIRE, "signatory"), pdf="sha256:" + "cd" * 32)


def test_an_edit_lets_the_first_word_lapse(desk: Desk) -> None:
    made = desk.create()
    attest(desk, made, desk.officer())
    edited = desk.edit(made.ref, if_match="*", marking="OFFICIAL-SENSITIVE")
    with pytest.raises(StaleVersion):
        attest(desk, made, desk.cast(LANCASHIRE, "signatory"))
    assert attest(desk, edited, desk.cast(LANCASHIRE, "signatory")).pending == "second-person"


def test_every_controller_has_signed_and_nobody_in_the_future(desk: Desk) -> None:
    made = desk.create()
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    one = [{"organisation": LANCASHIRE, "signed_on": tomorrow}]
    with pytest.raises(InvalidFields) as refused:
        attest(desk, made, desk.officer(), signatures=one)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/signatures/0/signed_on", "in-the-future"),
        ("/signatures", "signature-missing"),
    ]
    stranger = [{"organisation": POLICE, "signed_on": TODAY.isoformat()}]
    with pytest.raises(NotASigner):
        attest(desk, made, desk.officer(), signatures=stranger)


def test_only_the_authors_body_attests_and_only_a_draft(desk: Desk) -> None:
    made = desk.create()
    with pytest.raises(MayNot):
        attest(desk, made, desk.cast(BLACKPOOL, "signatory"))
    with pytest.raises(MayNot):
        attest(desk, made, desk.cast(LANCASHIRE, "asset_owner"))
    desk.submit(made.ref)
    with pytest.raises(WrongStatus):
        attest(desk, made, desk.officer())


def test_it_is_not_confirmed_at_review(desk: Desk) -> None:
    made = attested(desk, review_on=(TODAY + timedelta(days=10)).isoformat())
    desk.daily_pass()
    assert desk.status(made.ref) == "under_review"
    with pytest.raises(SignedOutside):
        desk.confirm(made.ref, desk.cast(LANCASHIRE, "siro"), TODAY + timedelta(days=600))


def test_a_version_signed_here_takes_its_place(desk: Desk) -> None:
    made = attested(desk)
    signed = desk.signed_by_all(desk.amended(made.ref, marking="OFFICIAL-SENSITIVE"))
    assert (signed.version, signed.status) == (2, "active")
    assert desk.status(made.ref, 1) == "superseded"
    assert desk.sharing(made.ref).attested_by == ""
    assert TRUST not in desk.read(made.ref).version.parties
