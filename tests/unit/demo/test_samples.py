"""The sample as files: real identifiers, invented people, and the shape the contract wants."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from registry import clock
from registry.agreements.codes import unknown_codes
from registry.agreements.terms import Terms
from registry.demo.clients import CLIENTS
from registry.demo.samples import sample_examples, sample_files, sample_people, sample_terms, terms_example
from registry.imports.document import read_file
from registry.imports.plan import Plan
from registry.imports.reading import read_body, read_plan
from registry.organisations.rules import ROLES, is_identifier
from registry.policy import Policies
from registry.settings import ROOT

NOW = clock.now()
EVERY_TERMS = (
    "adults-at-risk",
    "antisocial-behaviour",
    "caller-triage",
    "channel",
    "council-tax-debt",
    "discharge-cumbria",
    "discharge-lothian",
    "early-warning",
    "facial-search",
    "fuel-leaflets",
    "hospital-attendances",
    "mash",
    "missing-young-people",
    "risk-conference",
    "serious-violence",
    "supporting-families",
    "watchlist",
    "winter-figures",
    "youth-justice",
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    found, problems = read_plan([read_file(path) for path in sample_files()], NOW)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def policies() -> Policies:
    return Policies.load(ROOT / "policies")


def held(organisation: str) -> Counter[str]:
    return Counter(
        role for one in sample_people() if one["organisation"] == organisation for role in one["roles"]
    )


def test_the_two_first_controllers_have_every_role_and_two_officers() -> None:
    first = list(dict.fromkeys(one["organisation"] for one in sample_people()))[:2]
    for organisation in first:
        assert set(held(organisation)) == ROLES
        assert held(organisation)["ig_officer"] == 2


def test_someone_is_party_to_nothing(plan: Plan) -> None:
    parties = {
        party.organisation
        for label in EVERY_TERMS
        for party in Terms.model_validate(read_body(sample_terms(label, NOW.date()), Terms)).parties
    }
    assert {one["organisation"] for one in sample_people()} - parties == {"gss:S12000047"}


def test_organisations_are_marked_as_illustrative_with_numbers_that_cannot_be_real(plan: Plan) -> None:
    for placed in plan.organisations:
        entry = placed.entry
        assert entry.illustrative
        assert re.fullmatch(r"ZA0000\d\d", entry.ico_number)
        assert entry.ig_contact.endswith(".test")
        assert entry.duty_contact.endswith(".test")
        assert all(map(is_identifier, (entry.id, *entry.aliases)))


def test_people_have_addresses_that_reach_nobody(plan: Plan) -> None:
    assert all(placed.entry.email.endswith(".test") for placed in plan.people)


def test_every_organisation_has_a_welsh_name_of_its_own_where_it_is_in_wales(plan: Plan) -> None:
    welsh = [placed.entry for placed in plan.organisations if placed.entry.nations == "W"]
    assert len(welsh) == 17
    assert all(entry.name_en != entry.name_cy for entry in welsh if entry.id.startswith("gss"))


@pytest.mark.parametrize("label", EVERY_TERMS)
def test_terms_are_valid_and_use_known_codes(label: str, plan: Plan, policies: Policies) -> None:
    terms = read_body(sample_terms(label, NOW.date()), Terms)
    known = {name for one in plan.organisations for name in (one.entry.id, *one.entry.aliases)}
    assert unknown_codes(terms, policies.law, known) == ()
    assert terms.title.cy
    assert terms.summary.cy


@pytest.mark.parametrize("label", ["mash", "discharge-cumbria", "discharge-lothian", "serious-violence"])
def test_the_patterns_are_as_rich_as_real_ones(label: str) -> None:
    terms = read_body(sample_terms(label, NOW.date()), Terms)
    assert len(terms.items) >= 6
    assert len(terms.flows) >= 3
    assert all(flow.bases and flow.gateways and flow.retention.period for flow in terms.flows)
    assert all(item.necessity for item in terms.items)


def test_the_example_begins_on_the_day_of_loading() -> None:
    terms = read_body(terms_example(date(2026, 1, 2)), Terms)
    assert terms.starts_on == date(2026, 1, 2)
    assert terms.controllers() == ("gss:E10000017", "ods:RTX")


def test_there_are_two_examples_of_each_outcome_from_clients_that_enforce() -> None:
    outcomes = Counter(one["outcome"] for one in sample_examples())
    assert len(outcomes) == 9
    assert min(outcomes.values()) >= 2
    enforcing = {client.client_id for client in CLIENTS if client.mode == "enforce"}
    assert {one["client_id"] for one in sample_examples()} <= enforcing


def test_the_first_client_has_permitted_and_denied_examples() -> None:
    first = CLIENTS[0].client_id
    assert {one["decision"] for one in sample_examples() if one["client_id"] == first} == {True, False}


def test_clients_cover_both_modes_and_every_algorithm() -> None:
    assert {client.mode for client in CLIENTS} == {"enforce", "advise"}
    assert {client.alg for client in CLIENTS} == {"ES256", "Ed25519", "RS512"}
    assert all(client.nhs_legacy for client in CLIENTS if client.alg == "RS512")


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.client_id)
def test_what_is_registered_of_a_client_holds_no_secret(client: Any) -> None:
    private = client.new_key()
    public = client.registration(private).jwks["keys"][0]
    assert set(private) - set(public) <= {"d", "p", "q", "dp", "dq", "qi"}
    assert "d" not in public


def test_the_story_is_told_in_order(plan: Plan) -> None:
    days = [int(placed.entry.at[:-1]) for placed in plan.story]
    assert days == sorted(days)
