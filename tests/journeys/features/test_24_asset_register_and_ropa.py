"""Row 24: Asset register / ROPA link."""

import csv
import io

from tests.journeys.papers import LANCASHIRE
from tests.journeys.world import Officer, World

LINK = "Information sharing agreement"


def ropa(officer: Officer, language: str = "en") -> list[dict[str, str]]:
    answer = officer.call("GET", f"/exports/ropa.csv?lang={language}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_row_of_the_record_leads_to_its_agreement(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    rows = ropa(officer)
    assert rows
    for row in rows:
        ref, version, flow = row[LINK].split()
        found = officer.get(f"/agreements/{ref}/versions/{version.removeprefix('v')}")
        assert found["status"] in {"active", "under_review", "suspended", "executed"}
        assert flow in {one["id"] for one in found["terms"]["flows"]}


def test_the_record_holds_every_flow_of_what_the_body_is_party_to(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    expected = set()
    for line in officer.get(f"/agreements?party={LANCASHIRE}&status=active&limit=200")["results"]:
        found = officer.get(f"/agreements/{line['ref']}/versions/{line['version']}")
        expected |= {
            f"{line['ref']} v{line['version']} {flow['id']}"
            for flow in found["terms"]["flows"]
            if LANCASHIRE in (flow["from"], flow["to"])
        }
    assert expected
    assert expected <= {row[LINK] for row in ropa(officer)}


def test_the_record_speaks_welsh(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    english, welsh = ropa(officer), ropa(officer, "cy")
    assert [row[LINK] for row in english] == [row[LINK] for row in welsh]
    purpose = "Purpose of processing"
    assert {row[purpose] for row in english}.isdisjoint({row[purpose] for row in welsh})
