"""Row 13: Part 3 law-enforcement regime modelled (s.35, Sch 8, APD)."""

from typing import Any

from tests.journeys.gates import approve_dpia, blocked_at_signing, blocked_at_submit, reviewed
from tests.journeys.papers import LANCASHIRE, POLICE, basis, flow, item, missing_children_terms
from tests.journeys.world import Json, World

COUNCIL = basis(LANCASHIRE, policy_document="Council APD 4", art10="Schedule 1 paragraph 18")


def part3(**changes: Any) -> Json:
    """A complete Part 3 line of the force."""
    return {
        "party": POLICE,
        "regime": "law-enforcement",
        "s35": "necessary",
        "sch8": ["4"],
        "strictly_necessary": "Only what bears on the risk to this child.",
        "policy_document": "Constabulary APD 1",
    } | changes


def intelligence(*bases: Json, **changes: Any) -> Json:
    """The force gives the council intelligence about an investigation."""
    given: Json = {
        "items": ["i1"],
        "purposes": ["law-enforcement-investigation"],
        "bases": list(bases),
        "gateways": ["CL-POLICE"],
    }
    report = item("i1", "incident-report", "criminal-allegation", "Report", special=True, criminal=True)
    return missing_children_terms(items=[report], flows=[flow("f1", POLICE, LANCASHIRE, **(given | changes))])


def test_a_complete_part_3_line_is_accepted(world: World) -> None:
    assert blocked_at_submit(world, intelligence(part3(), COUNCIL)) == set()


def test_a_force_that_investigates_needs_a_part_3_basis(world: World) -> None:
    uk_gdpr = basis(POLICE, policy_document="Constabulary APD 2", art10="official authority")
    assert blocked_at_submit(world, intelligence(uk_gdpr, COUNCIL)) == {"LB-05"}


def test_sensitive_processing_needs_its_statement_its_condition_and_its_policy_document(
    world: World,
) -> None:
    assert blocked_at_submit(world, intelligence(part3(strictly_necessary=""), COUNCIL)) == {"LB-06"}
    assert blocked_at_submit(world, intelligence(part3(sch8=[]), COUNCIL)) == {"LB-06"}
    assert blocked_at_submit(world, intelligence(part3(policy_document=""), COUNCIL)) == {"LB-07"}
    assert blocked_at_submit(world, intelligence(part3(s35=""), COUNCIL)) == {"LB-01"}


def test_another_purpose_needs_a_law_that_allows_it_and_the_recipients_bases(world: World) -> None:
    reused = {"purposes": ["child-safeguarding"], "gateways": []}
    assert blocked_at_submit(world, intelligence(part3(), COUNCIL, **reused)) == {"LB-12"}
    authorised = reused | {"reuse_authorisation": "Common law policing purposes; Children Act 2004 s.11"}
    assert blocked_at_submit(world, intelligence(part3(), COUNCIL, **authorised)) == set()
    unfounded = COUNCIL | {"art9": "", "sch1": "", "art10": ""}
    assert blocked_at_submit(world, intelligence(part3(), unfounded, **authorised)) == {
        "LB-02",
        "LB-04",
        "LB-12",
    }


def test_nothing_starts_before_the_logging_is_stated(world: World) -> None:
    terms = intelligence(part3(), COUNCIL)
    made = reviewed(world, terms)
    approve_dpia(world, made, terms, POLICE)
    assert blocked_at_signing(world, made) == {"LG-01"}
