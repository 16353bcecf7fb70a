"""Row 2: Structured fields (not only documents)."""

import hashlib
import json
from typing import Any

import rfc8785

from tests.journeys.papers import LANCASHIRE, missing_children_terms
from tests.journeys.world import Officer, World


def sampled(officer: Officer) -> list[Any]:
    """Every agreement of the demo that the officer reads, as it is stored."""
    lines = officer.get("/agreements?limit=200")["results"]
    return [officer.get(f"/agreements/{line['ref']}/versions/{line['version']}") for line in lines]


def test_every_sample_agreement_reads_back_byte_for_byte(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    found = sampled(officer)
    assert len(found) >= 5
    for version in found:
        octets = rfc8785.dumps(version["terms"])
        assert version["hash"] == "sha256:" + hashlib.sha256(octets).hexdigest(), version["ref"]


def test_what_is_sent_comes_back_and_sent_again_is_the_same_text(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    made = officer.do("/agreements", {"terms": terms})
    read = officer.get(f"/agreements/{made['ref']}")["terms"]
    assert {name: said for name, said in read.items() if name != "salt"} == terms
    again = officer.do("/agreements", {"terms": json.loads(json.dumps(read))})
    assert again["ref"] != made["ref"]
    assert again["hash"] == made["hash"]


def test_a_field_that_is_wrong_is_named_by_its_place_in_both_languages(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms(kind="treaty", handshake="yes")
    terms["flows"][0]["retention"]["period"] = "a year"
    problem = officer.refused("/agreements", {"terms": terms}, status=422, code="invalid-fields")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/terms/kind",
        "/terms/handshake",
        "/terms/flows/0/retention/period",
    }
    assert all(error["en"] and error["cy"] and error["en"] != error["cy"] for error in problem["errors"])
