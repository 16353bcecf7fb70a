"""The list as it is shown and as it is taken away."""

import csv
import json
from collections.abc import Mapping
from typing import Any

import pytest

from registry.organisations.naming import PublicName
from registry.policy import Policies
from registry.public.lines import Line
from registry.public.listing import as_csv, as_json, found, pagination
from registry.public.searching import AT_ONCE, Search
from registry.settings import Settings
from tests.unit.public.test_lines import COUNCIL, FORCE, line

LAW = Policies.load(Settings().policies_dir).law
REFUGE = PublicName("kind:refuge", "Refuge", "Lloches", "refuge", "")
NAMES: Mapping[str, PublicName] = {
    COUNCIL: PublicName(COUNCIL, "The Council", "Y Cyngor", "council", "E"),
    FORCE: PublicName(FORCE, "The Force", "Yr Heddlu", "police", "E"),
    "local:one": REFUGE,
    "local:two": REFUGE,
}


def rows(*lines: Line) -> list[list[str]]:
    return list(csv.reader(b"".join(as_csv(lines, NAMES, "en")).decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@sum", "\tx"])
def test_a_spreadsheet_runs_nothing_of_a_title(title: str) -> None:
    _, [*_, title_en, _cy, _parties, _p, _c, _s, _e, _r] = rows(line("a", title_en=title))
    assert title_en == f"'{title}"


def test_bodies_that_may_not_be_told_apart_stand_there_once() -> None:
    protected = line("a", parties=("local:one", "local:two", COUNCIL))
    members = json.loads(b"".join(as_json([protected], NAMES, "https://registry.test")))
    assert [party["id"] for party in members["results"][0]["parties"]] == ["kind:refuge", COUNCIL]
    assert "local:" not in json.dumps(members) + str(rows(protected))
    [row] = found([protected], Search(), NAMES, LAW).rows
    assert [party["en"] for party in row.parties] == ["Refuge", "The Council"]


@pytest.mark.parametrize("count", [0, 1, 1000, 1001])
def test_json_has_every_line(count: int) -> None:
    lines = [line(f"a{number}") for number in range(count)]
    members = json.loads(b"".join(as_json(lines, NAMES, "https://registry.test")))
    assert members["total"] == len(members["results"]) == count


def test_a_page_beyond_the_last_is_the_last() -> None:
    lines = [line(f"a{number:03}") for number in range(AT_ONCE + 1)]
    shown = found(lines, Search(page=99), NAMES, LAW)
    assert (shown.page, shown.first, len(shown.rows)) == (2, AT_ONCE + 1, 1)


def test_an_agreement_that_is_over_has_no_next_review() -> None:
    shown = found([line("a", status="expired"), line("b")], Search(), NAMES, LAW)
    assert [row.review_on is None for row in shown.rows] == [True, False]


def test_pages_are_linked_with_the_whole_search() -> None:
    lines = [line(f"a{number:04}") for number in range(AT_ONCE * 9)]
    search = Search(text="a", page=5)
    links: Any = pagination(found(lines, search, NAMES, LAW), search, "/register")
    assert [item.get("number", "…") for item in links["items"]] == ["1", "…", "4", "5", "6", "…", "9"]
    assert links["next"]["href"] == "/register?q=a&page=6"
    assert links["previous"]["href"] == "/register?q=a&page=4"
    assert pagination(found(lines[:3], Search(), NAMES, LAW), Search(), "/register") == {}
