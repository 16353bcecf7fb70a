"""Signing and refusing: who, which text, and what the last signature of a flow's own parties brings."""

from datetime import timedelta
from typing import Any

import pytest

from registry.agreements.rules import (
    AlreadySigned,
    GatesUnmet,
    MayNot,
    NoSuchAgreement,
    NotASigner,
    NotYourOrganisation,
    WrongStatus,
)
from registry.assessments.transitions import Kind
from tests.samples.agreements import (
    BLACKPOOL,
    LANCASHIRE,
    NOW,
    POLICE,
    TODAY,
    TRUST,
    basis,
    flow,
    item,
    triangle,
)
from tests.samples.desk import Desk

PATIENTS: dict[str, Any] = {
    "parties": [{"organisation": body, "roles": ["controller"]} for body in (TRUST, BLACKPOOL)],
    "items": [item(patient_information=True)],
    "flows": [
        flow(
            **{
                "from": TRUST,
                "bases": [basis(TRUST), basis(BLACKPOOL)],
                "gateways": [],
                "confidentiality": {"route": "implied-consent"},
            }
        )
    ],
}


def test_the_last_signature_on_or_after_the_start_goes_live_at_once(desk: Desk) -> None:
    made = desk.accepted()
    assert desk.sign(made, LANCASHIRE).status == "part_signed"
    signed = desk.sign(made, BLACKPOOL)
    assert (signed.status, signed.flows[0].state) == ("active", "live")


def test_all_signed_before_the_start_is_executed(desk: Desk) -> None:
    made = desk.active(starts_on=(TODAY + timedelta(days=1)).isoformat())
    assert (made.status, made.flows[0].state) == ("executed", "waiting")


def test_a_flow_goes_live_without_the_signatures_of_others(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    desk.sign(made, LANCASHIRE)
    signed = desk.sign(made, BLACKPOOL)
    assert signed.status == "active"
    assert desk.flows(made.ref) == {"f1": "live", "f2": "waiting", "f3": "waiting"}
    assert desk.sharing(made.ref, "f2").awaiting == (POLICE,)


def test_an_active_version_takes_the_signatures_that_are_missing(desk: Desk) -> None:
    made = desk.active(**triangle())
    assert set(desk.flows(made.ref).values()) == {"live"}
    assert made.status == "active"


def test_the_body_may_be_named_by_any_identifier(desk: Desk) -> None:
    made = desk.accepted()
    signed = desk.sign(made, "orgid:GB-LAE-LAN", by=desk.cast(LANCASHIRE, "signatory"))
    assert signed.status == "part_signed"
    assert desk.read(made.ref).signatures[0].organisation == LANCASHIRE


def test_a_patient_flow_waits_for_the_caldicott_guardian(desk: Desk) -> None:
    made = desk.create(by=desk.cast(BLACKPOOL, "ig_officer"), **PATIENTS)
    desk.submit(made.ref, by=desk.cast(BLACKPOOL, "ig_officer"))
    desk.review(made.ref, by=desk.cast(TRUST, "ig_officer"))
    desk.sign(made, TRUST)
    assert desk.sign(made, BLACKPOOL).status == "part_signed"
    assert desk.sign(made, TRUST, role="caldicott_guardian").status == "active"


def test_no_guardian_signs_where_no_patient_information_flows(desk: Desk) -> None:
    with pytest.raises(NotASigner):
        desk.sign(desk.accepted(), LANCASHIRE, role="caldicott_guardian")


def test_nobody_signs_for_another_organisation(desk: Desk) -> None:
    with pytest.raises(NotYourOrganisation):
        desk.sign(desk.accepted(), BLACKPOOL, by=desk.cast(LANCASHIRE, "signatory"))


def test_the_role_named_must_be_held(desk: Desk) -> None:
    with pytest.raises(MayNot):
        desk.sign(desk.accepted(), LANCASHIRE, by=desk.cast(LANCASHIRE, "siro"))


def test_a_signatory_whose_role_has_ended_signs_no_more(desk: Desk) -> None:
    made = desk.accepted()
    signatory = desk.cast(LANCASHIRE, "signatory")
    desk.end_roles(signatory)
    with pytest.raises(MayNot):
        desk.sign(made, LANCASHIRE, by=signatory)


def test_a_stranger_is_not_told_that_there_is_anything(desk: Desk) -> None:
    with pytest.raises(NoSuchAgreement):
        desk.sign(desk.accepted(), TRUST)


def test_a_text_is_signed_once_for_a_body(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE)
    with pytest.raises(AlreadySigned):
        desk.sign(made, LANCASHIRE, by=desk.cast(LANCASHIRE, "signatory", second=True))


def test_another_hash_than_the_texts_is_refused(desk: Desk) -> None:
    made = desk.accepted()
    with pytest.raises(GatesUnmet) as refused:
        desk.sign(made, LANCASHIRE, hash="sha256:" + "0" * 64)
    assert [one.rule for one in refused.value.unmet] == ["SD-05"]


def test_whoever_advised_on_a_dpia_neither_signs_nor_reviews_what_it_covers(desk: Desk) -> None:
    made = desk.create()
    desk.approved(Kind.DPIA, made.ref)
    desk.submit(made.ref)
    adviser = desk.cast(LANCASHIRE, "dpo")
    for role in ("ig_officer", "signatory"):
        adviser = desk.grant(adviser, role)
    with pytest.raises(GatesUnmet) as refused:
        desk.review(made.ref, by=adviser)
    assert [one.rule for one in refused.value.unmet] == ["SD-02"]

    made = desk.review(made.ref)
    with pytest.raises(GatesUnmet) as refused:
        desk.sign(made, LANCASHIRE, by=adviser)
    assert [one.rule for one in refused.value.unmet] == ["SD-02"]
    assert desk.sign(made, LANCASHIRE).status == "part_signed"


def test_a_dpo_who_advised_on_no_dpia_of_it_may_sign(desk: Desk) -> None:
    other, made = desk.create(), desk.accepted()
    desk.approved(Kind.DPIA, other.ref)
    desk.approved(Kind.ETHICS, made.ref)
    signer = desk.grant(desk.cast(LANCASHIRE, "dpo"), "signatory")
    assert desk.sign(made, LANCASHIRE, by=signer).status == "part_signed"


def test_an_author_does_not_sign(desk: Desk) -> None:
    made = desk.accepted()
    author = desk.grant(desk.officer(), "signatory")
    with pytest.raises(GatesUnmet) as refused:
        desk.sign(made, LANCASHIRE, by=author)
    assert [one.rule for one in refused.value.unmet] == ["SD-01"]


def test_signing_before_the_assessments_are_decided_names_them(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(biometrics="facial-live")])
    assert made.status == "assessments_pending"
    with pytest.raises(GatesUnmet) as refused:
        desk.sign(made, LANCASHIRE)
    assert [one.rule for one in refused.value.unmet if one.severity == "block"] == ["ET-01"]


