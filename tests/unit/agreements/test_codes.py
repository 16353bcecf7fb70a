"""Codes that are in no list and bodies that are not registered, each named at its place."""

import json
from typing import Any

import pytest

from registry.agreements.codes import repeated_parties, unknown_codes
from registry.agreements.terms import Terms
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, flow, item, terms
from tests.samples.assessments import LAW

KNOWN = {LANCASHIRE, BLACKPOOL}


def read(**changes: Any) -> Terms:
    return Terms.model_validate_json(json.dumps(terms(**changes)))


def unknown(**changes: Any) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in unknown_codes(read(**changes), LAW, KNOWN)]


def test_the_sample_names_known_codes_alone() -> None:
    assert unknown() == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"items": [item(category="gossip")]}, "/terms/items/0/category"),
        ({"flows": [flow(purposes=["statistics", "x"])]}, "/terms/flows/0/purposes/1"),
        ({"flows": [flow(subject_groups=["x"])]}, "/terms/flows/0/subject_groups/0"),
        ({"flows": [flow(age_bands=["x"])]}, "/terms/flows/0/age_bands/0"),
        ({"flows": [flow(methods=["pigeon"])]}, "/terms/flows/0/methods/0"),
        ({"flows": [flow(gateways=["ca04-10"])]}, "/terms/flows/0/gateways/0"),
        ({"flows": [flow(frequency="often")]}, "/terms/flows/0/frequency"),
        ({"flows": [flow(confidentiality={"route": "x"})]}, "/terms/flows/0/confidentiality/route"),
        ({"flows": [flow(obligations=[{"code": "x"}])]}, "/terms/flows/0/obligations/0/code"),
        ({"flows": [flow(obligations=[{"code": "retain-max"}])]}, "/terms/flows/0/obligations/0/params"),
    ],
)
def test_a_code_in_no_list_is_named(changes: dict[str, Any], pointer: str) -> None:
    assert unknown(**changes) == [(pointer, "unknown-code")]


def test_an_obligation_with_its_parameters_is_known() -> None:
    assert unknown(flows=[flow(obligations=[{"code": "retain-max", "params": {"period": "one year"}}])]) == []


def test_a_body_that_is_not_registered_is_named_where_it_stands() -> None:
    document = read(flows=[flow(onward_recipients=["ods:XXX"])])
    errors = unknown_codes(document, LAW, {LANCASHIRE})
    assert [(error.pointer, error.code) for error in errors] == [
        ("/terms/parties/1/organisation", "unknown-organisation"),
        ("/terms/flows/0/onward_recipients/0", "unknown-organisation"),
    ]


def test_every_sentence_is_said_in_both_languages() -> None:
    error = unknown_codes(read(items=[item(category="gossip")]), LAW, KNOWN)[0]
    assert "gossip" in error.en
    assert "gossip" in error.cy


def test_two_names_of_one_body_are_one_party() -> None:
    primaries = {LANCASHIRE: "gss:E1", BLACKPOOL: "gss:E1"}
    assert [error.pointer for error in repeated_parties(read(), primaries)] == [
        "/terms/parties/1/organisation"
    ]
    assert repeated_parties(read(), {}) == ()
