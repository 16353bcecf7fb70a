"""Making a text: who may, what is refused, what a change of it brings."""

from contextlib import suppress
from typing import Any

import pytest

from registry.agreements import actions, queries
from registry.agreements.rules import GatesUnmet, MayNot, NoChange, NoSuchAgreement, WrongStatus
from registry.agreements.schemas import ReasonIn
from registry.db import UnrecordedChange
from registry.errors import StaleVersion
from registry.policy import Unmet
from registry.web.body import InvalidFields
from registry.web.documents import digest
from tests.samples.agreements import (
    BLACKPOOL,
    LANCASHIRE,
    NOW,
    POLICE,
    TRUST,
    basis,
    flow,
    item,
    triangle,
)
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

SALT = "AAAAAAAAAAAAAAAAAAAAAA"
CHANGES: dict[str, Any] = {"outcome": "changes", "comments": [{"pointer": "/items/0", "text": "Why?"}]}


def rules_of(unmet: tuple[Unmet, ...]) -> set[str]:
    return {one.rule for one in unmet if one.severity == "block"}


def faults(refused: pytest.ExceptionInfo[InvalidFields]) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_a_draft_is_the_first_version_of_a_new_agreement(desk: Desk) -> None:
    made = desk.create()
    assert (made.version, made.status, made.flows[0].state) == (1, "draft", "waiting")
    assert desk.read(made.ref).version.etag == made.etag


def test_a_salt_is_kept_when_given(desk: Desk) -> None:
    made = desk.create(salt=SALT)
    assert desk.read(made.ref).terms["salt"] == SALT


def test_a_salt_is_made_when_absent(desk: Desk) -> None:
    first, second = desk.create(), desk.create()
    assert first.hash != second.hash
    assert len(desk.read(first.ref).terms["salt"]) == 22


def test_the_hash_is_that_of_the_stored_bytes(desk: Desk) -> None:
    version = desk.read(desk.create().ref).version
    assert version.hash == digest(version.document)


def test_only_officers_draft(desk: Desk) -> None:
    before = desk.size()
    with pytest.raises(MayNot):
        desk.create(by=desk.cast(LANCASHIRE, "signatory"))
    assert desk.size() == before


def test_a_role_that_has_ended_since_the_token_was_issued_counts_no_more(desk: Desk) -> None:
    officer = desk.officer()
    desk.end_roles(officer)
    with pytest.raises(MayNot):
        desk.create(by=officer)


def test_an_agreement_is_drafted_by_one_of_its_parties(desk: Desk) -> None:
    with pytest.raises(InvalidFields) as refused:
        desk.create(by=desk.cast(TRUST, "ig_officer"))
    assert faults(refused) == [("/terms/parties", "not-a-party")]


def test_every_unknown_code_and_body_is_named_at_once(desk: Desk) -> None:
    unknown = flow(purposes=["statistics", "world-peace"], gateways=["XX99"])
    with pytest.raises(InvalidFields) as refused:
        desk.create(flows=[unknown], items=[item(category="gossip")])
    assert faults(refused) == [
        ("/terms/items/0/category", "unknown-code"),
        ("/terms/flows/0/purposes/1", "unknown-code"),
        ("/terms/flows/0/gateways/0", "unknown-code"),
    ]


def test_one_body_is_not_two_parties_by_two_of_its_names(desk: Desk) -> None:
    twice = [{"organisation": name, "roles": ["controller"]} for name in (LANCASHIRE, "orgid:GB-LAE-LAN")]
    with pytest.raises(InvalidFields) as refused:
        desk.create(
            parties=twice,
            flows=[flow(to="orgid:GB-LAE-LAN", bases=[])],
        )
    assert faults(refused) == [("/terms/parties/1/organisation", "repeated-id")]


def test_a_body_may_be_named_by_any_identifier_and_answers_use_the_primary(desk: Desk) -> None:
    alias = "orgid:GB-LAE-LAN"
    made = desk.create(
        parties=[{"organisation": name, "roles": ["controller"]} for name in (alias, BLACKPOOL)],
        flows=[flow(**{"from": alias, "bases": [basis(alias), basis(BLACKPOOL)]})],
    )
    found = desk.read(made.ref)
    assert found.version.parties == {LANCASHIRE, BLACKPOOL}
    assert found.terms["parties"][0]["organisation"] == alias
    desk.submit(made.ref)
    desk.review(made.ref)
    assert desk.signed_by_all(made).status == "active"
    assert desk.sharing(made.ref).holder == LANCASHIRE


def test_an_edit_keeps_the_number_and_changes_the_hash(desk: Desk) -> None:
    made = desk.create()
    edited = desk.edit(made.ref, title={"en": "Empty homes", "cy": ""}, if_match=made.etag)
    assert (edited.version, edited.hash != made.hash) == (1, True)
    assert desk.read(made.ref).terms["title"]["en"] == "Empty homes"


