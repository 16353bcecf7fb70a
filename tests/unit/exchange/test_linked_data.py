"""ODRL with DPV, and DCAT: read back by rdflib and held to the SHACL shapes of the repository."""

import json
from typing import Any

import pytest
from pyshacl import validate
from rdflib import Graph, Literal, Namespace, URIRef

from registry.exchange.dcat import dcat
from registry.exchange.odrl import odrl
from registry.settings import ROOT
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, basis, flow, terms
from tests.unit.exchange.samples import WEB, every_sample, paper

ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
DPV = Namespace("https://w3id.org/dpv#")
GDPR = Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SHAPES = ROOT / "openapi" / "shapes"
POLICY = URIRef("https://registry.test/api/v1/agreements/ISA-2222222222/versions/1")
SAMPLES = every_sample()
# rdflib's own reader of JSON-LD uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def graph(node: dict[str, Any]) -> Graph:
    return Graph().parse(data=json.dumps(node), format="json-ld")


def check(found: Graph, shapes: str) -> None:
    conforms, _, report = validate(found, shacl_graph=Graph().parse(SHAPES / shapes))
    assert conforms, report


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_odrl_and_dcat_after_the_shapes(name: str) -> None:
    given = paper(SAMPLES[name])
    check(graph(odrl(given, WEB)), "agreement-odrl.ttl")
    check(graph(dcat(given, WEB)), "dataset-dcat.ttl")


def test_the_shapes_refuse_a_permission_without_its_days() -> None:
    policy = odrl(paper(), WEB)
    for permission in policy["odrl:permission"]:
        permission["odrl:constraint"] = permission["odrl:constraint"][:1]
    with pytest.raises(AssertionError, match="odrl:constraint"):
        check(graph(policy), "agreement-odrl.ttl")


def test_each_flow_is_a_permission_from_its_holder_to_its_recipient() -> None:
    found = graph(odrl(paper(), WEB))
    permission = URIRef(f"{POLICY}#f1")
    assert (POLICY, ODRL.permission, permission) in found
    assert found.value(permission, ODRL.assigner) == URIRef(WEB.body(LANCASHIRE)["@id"])
    assert found.value(permission, ODRL.assignee) == URIRef(WEB.body(BLACKPOOL)["@id"])
    assert (permission, DPV.hasProcessing, DPV.Obtain) in found


def test_bases_are_dpv_where_it_has_them_and_ours_where_it_has_not() -> None:
    bases = [basis(LANCASHIRE, art6="ea", annex1="5"), basis(BLACKPOOL, art9="g", sch1="18")]
    found = graph(odrl(paper(terms(flows=[flow(bases=bases)])), WEB))
    said = set(found.objects(None, DPV.hasLegalBasis))
    ours = "https://registry.test/vocabulary"
    assert said == {
        URIRef(f"{ours}/art6/ea"),
        URIRef(f"{ours}/annex1/5"),
        URIRef(f"{ours}/schedule1/18"),
        GDPR["A6-1-e"],
        GDPR["A9-2-g"],
    }


def test_a_flow_that_may_be_passed_on_prohibits_nothing_and_names_its_recipients() -> None:
    onward = flow(actions=["receive", "onward_share"], onward_recipients=["ods:RTX"])
    found = graph(odrl(paper(terms(flows=[onward])), WEB))
    assert not list(found.subjects(None, ODRL.Prohibition))
    assert (None, ODRL.rightOperand, URIRef(WEB.body("ods:RTX")["@id"])) in found


def test_a_dataset_names_its_policy_and_speaks_both_languages() -> None:
    found = graph(dcat(paper(), WEB))
    dataset = URIRef(f"{POLICY}/dcat")
    assert found.value(dataset, ODRL.hasPolicy) == POLICY
    titles = set(found.objects(dataset, URIRef("http://purl.org/dc/terms/title")))
    assert titles == {Literal("Empty homes figures", lang="en"), Literal("Ffigurau cartrefi gwag", lang="cy")}
    assert len(set(found.objects(dataset, DCAT.distribution))) == 4
