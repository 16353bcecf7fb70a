"""Row 34: ROPA, ATRS, DUR, DEA columns export."""

import csv
import io

import pytest

from tests.journeys.papers import LANCASHIRE, missing_children_terms
from tests.journeys.world import World

FIRST_COLUMNS = {
    "ropa.csv": ["Business function", "Purpose of processing"],
    "dea.csv": ["id", "agreement_name"],
    "hdr.csv": ["Lead applicant organisation name", "Organisation ID"],
}


def table(world: World, organisation: str, name: str) -> list[list[str]]:
    answer = world.officer(organisation, "ig_officer").call("GET", f"/exports/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", FIRST_COLUMNS)
def test_each_register_has_the_columns_its_keeper_prescribes(world: World, name: str) -> None:
    headings, *rows = table(world, LANCASHIRE, name)
    assert headings[:2] == FIRST_COLUMNS[name]
    assert all(len(row) == len(headings) for row in rows)


def test_a_draft_is_in_no_register(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": missing_children_terms()})["ref"]
    for name in FIRST_COLUMNS:
        assert ref not in str(table(world, LANCASHIRE, name))


def test_there_is_no_register_of_another_name(world: World) -> None:
    world.officer(LANCASHIRE, "ig_officer").refused(
        "/exports/everything.csv", method="GET", status=404, code="no-such-form"
    )