def test_an_edit_of_another_state_than_was_read_is_refused(desk: Desk) -> None:
    made = desk.create()
    desk.edit(made.ref)
    with pytest.raises(StaleVersion):
        desk.edit(made.ref, if_match=made.etag)


@pytest.mark.parametrize("form", ["*", '"0.0", {etag}', "{etag}"])
def test_any_of_several_tags_may_match(desk: Desk, form: str) -> None:
    made = desk.create()
    assert desk.edit(made.ref, if_match=form.format(etag=made.etag)).status == "draft"


def test_another_party_reads_a_draft_and_may_not_edit_it(desk: Desk) -> None:
    made = desk.create()
    reader = desk.cast(BLACKPOOL, "ig_officer")
    assert desk.read(made.ref, by=reader).version.ref == made.ref
    with pytest.raises(MayNot):
        desk.edit(made.ref, by=reader)


def test_a_stranger_finds_no_draft(desk: Desk) -> None:
    made = desk.create()
    stranger = desk.cast(TRUST, "ig_officer")
    with pytest.raises(NoSuchAgreement):
        desk.read(made.ref, by=stranger)
    with pytest.raises(NoSuchAgreement):
        desk.edit(made.ref, by=stranger)


def test_a_submitted_text_is_frozen(desk: Desk) -> None:
    made = desk.create()
    assert desk.submit(made.ref).status == "in_review"
    with pytest.raises(WrongStatus):
        desk.edit(made.ref)


def test_a_text_that_comes_back_is_replaced_and_its_bytes_are_kept(desk: Desk) -> None:
    made = desk.create()
    desk.submit(made.ref)
    assert desk.review(made.ref, **CHANGES).status == "changes_requested"
    edited = desk.edit(made.ref, summary={"en": "Counts.", "cy": ""})
    desk.submit(made.ref)
    assert {made.hash, edited.hash} <= desk.frozen()


def test_every_unmet_gate_is_told_at_once(desk: Desk) -> None:
    bases = [basis(LANCASHIRE, art6="ea")]
    made = desk.create(
        flows=[flow(bases=bases)],
        items=[item(special=True, identifiability="identifiable")],
    )
    with pytest.raises(GatesUnmet) as refused:
        desk.submit(made.ref)
    assert rules_of(refused.value.unmet) == {"LB-01", "LB-02", "LB-08", "LB-11"}
    assert desk.status(made.ref) == "draft"


@pytest.mark.parametrize("method", ["email", "post"])
def test_sensitive_data_does_not_travel_unprotected(desk: Desk, method: str) -> None:
    made = desk.create(flows=[flow(methods=[method])], items=[item(criminal=True)])
    with pytest.raises(GatesUnmet) as refused:
        desk.submit(made.ref)
    assert rules_of(refused.value.unmet) == {"LB-04", "SE-01"}


def test_ordinary_figures_may_go_by_post(desk: Desk) -> None:
    made = desk.create(flows=[flow(methods=["post"])])
    assert desk.submit(made.ref).status == "in_review"


def test_a_hospital_cannot_share_under_the_serious_violence_duty_whatever_it_acts_as(desk: Desk) -> None:
    hospital = flow(
        **{
            "from": TRUST,
            "gateways": ["PCSC22-16"],
            "discloser_function": "emergency-department",
            "bases": [basis(TRUST), basis(BLACKPOOL)],
        }
    )
    made = desk.create(
        by=desk.cast(BLACKPOOL, "ig_officer"),
        parties=[{"organisation": body, "roles": ["controller"]} for body in (TRUST, BLACKPOOL)],
        items=[item(identifiability="identifiable")],
        flows=[hospital],
    )
    with pytest.raises(GatesUnmet) as refused:
        desk.submit(made.ref, by=desk.cast(BLACKPOOL, "ig_officer"))
    assert rules_of(refused.value.unmet) == {"GW-03"}


@pytest.mark.parametrize("author", ["writer", "editor", "submitter"])
def test_no_author_reviews_the_text(desk: Desk, author: str) -> None:
    people = {
        "writer": desk.officer(),
        "editor": desk.officer(second=True),
        "submitter": desk.cast(LANCASHIRE, "asset_owner"),
    }
    made = desk.create(by=people["writer"])
    desk.edit(made.ref, by=people["editor"])
    desk.submit(made.ref, by=people["submitter"])
    reviewer = desk.grant(people[author], "ig_officer")
    with pytest.raises(GatesUnmet) as refused:
        desk.review(made.ref, by=reviewer)
    assert rules_of(refused.value.unmet) == {"SD-01"}


def test_an_officer_of_another_party_may_review(desk: Desk) -> None:
    made = desk.create()
    desk.submit(made.ref)
    assert desk.review(made.ref, by=desk.cast(BLACKPOOL, "ig_officer")).status == "ready_to_sign"


