"""Generated terms: the fast spelling is the canonical one, and no gate is unmet."""

import json
from datetime import date
from random import Random

import pytest
import rfc8785

from registry import clock
from registry.agreements import facts
from registry.agreements.codes import unknown_codes
from registry.agreements.terms import Terms
from registry.demo.crowd import FAMILIES
from registry.demo.patterns import Body, pairs_of, terms_of
from registry.demo.samples import sample_files
from registry.imports.document import read_file
from registry.imports.reading import read_plan
from registry.policy import Policies
from registry.settings import ROOT

TODAY = date(2026, 5, 4)
ORGANISATIONS = {
    placed.entry.id: placed.entry
    for placed in read_plan([read_file(path) for path in sample_files()], clock.now())[0].organisations
}
PAIRS = pairs_of(
    [
        Body(entry.id, entry.name_en, entry.name_cy, entry.nations, FAMILIES[entry.kind])
        for entry in ORGANISATIONS.values()
        if entry.kind in FAMILIES
    ]
)
SOME = range(0, len(PAIRS), 7)


@pytest.fixture(scope="module")
def policies() -> Policies:
    return Policies.load(ROOT / "policies")


def document(number: int) -> bytes:
    return terms_of(*PAIRS[number], today=TODAY, chance=Random(number))  # noqa: S311 - nothing secret


def standing(terms: Terms, policies: Policies) -> facts.Standing:
    """The version on the day its two parties have signed it."""
    bodies = {
        party.organisation: facts.Body(
            id=party.organisation,
            public_authority=ORGANISATIONS[party.organisation].public_authority,
            competent_authority=ORGANISATIONS[party.organisation].competent_authority,
            health_or_care=ORGANISATIONS[party.organisation].health_or_care,
            dpo_designated=ORGANISATIONS[party.organisation].dpo_designated,
        )
        for party in terms.parties
    }
    signed = [facts.Signed(organisation, "signatory", TODAY) for organisation in bodies]
    return facts.Standing(terms, bodies, [], signed, policies.law, TODAY)


@pytest.mark.parametrize("number", SOME)
def test_the_bytes_are_canonical(number: int) -> None:
    assert rfc8785.dumps(json.loads(document(number))) == document(number)


@pytest.mark.parametrize("number", SOME)
def test_every_code_is_known_and_no_gate_blocks(number: int, policies: Policies) -> None:
    terms = Terms.model_validate_json(document(number))
    assert unknown_codes(terms, policies.law, ORGANISATIONS) == ()
    version = standing(terms, policies)
    unmet = [
        *policies.gates.judge("submit", version.submit_units(), TODAY),
        *policies.gates.judge("activate", version.activation_units(), TODAY),
        *policies.gates.judge("disclose", version.flow_units(), TODAY),
    ]
    assert [one for one in unmet if one.severity == "block"] == []
    assert version.signatures_needed() == {(party.organisation, "signatory") for party in terms.parties}


def test_each_agreement_has_four_categories_and_two_purposes() -> None:
    for number in SOME:
        terms = Terms.model_validate_json(document(number))
        assert len({item.category for item in terms.items}) == 4
        assert all(len(set(flow.purposes)) == 2 for flow in terms.flows)


def test_pairs_act_in_one_nation() -> None:
    assert len(PAIRS) > 400
    assert all(council.nations in partner.nations for council, partner in PAIRS)


def test_a_number_always_gives_the_same_text() -> None:
    assert document(3) == document(3) != document(4)
