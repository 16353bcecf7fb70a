"""Row 33: Standards export (ODRL, DPV, DCAT)."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar
from pyshacl import validate
from rdflib import Graph

from registry.settings import ROOT
from tests.journeys.papers import LANCASHIRE
from tests.journeys.world import Json, Officer, World

# rdflib's own reader of JSON-LD uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def in_force(officer: Officer) -> Json:
    lines = officer.get(f"/agreements?party={LANCASHIRE}&status=active&limit=200")["results"]
    found: Json = lines[0]
    return found


def form(officer: Officer, line: Json, name: str, **headers: str) -> bytes:
    path = f"/agreements/{line['ref']}/versions/{line['version']}/{name}"
    answer = officer.call("GET", path, **headers)
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


@pytest.mark.parametrize(("name", "shapes"), [("odrl", "agreement-odrl.ttl"), ("dcat", "dataset-dcat.ttl")])
def test_linked_data_is_after_the_published_shapes(world: World, name: str, shapes: str) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    found = Graph().parse(data=form(officer, in_force(officer), name), format="json-ld")
    conforms, _, report = validate(found, shacl_graph=Graph().parse(ROOT / "openapi" / "shapes" / shapes))
    assert conforms, report


def test_what_is_accepted_is_what_is_sent(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    line = in_force(officer)
    assert form(officer, line, "document", accept="application/pdf").startswith(b"%PDF")
    said = json.loads(form(officer, line, "document", accept="application/ld+json"))
    assert said["@type"] == "odrl:Agreement"
    officer.refused(
        f"/agreements/{line['ref']}/versions/{line['version']}/scroll",
        method="GET",
        status=404,
        code="no-such-form",
    )


def test_people_get_a_tagged_pdf_a_word_document_in_either_language(world: World, tmp_path: Path) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    line = in_force(officer)
    pdf = form(officer, line, "pdf?lang=cy")
    assert pdf == form(officer, line, "pdf?lang=cy")
    path = tmp_path / "agreement.pdf"
    path.write_bytes(pdf)
    assert shutil.which("pdfinfo"), "pdfinfo is missing: install poppler-utils"
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in told
    assert line["title"]["cy"] in told
    document = Document(io.BytesIO(form(officer, line, "docx")))
    assert document.paragraphs[0].text == line["title"]["en"]


def test_the_days_of_an_organisation_are_a_calendar(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    line = in_force(officer)
    answer = officer.call("GET", "/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    days = {
        str(event["UID"]): event.decoded("DTSTART") for event in Calendar.from_ical(answer.content).events
    }
    found = {uid.split("@")[0]: day.isoformat() for uid, day in days.items()}
    assert found[f"{line['ref']}-{line['version']}-review_on"] == line["review_on"]


def test_terms_go_out_as_they_were_frozen_and_come_in_as_the_same_bytes(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    frozen = form(officer, in_force(officer), "terms.json")
    again = officer.do("/agreements", {"terms": json.loads(frozen)})
    assert form(officer, again, "terms.json") == frozen
