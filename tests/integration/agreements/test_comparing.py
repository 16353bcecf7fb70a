"""Texts side by side: what a version changed, agreements like the one meant, clones, the agreement on top."""

import json
from typing import Any

import pytest

from registry.agreements import actions
from registry.agreements.actions.change import Changed
from registry.agreements.differences import Difference
from registry.agreements.queries import Alike, Wish
from registry.agreements.rules import MayNot, NoSuchAgreement
from registry.agreements.schemas import CloneIn
from registry.callers import Caller
from registry.web.body import InvalidFields
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, item, triangle
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DAYS = {"starts_on": "2027-01-01", "expires_on": "2028-12-31", "review_on": "2028-01-01"}
WISH = Wish(frozenset({LANCASHIRE, BLACKPOOL}), frozenset({"statistics"}), frozenset({"housing"}))


def compared(
    desk: Desk, ref: str, number: int, earlier: int | None = None, by: Caller | None = None
) -> tuple[int, list[Difference]]:
    with desk.db.read() as reading:
        return actions.differences_between(
            reading, ref, number, earlier, caller=by or desk.officer(), now=desk.now, policies=POLICIES
        )


def alike(desk: Desk, wish: Wish = WISH, by: Caller | None = None) -> list[Alike]:
    with desk.db.read() as reading:
        return actions.find_similar(reading, wish, caller=by or desk.officer())


def cloned(desk: Desk, ref: str, by: Caller | None = None, **more: Any) -> Changed:
    return desk.do(
        actions.clone, ref, CloneIn.model_validate_json(json.dumps(DAYS | more)), by=by or desk.officer()
    )


def test_a_version_is_compared_with_the_one_it_was_made_from(desk: Desk) -> None:
    made = desk.active()
    desk.amended(made.ref, kind="isp")
    third = desk.amend(made.ref, kind="isp", marking="OFFICIAL-SENSITIVE")
    base, found = compared(desk, made.ref, third.version)
    assert (base, [one.pointer for one in found]) == (2, ["/marking"])
    base, found = compared(desk, made.ref, third.version, earlier=1)
    assert (base, [one.pointer for one in found]) == (1, ["/kind", "/marking"])


def test_a_first_version_differs_in_nothing(desk: Desk) -> None:
    assert compared(desk, desk.create().ref, 1) == (1, [])


def test_who_may_not_read_both_versions_sees_no_difference(desk: Desk) -> None:
    made = desk.active()
    desk.amend(made.ref, kind="isp")
    stranger = desk.cast(TRUST, "ig_officer")
    assert desk.read(made.ref, 1, by=stranger).version.number == 1
    with pytest.raises(NoSuchAgreement):
        compared(desk, made.ref, 2, by=stranger)


def test_strangers_see_of_a_summary_no_more_than_the_summary(desk: Desk) -> None:
    made = desk.active(publication="summary")
    newer = desk.amended(made.ref, publication="summary", kind="isp", items=[item(name="Homes")])
    desk.signed_by_all(newer)
    _, found = compared(desk, made.ref, 2, by=desk.cast(TRUST, "ig_officer"))
    assert [one.pointer for one in found] == ["/kind"]
    assert len(compared(desk, made.ref, 2)[1]) == 2


def test_the_most_alike_comes_first_with_what_it_shares(desk: Desk) -> None:
    close = desk.create(**triangle())
    desk.create(items=[item(category="education")])
    other = desk.create(items=[item(category="finance")], flows=triangle()["flows"][:1])
    wish = Wish(frozenset({LANCASHIRE, BLACKPOOL, POLICE}), WISH.purposes, WISH.categories)
    found = alike(desk, wish)
    assert found[0].row.ref == close.ref
    assert (found[0].parties, found[0].purposes, found[0].categories) == (
        (BLACKPOOL, LANCASHIRE, POLICE),
        ("statistics",),
        ("housing",),
    )
    assert other.ref in {one.row.ref for one in found[1:]}


