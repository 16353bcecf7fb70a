"""The vocabulary as linked data, read back by an RDF library."""

import json
from pathlib import Path

import pytest
import yaml
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from registry.policy import Policies
from registry.vocabulary import linked
from registry.vocabulary.linked import Linked

# rdflib itself warns of what it replaces.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
HOME = "https://registry.test/vocabulary"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def policies() -> Policies:
    return Policies.load(ROOT / "policies")


@pytest.fixture(scope="module")
def vocabulary(policies: Policies) -> Linked:
    return Linked(policies.law, "https://registry.test")


def graph(vocabulary: Linked, *place: str) -> Graph:
    document = vocabulary.document(*place)
    assert document is not None
    return Graph().parse(data=document, format="json-ld")


def test_every_list_is_a_scheme_and_every_code_a_concept(policies: Policies, vocabulary: Linked) -> None:
    found, lists = graph(vocabulary), policies.law.lists()
    assert len(set(found.subjects(RDF.type, SKOS.ConceptScheme))) == len(lists)
    assert len(set(found.subjects(RDF.type, SKOS.Concept))) == sum(map(len, lists.values()))


def test_every_concept_and_scheme_is_called_in_both_languages(vocabulary: Linked) -> None:
    found = graph(vocabulary)
    for kind in (SKOS.Concept, SKOS.ConceptScheme):
        for subject in found.subjects(RDF.type, kind):
            labels = found.objects(subject, SKOS.prefLabel)
            assert sorted(str(label.language) for label in labels if isinstance(label, Literal)) == [
                "cy",
                "en",
            ]


def test_every_address_named_here_is_a_concept_here(vocabulary: Linked) -> None:
    found = graph(vocabulary)
    known = set(found.subjects())
    named = {one for one in found.objects() if isinstance(one, URIRef) and str(one).startswith(f"{HOME}/")}
    assert {one for one in named if one not in known} == set()


def test_a_gateway_says_its_limits_source_and_days(vocabulary: Linked) -> None:
    found = graph(vocabulary, "gateways", "PCSC22-16")
    gateway = URIRef(f"{HOME}/gateways/PCSC22-16")
    own = f"{HOME}/terms#"
    assert (gateway, URIRef(f"{own}limits"), URIRef(f"{HOME}/limits/no-patient-information")) in found
    assert (
        gateway,
        DCTERMS.source,
        URIRef("https://www.legislation.gov.uk/ukpga/2022/32/section/16"),
    ) in found
    announced = graph(vocabulary, "gateways", "CA04-16LA")
    day = Literal("2026-09-30", datatype=XSD.date)
    assert (URIRef(f"{HOME}/gateways/CA04-16LA"), URIRef(f"{own}inForceFrom"), day) in announced


def test_a_code_with_a_stroke_has_one_address(vocabulary: Linked) -> None:
    found = graph(vocabulary, "gateways", "CDA98-6/SI2007-1830")
    assert set(found.subjects(RDF.type, SKOS.Concept)) == {URIRef(f"{HOME}/gateways/CDA98-6%2FSI2007-1830")}


def test_bases_meet_the_data_privacy_vocabulary(vocabulary: Linked) -> None:
    found = graph(vocabulary, "art6")
    public_task = URIRef(f"{HOME}/art6/e")
    assert list(found.objects(public_task, SKOS.closeMatch)) == [
        URIRef("https://w3id.org/dpv/legal/eu/gdpr#A6-1-e")
    ]
    assert list(found.objects(URIRef(f"{HOME}/art6/ea"), SKOS.closeMatch)) == []


def test_every_match_is_of_a_code_there_is(policies: Policies) -> None:
    matches = yaml.safe_load((linked.HERE / "dpv.yaml").read_text(encoding="utf-8"))
    lists = policies.law.lists()
    assert [
        (name, code)
        for relation in matches.values()
        for name, codes in relation.items()
        for code in codes
        if code not in lists[name]
    ] == []


@pytest.mark.parametrize("place", [("no-such",), ("gateways", "NO-SUCH"), ("risk_matrix",)])
def test_what_is_not_there_has_no_document(vocabulary: Linked, place: tuple[str, ...]) -> None:
    assert vocabulary.document(*place) is None


def test_a_document_is_made_once(vocabulary: Linked) -> None:
    assert vocabulary.document("art6") is vocabulary.document("art6")
    document = vocabulary.document("art6")
    assert document is not None
    assert json.loads(document)["@context"]["isr"] == f"{HOME}/terms#"
