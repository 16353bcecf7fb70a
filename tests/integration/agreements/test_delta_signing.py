"""Amending: who signs again and why, whose signature carries over, and what keeps one from counting."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from registry.agreements.actions.carrying import Needed
from registry.agreements.actions.change import Changed
from registry.agreements.rules import AlreadySigned
from registry.agreements.tables import CarriedSignature, Signature
from registry.db import table
from tests.integration.auditlog.damage import without_guards
from tests.samples.agreements import (
    BLACKPOOL,
    LANCASHIRE,
    POLICE,
    TRUST,
    basis,
    flow,
    item,
    triangle,
)
from tests.samples.desk import Desk

RETITLED = {"title": {"en": "Homes that stand empty", "cy": "Cartrefi gwag"}}


def weekly(leg: str) -> dict[str, Any]:
    """The triangle with one flow more frequent."""
    sides = triangle()
    flows = [one | {"frequency": "weekly"} if one["id"] == leg else one for one in sides["flows"]]
    return sides | {"flows": flows}


def asked(desk: Desk, made: Changed) -> dict[str, list[str]]:
    """The organisations asked to sign, each with the codes of the reasons."""
    needed: list[Needed] = list(desk.read(made.ref, made.version).needed)
    return {one.organisation: [because.code for because in one.because] for one in needed}


def carried(desk: Desk, made: Changed) -> set[str]:
    found = desk.read(made.ref, made.version).signatures
    return {row.organisation for row in found if row.carried_from is not None}


def test_everyone_signs_the_first_text(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    assert asked(desk, made) == {body: ["first-text"] for body in (LANCASHIRE, BLACKPOOL, POLICE)}
    assert asked(desk, desk.signed_by_all(made)) == {}


def test_only_the_ends_of_a_changed_flow_sign_again(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, **weekly("f1"))
    assert asked(desk, newer) == {LANCASHIRE: ["flow"], BLACKPOOL: ["flow"]}
    assert carried(desk, newer) == {POLICE}
    with pytest.raises(AlreadySigned):
        desk.sign(newer, POLICE)
    desk.sign(newer, LANCASHIRE)
    assert desk.sign(newer, BLACKPOOL).status == "active"
    assert desk.status(made.ref, 1) == "superseded"


def test_the_reason_points_at_what_changed_in_both_languages(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, **weekly("f2"))
    because = desk.read(made.ref, newer.version).needed[0].because[0]
    assert because.pointers == ("/flows/1/frequency",)
    assert because.en != because.cy


def test_the_draft_already_says_who_would_sign(desk: Desk) -> None:
    made = desk.active(**triangle())
    draft = desk.amend(made.ref, **weekly("f1"))
    assert asked(desk, draft).keys() == {LANCASHIRE, BLACKPOOL}
    desk.edit(made.ref, **weekly("f3"))
    assert asked(desk, draft).keys() == {POLICE, LANCASHIRE}
    assert carried(desk, draft) == set()


def test_a_signature_that_carries_over_still_names_the_text_that_was_signed(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, **weekly("f1"))
    (row,) = [row for row in desk.read(made.ref).signatures if row.carried_from]
    assert (row.carried_from, row.hash, row.organisation) == (1, made.hash, POLICE)
    (noted,) = [event for event in desk.events() if event.type == "agreement.signature_carried"]
    assert (noted.version, noted.org) == (newer.version, "")


def test_a_change_of_wording_goes_on_without_a_new_signature(desk: Desk) -> None:
    made = desk.active()
    newer = desk.amended(made.ref, **RETITLED)
    assert (newer.status, desk.status(made.ref, 1)) == ("active", "superseded")
    assert carried(desk, newer) == {LANCASHIRE, BLACKPOOL}
    assert desk.sharing(made.ref).version == 2


def test_what_binds_everyone_is_signed_by_everyone(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, kind="isp", **triangle())
    assert asked(desk, newer) == {body: ["framework"] for body in (LANCASHIRE, BLACKPOOL, POLICE)}


def test_an_item_touches_the_ends_of_the_flows_that_carry_it(desk: Desk) -> None:
    sides = triangle()
    sides["items"] = [item(), item(id="i2", code="homes-in-use")]
    sides["flows"][1]["items"] = ["i2"]
    made = desk.active(**sides)
    sides["items"][1]["name"] = "Homes in use"
    newer = desk.amended(made.ref, **sides)
    assert asked(desk, newer) == {BLACKPOOL: ["item"], POLICE: ["item"]}


def test_a_new_party_touches_those_at_the_ends_of_its_flows(desk: Desk) -> None:
    made = desk.active()
    joined = {
        "parties": [*triangle()["parties"][:2], {"organisation": TRUST, "roles": ["controller"]}],
        "flows": [flow(), flow(id="f2", to=TRUST, bases=[basis(LANCASHIRE), basis(TRUST)])],
    }
    newer = desk.amended(made.ref, **joined)
    assert asked(desk, newer).keys() == {LANCASHIRE, TRUST}
    assert "not-signed-before" in asked(desk, newer)[TRUST]
    assert carried(desk, newer) == {BLACKPOOL}


def test_signatures_carry_over_while_part_signed(desk: Desk) -> None:
    made = desk.accepted(starts_on="2026-12-01", **triangle())
    assert desk.sign(made, LANCASHIRE).status == "part_signed"
    desk.sign(made, POLICE)
    newer = desk.amended(made.ref, starts_on="2026-12-01", **weekly("f1"))
    assert desk.status(made.ref, 1) == "withdrawn"
    assert carried(desk, newer) == {POLICE}
    assert asked(desk, newer) == {LANCASHIRE: ["flow"], BLACKPOOL: ["flow", "not-signed-before"]}


def test_a_signature_carries_on_from_version_to_version_as_long_as_none_touches_it(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.amended(made.ref, **weekly("f1"))
    third = desk.amended(made.ref, **weekly("f1") | RETITLED)
    assert carried(desk, third) == {POLICE}
    fourth = desk.amended(made.ref, **weekly("f3") | RETITLED)
    assert carried(desk, fourth) == set()
    back = desk.amended(made.ref, **weekly("f1") | RETITLED)
    assert carried(desk, back) == set()


def test_a_refusal_does_not_carry_over(desk: Desk) -> None:
    made = desk.active(**triangle())
    second = desk.amended(made.ref, **weekly("f1"))
    desk.sign(second, LANCASHIRE)
    desk.sign(second, BLACKPOOL)
    third = desk.amended(made.ref, kind="isp", **weekly("f1"))
    desk.sign(third, LANCASHIRE)
    desk.sign(third, POLICE)
    desk.refuse(third, BLACKPOOL)
    fourth = desk.amended(made.ref, kind="isp", **weekly("f1") | RETITLED)
    assert BLACKPOOL in asked(desk, fourth)


def test_nobody_signs_by_carrying_over_a_text_they_have_written_in(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    signatory = desk.cast(LANCASHIRE, "signatory")
    desk.sign(made, LANCASHIRE)
    desk.sign(made, BLACKPOOL)
    desk.sign(made, POLICE)
    both = replace(desk.grant(signatory, "ig_officer"), roles=frozenset({"ig_officer"}))
    desk.amend(made.ref, by=both, **triangle() | RETITLED)
    desk.submit(made.ref)
    newer = desk.review(made.ref)
    assert asked(desk, newer) == {LANCASHIRE: ["signer-wrote-this-text"]}


def test_a_suspended_flow_is_not_started_again_by_an_earlier_signature(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.suspend(made.ref, desk.cast(POLICE, "dpo"), flow="f2")
    newer = desk.amended(made.ref, **triangle() | RETITLED)
    assert asked(desk, newer) == {BLACKPOOL: ["sharing-stopped"], POLICE: ["sharing-stopped"]}
    assert desk.flows(made.ref)["f2"] == "waiting"


def test_a_suspension_after_the_signature_carried_over_takes_it_back(desk: Desk) -> None:
    made = desk.active(**triangle())
    newer = desk.amended(made.ref, **weekly("f1"))
    desk.suspend(made.ref, desk.cast(POLICE, "dpo"), flow="f2")
    assert asked(desk, newer)[POLICE] == ["sharing-stopped"]
    desk.sign(newer, LANCASHIRE)
    desk.sign(newer, BLACKPOOL)
    assert desk.flows(made.ref, 2) == {"f1": "live", "f2": "waiting", "f3": "waiting"}
    desk.sign(newer, POLICE)
    assert set(desk.flows(made.ref, 2).values()) == {"live"}


def test_who_left_is_not_brought_back_by_an_earlier_signature(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.terminate(made.ref, desk.cast(POLICE, "signatory"))
    newer = desk.amended(made.ref, **triangle() | RETITLED)
    assert "sharing-stopped" in asked(desk, newer)[POLICE]
    assert desk.flows(made.ref, 2)["f3"] == "waiting"


def test_a_signature_carries_over_once_the_text_is_frozen_and_not_before(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.amend(made.ref, **weekly("f1"))
    desk.submit(made.ref)
    assert desk.rows(CarriedSignature) == []
    desk.review(made.ref, outcome="changes", comments=[{"pointer": "/flows/1", "text": "Too often?"}])
    desk.edit(made.ref, **weekly("f2"))
    desk.submit(made.ref)
    newer = desk.review(made.ref)
    assert carried(desk, newer) == {LANCASHIRE}


def test_who_leaves_an_agreement_is_not_bound_by_the_text_after_the_next(desk: Desk) -> None:
    made = desk.active(**triangle())
    desk.amended(made.ref, **weekly("f1"))
    third = desk.amended(made.ref, **weekly("f1") | RETITLED)
    assert carried(desk, third) == {POLICE}
    for leaving in (POLICE, LANCASHIRE):
        desk.terminate(made.ref, desk.cast(leaving, "signatory"))
    assert desk.status(made.ref, 1) == "terminated"
    assert asked(desk, third)[POLICE] == ["sharing-stopped"]
    desk.sign(third, LANCASHIRE)
    assert desk.flows(made.ref, 3)["f3"] == "waiting"


def test_what_was_signed_outside_is_signed_here(desk: Desk) -> None:
    made = desk.active()
    with without_guards(desk.db) as tx:
        tx.execute(update(table(Signature)).values(strength="attested"))
    newer = desk.amended(made.ref, **RETITLED)
    assert asked(desk, newer) == {body: ["signed-outside"] for body in (LANCASHIRE, BLACKPOOL)}