def test_nothing_alike_needs_more_than_the_partners(desk: Desk) -> None:
    desk.create()
    assert alike(desk, Wish(WISH.parties, frozenset({"research"}), frozenset({"vehicle"}))) == []
    assert alike(desk, Wish(frozenset({LANCASHIRE, POLICE}), WISH.purposes, WISH.categories)) == []


def test_others_drafts_are_not_found_and_what_they_publish_is(desk: Desk) -> None:
    stranger = desk.cast(TRUST, "ig_officer")
    made = desk.create()
    assert alike(desk, by=stranger) == []
    desk.submit(made.ref)
    desk.signed_by_all(desk.review(made.ref))
    assert [one.row.ref for one in alike(desk, by=stranger)] == [made.ref]


def test_what_is_over_is_not_offered(desk: Desk) -> None:
    desk.withdraw(desk.create().ref)
    assert alike(desk) == []


def test_a_draft_is_told_of_those_like_it(desk: Desk) -> None:
    first = desk.create()
    assert first.similar == ()
    assert [one.row.ref for one in desk.create().similar] == [first.ref]


def test_a_clone_has_new_days_a_new_salt_and_the_old_text(desk: Desk) -> None:
    made = desk.active()
    again = cloned(desk, made.ref)
    old, new = desk.read(made.ref).terms, desk.read(again.ref).terms
    assert (again.version, again.status, again.ref != made.ref) == (1, "draft", True)
    assert new["salt"] != old["salt"]
    assert {name for name in old if old[name] != new[name]} == {*DAYS, "salt"}


def test_the_log_names_the_text_that_was_cloned(desk: Desk) -> None:
    made = desk.active()
    size = desk.size()
    cloned(desk, made.ref)
    assert [event.type for event in desk.events(size)] == ["agreement.drafted"]


def test_another_body_takes_a_place_in_the_clone(desk: Desk) -> None:
    made = desk.active()
    again = cloned(desk, made.ref, parties={BLACKPOOL: TRUST}, title={"en": "Another"})
    version = desk.read(again.ref).version
    assert version.parties == {LANCASHIRE, TRUST}
    assert version.terms.flows[0].to == TRUST
    assert version.terms.title.en == "Another"


def test_a_clone_is_a_draft_like_any_other(desk: Desk) -> None:
    made = desk.active()
    with pytest.raises(MayNot):
        cloned(desk, made.ref, by=desk.cast(LANCASHIRE, "signatory"))
    with pytest.raises(InvalidFields):
        cloned(desk, made.ref, by=desk.cast(TRUST, "ig_officer"))
    with pytest.raises(InvalidFields):
        cloned(desk, made.ref, review_on="2030-01-01")


def test_a_summary_cannot_be_cloned_by_those_who_see_no_more(desk: Desk) -> None:
    made = desk.active(publication="summary")
    with pytest.raises(MayNot):
        cloned(desk, made.ref, by=desk.cast(TRUST, "ig_officer"), parties={BLACKPOOL: TRUST})


def test_the_agreement_on_top_is_looked_up(desk: Desk) -> None:
    accord = desk.active(kind="mou")
    assert desk.create(parent=accord.ref).warnings == ()
    three = desk.create(parent=accord.ref, **triangle())
    assert [(one.code, one.pointer) for one in three.warnings] == [("parent-not-signed", "/terms/parent")]
    assert POLICE in three.warnings[0].en


@pytest.mark.parametrize("kind", ["isp", "none"])
def test_what_is_no_accord_of_this_register_is_told_and_stops_nothing(desk: Desk, kind: str) -> None:
    parent = desk.active(kind=kind).ref if kind == "isp" else "WASPI"
    made = desk.create(parent=parent)
    expected = "parent-no-framework" if kind == "isp" else "parent-not-here"
    assert [one.code for one in made.warnings] == [expected]
    assert desk.submit(made.ref).status == "in_review"
