"""Finding the other body by part of its name, and the items that agreements name."""

from dataclasses import replace

import pytest

from registry.decisions.index import Index
from registry.frontline.finding import MOST, NOTHING, Search, find_bodies, list_items
from tests.unit.decisions.making import (
    BODIES,
    CHARITY,
    COUNCIL,
    FLAG,
    HISTORY,
    POLICE,
    TRUST,
    flow,
    index_of,
    vocabulary,
)

PAIR = (COUNCIL, TRUST)


def index_with(*names: tuple[str, str]) -> Index:
    """An index that knows bodies by their English and Welsh names alone, besides the usual ones."""
    index = Index(vocabulary())
    made = [
        replace(BODIES[1], id=f"local:b{number}", aliases=(), name_en=en, name_cy=cy)
        for number, (en, cy) in enumerate(names)
    ]
    index.know([*BODIES, *made])
    return index


def found(index: Index, part: str) -> list[str]:
    return [body.name_en for body in find_bodies(index, part, ours=COUNCIL).bodies]


@pytest.mark.parametrize(
    "part", ["lancashire police", "CONSTAB", " constabulary  lanc ", "police:lancashire", "(cy) constabulary"]
)
def test_a_body_is_found_by_the_beginnings_of_words_of_its_names_and_identifiers(part: str) -> None:
    assert found(index_of(), part) == ["Lancashire Constabulary"]


@pytest.mark.parametrize("part", ["", "  ", "-", "onstabulary", "lancashire county"])
def test_nothing_is_found_by_nothing_by_the_middle_of_a_word_or_by_ones_own_name(part: str) -> None:
    assert find_bodies(index_of(), part, ours=COUNCIL) == NOTHING


def test_a_welsh_name_is_found_with_and_without_its_accents() -> None:
    index = index_with(("Isle of Anglesey Council", "Cyngor Sir Ynys Môn"))
    assert found(index, "ynys mon") == found(index, "YNYS MÔN") == ["Isle of Anglesey Council"]


def test_names_that_begin_with_what_was_typed_come_first() -> None:
    index = index_with(("East Bury Trust", "x"), ("Bury Council", "x"), ("Bury Charity", "x"))
    assert found(index, "bury") == ["Bury Charity", "Bury Council", "East Bury Trust"]


def test_many_are_cut_and_one_is_the_only_one() -> None:
    many = index_with(*((f"Trust {number}", "x") for number in range(MOST + 1)))
    cut = find_bodies(many, "trust", ours=COUNCIL)
    assert (len(cut.bodies), cut.is_cut, cut.only) == (MOST, True, "")
    assert find_bodies(many, "constabulary", ours=COUNCIL).only == POLICE


def test_items_are_those_of_live_or_waiting_flows_between_the_two_in_that_direction() -> None:
    index = index_of(
        flow(items=(FLAG,)),
        flow(flow="f2", state="ended", ended_by="terminated", items=(HISTORY,)),
    )
    assert list_items(index, PAIR, "safeguarding-flag", asker=TRUST) == ("child-protection-plan",)
    assert list_items(index, PAIR[::-1], "safeguarding-flag", asker=TRUST) == ()
    assert list_items(index, PAIR, "contact", asker=TRUST) == ()
    assert list_items(index, PAIR, "", asker=TRUST) == ()


def test_items_of_a_withheld_flow_are_named_to_its_parties_alone() -> None:
    index = index_of(flow(known_to=(COUNCIL, CHARITY)))
    assert list_items(index, PAIR, "safeguarding-flag", asker=COUNCIL) == ("child-protection-plan",)
    assert list_items(index, PAIR, "safeguarding-flag", asker=TRUST) == ()


def test_what_looks_like_a_person_leaves_nothing_of_a_search() -> None:
    assert Search.of([("part", "lanc"), ("find", "yes")]) == Search("lanc", is_asked=True)
    assert Search.of([("part", "943 476 5919"), ("find", "yes")]) == Search(is_asked=True, is_dropped=True)
    assert Search.of([("csrf_token", "a@b.test"), ("part", "x" * 99)]) == Search("x" * 80)