def test_a_draft_cannot_be_signed(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.sign(desk.create(), LANCASHIRE)


def test_a_version_there_is_not_cannot_be_signed(desk: Desk) -> None:
    with pytest.raises(NoSuchAgreement):
        desk.sign(desk.accepted(), LANCASHIRE, version=2)


def test_a_signature_stands_where_a_gate_then_holds_its_flow(desk: Desk) -> None:
    made = desk.accepted(flows=[flow(automation="matching")])
    identifier = desk.approved(Kind.ETHICS, made.ref)
    desk.follow()
    desk.sign(made, LANCASHIRE)
    desk.revoke(Kind.ETHICS, identifier)
    signed = desk.sign(made, BLACKPOOL)
    assert (signed.status, signed.flows[0].state) == ("executed", "waiting")
    assert len(desk.read(made.ref).signatures) == 2


def test_a_refusal_before_anything_is_live_rejects_the_version(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    desk.sign(made, LANCASHIRE)
    refused = desk.refuse(made, POLICE)
    assert refused.status == "rejected"
    assert {desk.sharing(made.ref, one).ended_by for one in ("f1", "f2", "f3")} == {"refused"}


def test_a_refusal_of_a_live_agreement_ends_the_refusers_flows_alone(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    desk.sign(made, LANCASHIRE)
    desk.sign(made, BLACKPOOL)
    refused = desk.refuse(made, POLICE)
    assert refused.status == "active"
    assert desk.flows(made.ref) == {"f1": "live", "f2": "ended", "f3": "ended"}


def test_a_refusal_is_not_taken_for_a_signature(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    desk.sign(made, LANCASHIRE)
    desk.sign(made, BLACKPOOL)
    desk.refuse(made, POLICE)
    desk.daily_pass(NOW + timedelta(days=1))
    assert desk.flows(made.ref) == {"f1": "live", "f2": "ended", "f3": "ended"}


def test_a_rejected_amendment_leaves_the_version_in_force(desk: Desk) -> None:
    made = desk.active()
    newer = desk.amended(made.ref, kind="isp")
    assert desk.refuse(newer, BLACKPOOL).status == "rejected"
    assert (desk.status(made.ref, 1), desk.flows(made.ref, 1)) == ("active", {"f1": "live"})