def test_a_draft_cannot_be_reviewed(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.review(desk.create().ref)


def test_a_version_not_in_force_can_be_withdrawn(desk: Desk) -> None:
    made = desk.accepted()
    gone = desk.withdraw(made.ref)
    assert (gone.status, gone.flows[0].state) == ("withdrawn", "ended")
    assert desk.sharing(made.ref).ended_by == "withdrawn"


def test_a_version_in_force_cannot_be_withdrawn(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.withdraw(desk.active().ref)


def test_a_draft_is_edited_not_amended(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.amend(desk.create().ref, kind="isp")


def test_amending_to_the_same_terms_is_no_change(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(NoChange):
        desk.amend(made.ref)


def test_an_amended_text_has_a_salt_of_its_own(desk: Desk) -> None:
    made = desk.active(salt=SALT)
    desk.amend(made.ref, salt=SALT, kind="isp")
    assert desk.read(made.ref).terms["salt"] != SALT


def test_who_wrote_the_text_that_was_amended_does_not_review_the_amendment(desk: Desk) -> None:
    made = desk.accepted()
    amended = desk.amend(made.ref, by=desk.cast(LANCASHIRE, "asset_owner"), kind="isp")
    desk.submit(amended.ref, by=desk.cast(LANCASHIRE, "asset_owner"))
    with pytest.raises(GatesUnmet) as refused:
        desk.review(made.ref, by=desk.officer())
    assert rules_of(refused.value.unmet) == {"SD-01"}


def test_amending_what_is_not_in_force_yet_voids_its_signatures(desk: Desk) -> None:
    made = desk.accepted()
    desk.sign(made, LANCASHIRE)
    amended = desk.amend(made.ref, kind="isp")
    assert (amended.version, amended.status) == (2, "draft")
    assert desk.status(made.ref, 1) == "withdrawn"
    assert desk.read(made.ref, 2).signatures == []


def test_a_version_in_force_stays_so_until_the_new_one_is(desk: Desk) -> None:
    made = desk.active()
    newer = desk.amended(made.ref, kind="isp")
    assert desk.status(made.ref, 1) == "active"
    assert desk.signed_by_all(newer).status == "active"
    assert (desk.status(made.ref, 1), desk.flows(made.ref, 1)) == ("superseded", {"f1": "ended"})


def test_flows_are_replaced_one_by_one_as_their_own_parties_sign(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, kind="isp", **triangle())
    desk.sign(newer, LANCASHIRE)
    desk.sign(newer, BLACKPOOL)
    assert desk.flows(made.ref, 1) == {"f1": "ended", "f2": "live", "f3": "live"}
    assert desk.flows(made.ref, 2) == {"f1": "live", "f2": "waiting", "f3": "waiting"}
    desk.sign(newer, POLICE)
    assert (desk.status(made.ref, 1), desk.status(made.ref, 2)) == ("superseded", "active")


def test_the_newest_version_replaces_every_older_one(desk: Desk) -> None:
    made = desk.active(**triangle())
    second = desk.amended(made.ref, kind="isp", **triangle())
    desk.sign(second, LANCASHIRE)
    desk.sign(second, BLACKPOOL)
    third = desk.amended(made.ref, kind="jca", **triangle())
    desk.signed_by_all(third)
    assert [desk.status(made.ref, number) for number in (1, 2, 3)] == ["superseded", "superseded", "active"]


def test_the_signature_stands_before_what_it_replaces_in_the_log(desk: Desk) -> None:
    made = desk.active()
    newer = desk.amended(made.ref, kind="isp")
    desk.sign(newer, LANCASHIRE)
    signed = desk.sign(newer, BLACKPOOL)
    types = [event.type for event in desk.events(signed.log_index)]
    assert types == [
        "agreement.signed",
        "flow.live",
        "agreement.activated",
        "flow.ended",
        "agreement.superseded",
    ]
    assert signed.log_size == signed.log_index + len(types)


def test_an_agreement_is_amended_again_after_an_amendment_came_to_nothing(desk: Desk) -> None:
    made = desk.active()
    desk.amend(made.ref, kind="isp")
    desk.withdraw(made.ref)
    assert desk.amend(made.ref, kind="jca").version == 3
    assert desk.status(made.ref, 1) == "active"


def test_what_fails_leaves_nothing_behind(desk: Desk) -> None:
    made = desk.submit(desk.create().ref)
    with suppress(RuntimeError), desk.db.write() as tx:
        reason = ReasonIn(reason="Second thoughts.")
        actions.withdraw(tx, made.ref, reason, caller=desk.officer(), now=NOW, policies=POLICIES)
        raise RuntimeError("the connection broke")
    assert (desk.status(made.ref), desk.size()) == ("in_review", made.log_size)


def test_a_version_is_never_changed_without_an_event(desk: Desk) -> None:
    made = desk.create()
    with pytest.raises(UnrecordedChange), desk.db.write() as tx:
        queries.update_version(tx, queries.lock(tx, made.ref), status="active")
    assert desk.status(made.ref) == "draft"
