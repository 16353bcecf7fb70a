"""Row 14: the gateway catalogue with limits and commencement dates, published and held by rules."""

import pytest
import requests
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS, XSD

from tests.journeys.papers import LANCASHIRE, POLICE, flow, missing_children_terms
from tests.journeys.world import Json, World

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def read(world: World, path: str, **headers: str) -> requests.Response:
    """Something that anybody may read."""
    return requests.get(f"{world.url}{path}", headers=headers, timeout=30)


def graph(world: World, path: str) -> Graph:
    answer = read(world, path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    return Graph().parse(data=answer.text, format="json-ld")


def unmet(world: World, terms: Json) -> set[tuple[str, str]]:
    """The rules that stop a draft, or warn of it, when it is submitted."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    problem = officer.refused(f"/agreements/{ref}/submit", status=409, code="gates-unmet")
    return {(one["rule"], one["severity"]) for one in problem["unmet"]}


def test_anybody_reads_the_catalogue_in_both_languages_and_follows_it(world: World) -> None:
    home = f"{world.url}/vocabulary"
    catalogue = graph(world, "/vocabulary/gateways")
    assert len(set(catalogue.subjects(RDF.type, SKOS.Concept))) >= 55

    gateway = URIRef(f"{home}/gateways/PCSC22-16")
    labels = {
        label.language for label in catalogue.objects(gateway, SKOS.prefLabel) if isinstance(label, Literal)
    }
    assert labels == {"en", "cy"}
    limits = set(catalogue.objects(gateway, URIRef(f"{home}/terms#limits")))
    followed = graph(world, str(max(limits, key=str)).removeprefix(world.url))
    assert set(followed.subjects(RDF.type, SKOS.Concept)) & limits

    duty = URIRef(f"{home}/gateways/CA04-16LA")
    begins = catalogue.value(duty, URIRef(f"{home}/terms#inForceFrom"))
    assert begins == Literal("2026-09-30", datatype=XSD.date)


def test_a_reader_who_has_it_already_is_told_so(world: World) -> None:
    first = read(world, "/vocabulary")
    again = read(world, "/vocabulary", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age" in first.headers["cache-control"]
    assert read(world, "/vocabulary/gateways/NO-SUCH").status_code == 404


def test_limits_and_extent_of_a_gateway_are_held_when_a_draft_is_submitted(world: World) -> None:
    scottish = missing_children_terms(flows=[flow("f1", POLICE, LANCASHIRE, gateways=["MOSA05-1/10"])])
    assert ("GW-01", "block") in unmet(world, scottish)
    identifiable = missing_children_terms(flows=[flow("f1", POLICE, LANCASHIRE, gateways=["CDA98-17A"])])
    assert ("GW-04", "block") in unmet(world, identifiable)


def test_advice_tells_of_the_duty_that_binds_a_person_and_not_a_body(world: World) -> None:
    question: Json = {
        "subject": {"type": "organisation", "id": POLICE},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~safeguarding-flag"},
        "context": {"purpose": "child-safeguarding", "subject_group": "child", "volume": "one"},
    }
    officer = world.officer(LANCASHIRE, "ig_officer")
    (duty,) = officer.do("/advice", question)["context"]["advice"]["person_duties"]
    assert (duty["code"], duty["cite"]) == ("FGM03-5B", "Female Genital Mutilation Act 2003 section 5B")
    question["context"]["volume"] = "bulk"
    assert "person_duties" not in officer.do("/advice", question)["context"]["advice"]


def test_this_registry_adds_nothing_to_the_shipped_law(world: World) -> None:
    shown = read(world, "/vocabulary/overlay").json()
    assert shown == {"digest": None, "status": "none", "in_effect": None, "differences": []}
