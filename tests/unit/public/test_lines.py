"""Lines of the register: what is found among them, in which order, and what becomes of a change."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.public.lines import ORDERS, Line, Order, Shelf, Wanted

DAY = date(2026, 11, 22)
EVERYTHING = Wanted()
COUNCIL, FORCE, TRUST = "gss:E10000017", "police:lancashire", "ods:RTX"


def line(ref: str, **changes: Any) -> Line:
    values: dict[str, Any] = {
        "number": 1,
        "status": "active",
        "is_public": True,
        "title_en": f"Agreement {ref}",
        "title_cy": f"Cytundeb {ref}",
        "starts_on": DAY,
        "expires_on": DAY + timedelta(days=700),
        "review_on": DAY + timedelta(days=350),
        "parties": (COUNCIL, FORCE),
        "purposes": ("statistics",),
        "categories": ("housing",),
    }
    return Line(ref=ref, **values | changes)


def shelf(*lines: Line) -> Shelf:
    made = Shelf()
    made.fill(lines)
    return made


def refs(
    made: Shelf, wanted: Wanted = EVERYTHING, order: Order = "title", organisation: str = ""
) -> list[str]:
    return [line.ref for line in made.find(wanted, order, "en", organisation)]


def words(*words: str, named: frozenset[str] = frozenset()) -> Wanted:
    return Wanted(words=words, named=(named,) * len(words))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["a", "b"]),
        (words("homes"), ["b"]),
        (words("cartrefi"), ["b"]),
        (words("homes", "zebra"), []),
        (words("a"), ["a", "b"]),
        (words("trust", named=frozenset({TRUST})), ["b"]),
        (Wanted(bodies=frozenset({FORCE})), ["a"]),
        (Wanted(bodies=frozenset()), []),
        (Wanted(purpose="research"), ["b"]),
        (Wanted(category="housing"), ["a"]),
        (Wanted(status="suspended"), ["b"]),
        (Wanted(status="suspended", category="housing"), []),
    ],
)
def test_every_word_and_every_code_has_to_be_met(wanted: Wanted, found: list[str]) -> None:
    other = line(
        "b",
        title_en="Empty homes",
        title_cy="Cartrefi gwag",
        status="suspended",
        parties=(COUNCIL, TRUST),
        purposes=("research",),
        categories=("address",),
    )
    assert sorted(refs(shelf(line("a"), other), wanted)) == found


def test_lines_come_in_the_order_asked_for() -> None:
    early = line("b", title_en="alpha", review_on=DAY + timedelta(days=9), starts_on=DAY - timedelta(days=9))
    made = shelf(line("a", title_en="Beta"), early)
    orders = {order: refs(made, order=order) for order in ORDERS}
    assert orders == {
        "title": ["b", "a"],
        "reference": ["a", "b"],
        "review": ["b", "a"],
        "start": ["a", "b"],
    }


def test_welsh_titles_come_by_the_welsh_alphabet() -> None:
    made = shelf(line("a", title_cy="Chwaraeon"), line("b", title_cy="Cyllid"), line("c", title_cy="Dŵr"))
    assert [line.ref for line in made.find(Wanted(), "title", "cy", "")] == ["b", "a", "c"]


def test_a_line_that_is_not_public_is_its_parties_own() -> None:
    made = shelf(line("a"), line("b", is_public=False, parties=(COUNCIL, TRUST)))
    assert refs(made) == refs(made, organisation=FORCE) == ["a"]
    assert refs(made, organisation=TRUST) == ["a", "b"]


@pytest.mark.parametrize("order", ORDERS)
def test_a_changed_agreement_takes_its_new_place_in_every_order(order: Order) -> None:
    made = shelf(line("a"), line("b"), line("c"))
    before = refs(made, order=order)
    changed = {
        "title_en": "Zebra",
        "review_on": DAY + timedelta(days=999),
        "starts_on": DAY - timedelta(days=99),
    }
    made.replace("a", [line("a", **changed)])
    again = shelf(line("a", **changed), line("b"), line("c"))
    assert refs(made, order=order) == refs(again, order=order)
    assert sorted(before) == sorted(refs(made, order=order))


def test_what_left_the_register_is_found_no_more() -> None:
    made = shelf(line("a"), line("b", is_public=False))
    assert refs(made, organisation=COUNCIL) == ["a", "b"]
    made.replace("a", [])
    made.replace("b", [])
    assert refs(made, organisation=COUNCIL) == []
