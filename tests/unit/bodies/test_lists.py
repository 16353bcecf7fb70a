"""Lists of bodies: in the order of the page's language, found by a part of a name, a page at a time."""

from types import SimpleNamespace
from typing import Any

import pytest

from registry.bodies.matrix import Cell, matrix_of
from registry.bodies.paging import Paging
from registry.bodies.views import DRAWN, by_name, map_of, matches
from registry.organisations.naming import PublicName


def link(sender: PublicName, receiver: PublicName, agreements: int = 1) -> Any:
    """A row of `queries.links`."""
    return SimpleNamespace(sender=sender.id, receiver=receiver.id, agreements=agreements)


def named(name: str, welsh: str = "", **changes: str) -> PublicName:
    given = {"id": f"local:{name.casefold()}", "en": name, "cy": welsh or name, "kind": "council"}
    return PublicName(**{**given, "nations": "E", **changes})


def by_id(*names: PublicName) -> dict[str, PublicName]:
    return {name.id: name for name in names}


def test_welsh_letters_of_two_signs_have_their_own_place_in_welsh_alone() -> None:
    names = [named("Dinefwr"), named("Ddu"), named("Cymru"), named("Chwilog"), named("Llan"), named("Lyn")]
    assert [name.cy for name in by_name(names, "cy")] == ["Cymru", "Chwilog", "Dinefwr", "Ddu", "Lyn", "Llan"]
    assert [name.en for name in by_name(names, "en")] == ["Chwilog", "Cymru", "Ddu", "Dinefwr", "Llan", "Lyn"]


@pytest.mark.parametrize("typed", ["ynys mon", "MÔN", " anglesey", "local:isle"])
def test_a_body_is_found_by_a_part_of_its_name_in_either_language_or_of_its_id(typed: str) -> None:
    assert matches(named("Isle of Anglesey", "Ynys Môn"), typed)
    assert not matches(named("Isle of Wight", "Ynys Wyth", id="gss:E06000046"), typed)


def test_a_page_beyond_the_last_is_the_last() -> None:
    paging = Paging.over(101, size=50, number=9, path="/bodies", query={"q": "a b", "kind": ""})
    assert (paging.number, paging.of, list(paging.of_these(range(101)))) == (3, 3, [100])
    assert (paging.previous, paging.next) == ("/bodies?q=a+b&page=2", "")


def test_what_is_asked_for_stays_in_the_addresses_of_a_long_list() -> None:
    paging = Paging.over(101, size=50, number=1, path="/bodies", query={"nation": "W"}, anchor="#list")
    assert (paging.here, paging.next) == ("/bodies?nation=W", "/bodies?nation=W&page=2#list")
    assert Paging.over(0, size=50, number=1, path="/bodies", query={}).of == 1


def test_a_map_draws_those_with_most_agreements_and_one_box_for_the_rest() -> None:
    body = named("Us")
    others = [named(f"Body {letter}") for letter in "abcdefghijklmnop"]
    links = [link(other, body, place) for place, other in enumerate(others, 1)]
    drawn = map_of(body, links, by_id(body, *others), "en")
    assert [node.name for node in drawn.senders[:2]] == ["Body p", "Body o"]
    assert len(drawn.senders) == DRAWN + 1
    assert (drawn.senders[-1].name, drawn.senders[-1].href) == ("6 more, in the table below", "#flows")
    assert drawn.receivers == []


def test_a_body_that_is_not_named_has_no_link_in_the_map() -> None:
    body, refuge = named("Us"), named("Refuge", id="kind:refuge", kind="refuge")
    drawn = map_of(body, [link(body, refuge)], by_id(body, refuge), "cy")
    assert [node.href for node in drawn.receivers] == [""]


def test_a_name_in_the_other_language_alone_says_so() -> None:
    body = named("Us", cy="")
    drawn = map_of(body, [], by_id(body), "cy").body
    assert (drawn.name, drawn.lang) == ("Us", "en")


def test_the_matrix_has_no_empty_row_or_column() -> None:
    one, two, three = named("One"), named("Two", kind="police"), named("Three")
    links = [link(one, two, 2), link(three, one)]
    matrix = matrix_of(
        links,
        by_id(one, two, three),
        "en",
        sends=lambda name: name.kind == "council",
        receives=lambda name: name.kind == "police",
    )
    assert (matrix.senders, matrix.receivers) == ([one], [two])
    assert matrix.row(one, [two, three]) == [Cell(two, 2), Cell(three, 0)]


@pytest.mark.parametrize(("agreements", "shade"), [(0, 0), (1, 1), (3, 2), (4, 3), (7, 3), (8, 4), (900, 4)])
def test_more_agreements_make_a_darker_cell(agreements: int, shade: int) -> None:
    assert Cell(named("One"), agreements).shade == shade
