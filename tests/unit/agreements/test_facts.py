"""Each fact of each unit: what the terms, bodies, assessments and signatures make of it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.agreements.facts import NEVER, Body, Signed, Standing
from registry.agreements.terms import Terms
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind, Status
from registry.policy import Unit
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, TRUST, basis, flow, item, terms
from tests.samples.assessments import LAW, POLICIES

PERSONAL: dict[str, Any] = {"items": [item(identifiability="identifiable")]}
IN_FORCE, NOT_YET = date(2026, 10, 1), date(2026, 9, 1)
DUTY, POWER = "CA04-16LA", "CA04-10"


def body(identifier: str, **facts: Any) -> Body:
    usual: dict[str, Any] = {
        "public_authority": True,
        "competent_authority": False,
        "health_or_care": False,
        "dpo_designated": True,
    }
    return Body(identifier, **{**usual, **facts})


BODIES = {
    LANCASHIRE: body(LANCASHIRE),
    BLACKPOOL: body(BLACKPOOL, public_authority=False, dpo_designated=False),
    POLICE: body(POLICE, competent_authority=True),
    TRUST: body(TRUST, health_or_care=True),
}


def standing(
    *assessments: CoveringAssessment,
    signatures: tuple[Signed, ...] = (),
    today: date = TODAY,
    **changes: Any,
) -> Standing:
    document = Terms.model_validate_json(json.dumps(terms(**changes)))
    return Standing(document, BODIES, assessments, signatures, LAW, today)


def dpia(**changes: Any) -> CoveringAssessment:
    """An approved, advised DPIA of Lancashire whose scope is all that the sample terms name."""
    usual: dict[str, Any] = {
        "id": "d1",
        "kind": Kind.DPIA,
        "owner": LANCASHIRE,
        "status": Status.APPROVED,
        "approved": True,
        "not_required": False,
        "advised": True,
        "valid_until": None,
        "adopted_by": frozenset(),
        "scope_categories": frozenset({"housing"}),
        "scope_purposes": frozenset({"statistics"}),
        "scope_parties": frozenset({LANCASHIRE, BLACKPOOL}),
    }
    return CoveringAssessment(**{**usual, **changes})


def between(holder: str, recipient: str, **changes: Any) -> dict[str, Any]:
    """Terms with one flow between two controllers, each with a basis."""
    ends = {"from": holder, "to": recipient, "bases": [basis(holder), basis(recipient)]}
    return {
        "parties": [{"organisation": one, "roles": ["controller"]} for one in (holder, recipient)],
        "flows": [flow(**{**ends, **changes})],
    }


def flow_facts(**changes: Any) -> dict[str, Any]:
    return dict(standing(**changes).flow_units()[0].facts)


def lines(**changes: Any) -> list[Unit]:
    return standing(**changes).basis_units()


def controllers(*assessments: CoveringAssessment, **changes: Any) -> dict[str, dict[str, Any]]:
    """The facts of each controller, by organisation."""
    judged = standing(*assessments, **{**PERSONAL, "flows": [flow(matching_key="NINO")], **changes})
    units = judged.controller_units(judged.terms.controllers())
    return {str(unit.facts["party"]): dict(unit.facts) for unit in units}


def test_every_controller_end_has_a_basis_line_present_or_not() -> None:
    units = lines(flows=[flow(bases=[basis(LANCASHIRE)])])
    assert [(unit.pointer, unit.facts["party"], unit.facts["has_basis"]) for unit in units] == [
        ("/flows/0/bases/0", LANCASHIRE, True),
        ("/flows/0/bases", BLACKPOOL, False),
    ]


def test_a_missing_line_has_no_regime() -> None:
    missing = lines(flows=[flow(bases=[])])[0].facts
    assert (missing["regime"], missing["art6"], missing["s35"]) == ("none", "", "")


def test_an_end_that_decides_nothing_has_no_line() -> None:
    parties = [terms()["parties"][0], {"organisation": BLACKPOOL, "roles": ["processor"]}]
    assert [unit.facts["party"] for unit in lines(parties=parties)] == [LANCASHIRE]


def test_a_line_that_names_no_condition_is_no_basis() -> None:
    facts = lines(flows=[flow(bases=[basis(LANCASHIRE, art6="")])])[0].facts
    assert (facts["has_basis"], facts["regime"]) == (False, "uk-gdpr")


def test_each_line_of_a_body_with_two_is_judged() -> None:
    part3 = {"party": POLICE, "regime": "law-enforcement", "s35": "necessary"}
    units = lines(**between(POLICE, LANCASHIRE, bases=[basis(POLICE), part3, basis(LANCASHIRE)]))
    assert [(unit.facts["regime"], unit.facts["only_uk_gdpr"]) for unit in units] == [
        ("uk-gdpr", False),
        ("law-enforcement", False),
        ("uk-gdpr", True),
    ]


def test_a_line_says_what_kind_of_body_it_is_for() -> None:
    force, council = (unit.facts for unit in lines(**between(POLICE, BLACKPOOL)))
    assert (force["competent_authority"], force["public_authority"]) == (True, True)
    assert (council["competent_authority"], council["public_authority"]) == (False, False)


def test_a_law_enforcement_purpose_is_one_the_law_list_calls_so() -> None:
    enforcing = next(code for code, purpose in LAW.purposes.items() if purpose.law_enforcement)
    assert not lines()[0].facts["law_enforcement_purpose"]
    assert lines(flows=[flow(purposes=["statistics", enforcing])])[0].facts["law_enforcement_purpose"]


@pytest.mark.parametrize(
    ("changes", "special"),
    [
        ({}, False),
        ({"special": True}, True),
        ({"category": "health-mental", "identifiability": "identifiable"}, True),
        ({"category": "health-mental", "identifiability": "pseudonymised"}, True),
        ({"category": "health-mental", "identifiability": "aggregate"}, False),
        ({"category": "health-mental", "identifiability": "aggregate", "special": True}, True),
    ],
)
def test_an_item_is_special_by_its_word_or_its_category(changes: dict[str, Any], special: bool) -> None:
    judged = standing(items=[item(**changes)])
    assert judged.item_units()[0].facts["special"] is special
    assert judged.basis_units()[0].facts["special_items"] is special


def test_an_item_is_criminal_by_its_word_or_its_category() -> None:
    criminal = item(category="criminal-conviction", identifiability="identifiable")
    assert standing(items=[criminal]).item_units()[0].facts["criminal"] is True


def test_an_item_names_the_bodies_without_an_article_9_condition() -> None:
    bases = [basis(LANCASHIRE, art9="g"), basis(BLACKPOOL)]
    facts = standing(flows=[flow(bases=bases)]).item_units()[0].facts
    assert facts["uk_gdpr_bases_without_art9"] == [BLACKPOOL]


def test_a_part_3_basis_needs_no_article_9_condition() -> None:
    part3 = {"party": LANCASHIRE, "regime": "law-enforcement", "s35": "necessary"}
    facts = standing(flows=[flow(bases=[part3, basis(BLACKPOOL, art9="g")])]).item_units()[0].facts
    assert facts["uk_gdpr_bases_without_art9"] == []


def test_an_item_is_judged_in_each_flow_that_lists_it() -> None:
    flows = [flow(items=["i2"]), flow(id="f2", items=["i1", "i2"])]
    units = standing(items=[item(), item(id="i2")], flows=flows).item_units()
    assert [unit.pointer for unit in units] == ["/items/1", "/items/0", "/items/1"]


def test_a_necessity_is_given_or_not() -> None:
    assert standing(items=[item(necessity="")]).item_units()[0].facts["necessity_given"] is False


@pytest.mark.parametrize(
    ("identifiability", "personal"),
    [("identifiable", True), ("pseudonymised", True), ("de-personalised", False), ("aggregate", False)],
)
def test_a_flow_is_personal_while_an_item_points_at_persons(identifiability: str, personal: bool) -> None:
    assert flow_facts(items=[item(identifiability=identifiability)])["personal"] is personal


@pytest.mark.parametrize(
    ("holder", "function", "care"),
    [
        (LANCASHIRE, "", False),
        (LANCASHIRE, "community-safety", False),
        (LANCASHIRE, "childrens-services", True),
        (LANCASHIRE, "adult-social-care", True),
        (TRUST, "", True),
        (TRUST, "emergency-department", True),
    ],
)
def test_a_discloser_is_a_care_authority_by_kind_or_by_function(
    holder: str, function: str, care: bool
) -> None:
    facts = flow_facts(**between(holder, BLACKPOOL, discloser_function=function))
    assert facts["discloser_health_or_social_care"] is care


@pytest.mark.parametrize(
    ("holder", "patients", "required"),
    [(TRUST, True, True), (TRUST, False, False), (LANCASHIRE, True, False)],
)
def test_a_guardian_signs_what_a_health_body_tells_of_patients(
    holder: str, patients: bool, required: bool
) -> None:
    judged = standing(items=[item(patient_information=patients)], **between(holder, BLACKPOOL))
    assert judged.flow_units()[0].facts["caldicott_required"] is required
    assert ((holder, "caldicott_guardian") in judged.signatures_needed()) is required


def test_only_the_disclosers_guardian_counts() -> None:
    changes = between(TRUST, BLACKPOOL) | {"items": [item(patient_information=True)]}
    other = Signed(BLACKPOOL, "caldicott_guardian", TODAY)
    assert standing(signatures=(other,), **changes).flow_units()[0].facts["caldicott_signed"] is False
    own = replace(other, organisation=TRUST)
    assert standing(signatures=(own,), **changes).flow_units()[0].facts["caldicott_signed"] is True


@pytest.mark.parametrize(
    ("gateways", "day", "rests"),
    [
        ([DUTY], IN_FORCE, True),
        ([POWER, DUTY], IN_FORCE, True),
        ([DUTY], NOT_YET, False),
        ([POWER], IN_FORCE, False),
        ([], IN_FORCE, False),
    ],
)
def test_a_flow_rests_on_a_duty_that_is_in_force(gateways: list[str], day: date, rests: bool) -> None:
    judged = standing(today=day, flows=[flow(gateways=gateways)])
    assert judged.flow_units()[0].facts["rests_on_duty"] is rests


@pytest.mark.parametrize(
    ("changes", "approved"),
    [
        ({}, True),
        ({"approved": False}, False),
        ({"valid_until": TODAY}, True),
        ({"valid_until": TODAY - timedelta(days=1)}, False),
        ({"owner": TRUST}, False),
        ({"kind": Kind.DPIA}, False),
        ({"scope_categories": frozenset({"education"})}, False),
        ({"scope_purposes": frozenset[str]()}, False),
        ({"scope_parties": frozenset({LANCASHIRE})}, False),
    ],
)
def test_ethics_are_approved_by_a_controller_for_all_of_the_terms_and_for_now(
    changes: dict[str, Any], approved: bool
) -> None:
    assessment = dpia(**{"kind": Kind.ETHICS, **changes})
    assert standing(assessment).flow_units()[0].facts["ethics_approved"] is approved


def test_a_flow_waits_for_the_controllers_at_its_ends() -> None:
    signed = Signed(LANCASHIRE, "signatory", TODAY)
    assert standing().unsigned(standing().terms.flows[0]) == [LANCASHIRE, BLACKPOOL]
    assert standing(signatures=(signed,)).flow_units()[0].facts["unsigned_controllers"] == [BLACKPOOL]


def test_a_guardians_signature_is_not_the_signatorys() -> None:
    signed = Signed(LANCASHIRE, "caldicott_guardian", TODAY)
    assert standing(signatures=(signed,)).flow_units()[0].facts["unsigned_controllers"] == [
        LANCASHIRE,
        BLACKPOOL,
    ]


def test_a_flow_is_signed_on_the_day_of_its_last_signature() -> None:
    first = Signed(LANCASHIRE, "signatory", TODAY)
    last = Signed(BLACKPOOL, "signatory", TODAY + timedelta(days=3))
    assert standing(signatures=(first,)).flow_units()[0].facts["signed_by_day"] == NEVER
    facts = standing(signatures=(first, last)).flow_units()[0].facts
    assert facts["signed_by_day"] == last.on.toordinal()
    assert facts["starts_on_day"] == TODAY.toordinal()


def test_what_a_flow_says_is_handed_on() -> None:
    facts = flow_facts(
        flows=[flow(automation="matching", biometrics="other", protective=True, gateways=["LA11-1"])]
    )
    assert (facts["automation"], facts["biometrics"]) == ("matching", "other")
    assert (facts["protective"], facts["gateways"]) == (True, ["LA11-1"])


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, True),
        ({"items": [item()]}, False),
        ({"flows": [flow(volume="one")]}, False),
        ({"flows": [flow(automation="automated-decision")]}, True),
        ({"flows": [flow(biometrics="facial-live")]}, True),
        (
            {"items": [item(identifiability="identifiable", category="health-mental")], "flows": [flow()]},
            True,
        ),
    ],
)
def test_the_terms_themselves_show_whether_a_dpia_is_required(
    changes: dict[str, Any], required: bool
) -> None:
    assert controllers(**changes)[LANCASHIRE]["dpia_required"] is required


def test_a_dpia_answers_for_its_owner_and_for_who_adopted_it() -> None:
    alone = controllers(dpia())
    assert (alone[LANCASHIRE]["dpia_approved"], alone[BLACKPOOL]["dpia_approved"]) == (True, False)
    assert controllers(dpia(adopted_by=frozenset({BLACKPOOL})))[BLACKPOOL]["dpia_approved"] is True


@pytest.mark.parametrize(
    "changes",
    [
        {"approved": False},
        {"valid_until": TODAY - timedelta(days=1)},
        {"kind": Kind.ETHICS},
    ],
)
def test_a_dpia_answers_while_it_holds(changes: dict[str, Any]) -> None:
    assert controllers(dpia(**changes))[LANCASHIRE]["dpia_approved"] is False


@pytest.mark.parametrize(
    ("changes", "uncovered"),
    [
        ({}, []),
        ({"scope_categories": frozenset({"education"})}, ["housing"]),
        ({"scope_purposes": frozenset({"debt"})}, ["statistics"]),
        ({"scope_parties": frozenset({LANCASHIRE})}, [BLACKPOOL]),
        ({"scope_parties": frozenset({LANCASHIRE}), "approved": False}, []),
    ],
)
def test_a_dpia_says_what_it_does_not_cover(changes: dict[str, Any], uncovered: list[str]) -> None:
    assert controllers(dpia(**changes))[LANCASHIRE]["dpia_uncovered"] == uncovered


def test_of_two_dpias_the_one_that_covers_more_counts() -> None:
    narrow = dpia(id="d0", scope_categories=frozenset())
    assert controllers(narrow, dpia())[LANCASHIRE]["dpia_uncovered"] == []


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, False),
        ({"advised": False}, True),
        ({"owner": BLACKPOOL}, True),
        ({"valid_until": TODAY - timedelta(days=1)}, True),
    ],
)
def test_a_body_is_exempt_by_its_own_advised_screening_while_it_holds(
    changes: dict[str, Any], required: bool
) -> None:
    screened = dpia(**{"approved": False, "not_required": True, "status": Status.NOT_REQUIRED, **changes})
    assert controllers(screened)[LANCASHIRE]["dpia_required"] is required


def test_advice_is_that_on_the_bodys_own_dpia() -> None:
    facts = controllers(dpia())
    assert (facts[LANCASHIRE]["dpo_advice_given"], facts[BLACKPOOL]["dpo_advice_given"]) == (True, False)
    assert controllers(dpia(advised=False))[LANCASHIRE]["dpo_advice_given"] is False


def test_a_duty_goes_ahead_without_a_dpia_to_advise_on() -> None:
    resting = [flow(matching_key="NINO", gateways=[DUTY])]
    assert controllers(flows=resting)[LANCASHIRE]["dpo_advice_given"] is True
    assert controllers(dpia(advised=False), flows=resting)[LANCASHIRE]["dpo_advice_given"] is False


def test_a_body_rests_on_a_duty_when_all_of_its_flows_do() -> None:
    both = [flow(gateways=[DUTY]), flow(id="f2", gateways=[POWER])]
    assert controllers(flows=both[:1])[LANCASHIRE]["rests_on_duty"] is True
    assert controllers(flows=both)[LANCASHIRE]["rests_on_duty"] is False


def test_a_controller_says_whether_it_has_a_data_protection_officer() -> None:
    facts = controllers()
    assert (facts[LANCASHIRE]["dpo_designated"], facts[BLACKPOOL]["dpo_designated"]) == (True, False)


def test_all_have_signed_when_every_signature_asked_for_is_there() -> None:
    changes = between(TRUST, BLACKPOOL) | {"items": [item(patient_information=True)]}
    asked = [(TRUST, "signatory"), (BLACKPOOL, "signatory"), (TRUST, "caldicott_guardian")]
    for count in range(4):
        given = tuple(Signed(*one, TODAY) for one in asked[:count])
        assert standing(signatures=given, **changes).all_signed() is (count == 3)


def test_every_unit_has_every_fact_its_rules_ask_for() -> None:
    gates = POLICIES.gates
    judged = standing(**PERSONAL)
    found = [
        *gates.judge("submit", judged.submit_units(), TODAY),
        *gates.judge("activate", judged.activation_units(), TODAY),
        *gates.judge("disclose", judged.flow_units(), TODAY),
    ]
    assert "gate-error" not in {one.code for one in found}
