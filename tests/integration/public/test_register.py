"""The public register over real agreements: who finds what, and that a change is seen at once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from registry.agreements.rules import NoSuchAgreement
from registry.callers import Caller
from registry.db import Database, table
from registry.organisations.tables import Organisation
from registry.public.keeping import Register
from registry.public.searching import Search
from registry.public.seeing import Viewer, see, show
from registry.public.showing import Shown
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, flow, furnish, note_sample
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

WITHHELD = {
    "publication": "withheld",
    "transparency": {"foi_exemption": "FOIA 2000 s.31", "withheld_reviewer": "Monitoring officer"},
}

NEWER: dict[str, Any] = {
    "title": {"en": "Vacant homes", "cy": ""},
    "flows": [flow(subject_groups=["tenant", "child"])],
}


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


Find = Callable[..., list[tuple[str, int, str]]]


@pytest.fixture
def find(desk: Desk) -> Find:
    """What one worker finds: reference, version and status of each line."""
    register = Register(POLICIES.law)

    def find(organisation: str = "", **search: str) -> list[tuple[str, int, str]]:
        with desk.db.read() as reading:
            lines = register.find(reading, Search(**search), "en", organisation)  # type: ignore[arg-type]
        return [(line.ref, line.number, line.status) for line in lines]

    return find


def viewer(caller: Caller | None = None) -> Viewer:
    return Viewer(caller, POLICIES, NOW)


def shown(desk: Desk, ref: str, number: int | None = None, *, caller: Caller | None = None) -> Shown:
    with desk.db.read() as reading:
        return show(reading, see(reading, ref, number, viewer(caller)), viewer(caller))


def test_an_agreement_is_public_from_the_moment_it_is_in_force(desk: Desk, find: Find) -> None:
    made = desk.accepted()
    assert find() == []
    desk.sign(made, LANCASHIRE)
    assert find() == []
    desk.sign(made, BLACKPOOL)
    assert find() == [(made.ref, 1, "active")]
    desk.suspend(made.ref, desk.cast(LANCASHIRE, "siro"), organisation=LANCASHIRE)
    assert find() == [(made.ref, 1, "suspended")]


def test_the_parties_find_what_is_not_public_and_nobody_else_does(desk: Desk, find: Find) -> None:
    draft, withheld = desk.create(), desk.active(**WITHHELD)
    assert find() == find(POLICE) == []
    assert {ref for ref, _, _ in find(BLACKPOOL)} == {draft.ref, withheld.ref}


@pytest.mark.parametrize(
    "search",
    [
        {"text": "empty HOMES"},
        {"text": "gwag"},
        {"text": "county council"},
        {"text": "homes cyngor"},
        {"party": "orgid:GB-LAE-LAN"},
        {"party": "county"},
        {"purpose": "statistics", "category": "housing", "status": "active"},
    ],
)
def test_words_codes_and_names_of_bodies_find_an_agreement(
    desk: Desk, find: Find, search: dict[str, str]
) -> None:
    name(desk, LANCASHIRE, name_en="Lancashire County Council", name_cy="Cyngor Sir")
    made = desk.active()
    assert find(**search) == [(made.ref, 1, "active")]
    assert find(text=made.ref) == [(made.ref, 1, "active")]


@pytest.mark.parametrize("search", [{"text": "zebra"}, {"party": POLICE}, {"purpose": "research"}])
def test_nothing_else_finds_it(desk: Desk, find: Find, search: dict[str, str]) -> None:
    desk.active()
    assert find(**search) == []


def test_the_newest_version_in_force_stands_for_the_agreement(desk: Desk, find: Find) -> None:
    made = desk.active()
    amended = desk.amended(made.ref, **NEWER)
    assert find() == [(made.ref, 1, "active")]
    assert find(LANCASHIRE) == [(made.ref, 1, "active"), (made.ref, 2, amended.status)]
    desk.signed_by_all(amended)
    assert find() == [(made.ref, 2, "active")]
    page = shown(desk, made.ref)
    assert (page.number, page.title["en"]) == (2, "Vacant homes")
    assert [edition.number for edition in page.editions] == [2, 1]
    assert shown(desk, made.ref, 1).title["en"] == "Empty homes figures"


def test_a_body_whose_location_is_protected_is_found_and_shown_by_its_kind_alone(
    desk: Desk, find: Find
) -> None:
    name(desk, BLACKPOOL, kind="refuge", name_en="Rose House", name_cy="Rose House")
    made = desk.active()
    assert find(text="rose") == find(party="rose") == find(party=BLACKPOOL) == []
    assert find(text="refuge") == find(party="kind:refuge") == [(made.ref, 1, "active")]
    page = shown(desk, made.ref)
    assert "Rose House" not in str(page)
    assert BLACKPOOL not in str(page)
    assert "Rose House" in str(shown(desk, made.ref, caller=desk.officer()))


def test_what_a_visitor_may_not_see_is_not_there(desk: Desk) -> None:
    draft, withheld = desk.create(), desk.active(**WITHHELD)
    stranger = desk.cast(POLICE, "ig_officer")
    for ref in (draft.ref, withheld.ref, "ISA-NONE"):
        for caller in (None, stranger):
            with pytest.raises(NoSuchAgreement):
                shown(desk, ref, caller=caller)
    assert not shown(desk, draft.ref, caller=desk.officer()).is_public
    assert not shown(desk, withheld.ref, caller=desk.officer()).is_public


def test_a_version_that_is_not_public_is_not_there_beside_one_that_is(desk: Desk) -> None:
    made = desk.active()
    desk.amend(made.ref, **NEWER)
    assert [edition.number for edition in shown(desk, made.ref).editions] == [1]
    with pytest.raises(NoSuchAgreement):
        shown(desk, made.ref, 2)
    assert shown(desk, made.ref, caller=desk.officer()).number == 2


def test_of_a_summary_strangers_see_the_summary(desk: Desk) -> None:
    made = desk.active(publication="summary")
    page = shown(desk, made.ref)
    assert page.summary["en"] == "Counts of empty homes."
    assert (list(page.sharings), list(page.contacts), list(page.rights)) == ([], [], [])
    assert shown(desk, made.ref, caller=desk.officer()).sharings


def test_who_shares_what_with_whom_and_why_is_said_in_words(desk: Desk) -> None:
    made = desk.active()
    [sharing] = shown(desk, made.ref).sharings
    assert (sharing.giver.id, sharing.taker.id) == (LANCASHIRE, BLACKPOOL)
    assert [word["en"] for word in sharing.why] == ["Statistics"]
    assert sharing.reliances[0].lines[0].said["en"] == "Public task"
    assert sharing.kept is not None
    assert sharing.kept.years == 1


def name(desk: Desk, organisation: str, **values: str) -> None:
    """Give a body of the sample other facts."""
    bodies = table(Organisation)
    with desk.db.write() as tx:
        tx.execute(update(bodies).where(bodies.c.id == organisation).values(values))
        note_sample(tx)
