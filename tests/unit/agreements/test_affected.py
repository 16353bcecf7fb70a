"""The rule table of delta signing: every place of the terms has a rule, and what has none touches all."""

import json
from typing import Any

import pytest

from registry.agreements.affected import Texts
from registry.agreements.differences import plain
from registry.agreements.terms import Terms
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST, basis, flow, item, terms, triangle
from tests.samples.assessments import POLICIES

RULES = POLICIES.amending
ALL = {LANCASHIRE, BLACKPOOL, POLICE}


def touched(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    texts = Texts(*(Terms.model_validate_json(json.dumps(terms(**given))) for given in (old, new)))
    return {body: [because.code for because in reasons] for body, reasons in texts.touched(RULES).items()}


def triangle_with(**changes: Any) -> dict[str, Any]:
    return triangle() | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"review_on": "2027-01-01"}, "term"),
        ({"kind": "jca"}, "framework"),
        ({"parent": "ISA-23456789BC"}, "framework"),
        ({"marking": "OFFICIAL-SENSITIVE"}, "publication"),
        ({"transparency": {"exemption": "Schedule 2 paragraph 2"}}, "publication"),
        ({"security": {"hosting": "Cardiff"}}, "duties"),
        ({"governance": {"notice_period": "P1M"}}, "duties"),
        ({"assessments": {"equality": "EQ-7"}}, "assessments"),
    ],
)
def test_what_all_take_on_touches_every_controller(changes: dict[str, Any], code: str) -> None:
    assert touched(triangle(), triangle_with(**changes)) == {body: [code] for body in ALL}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {"en": "Empty homes", "cy": ""}},
        {"summary": {"en": "Counts.", "cy": ""}},
        {"parties": [party | {"contacts": {"duty": "day@body.test"}} for party in triangle()["parties"]]},
        {"items": [item(), item(id="i2")]},
    ],
)
def test_what_binds_nobody_touches_nobody(changes: dict[str, Any]) -> None:
    assert touched(triangle(), triangle_with(**changes)) == {}


def test_automation_and_biometrics_are_a_risk_of_both_ends() -> None:
    flows = triangle()["flows"]
    changed = [flows[0] | {"automation": "decision-support"}, *flows[1:]]
    assert touched(triangle(), triangle_with(flows=changed)) == {
        LANCASHIRE: ["automation"],
        BLACKPOOL: ["automation"],
    }


def test_a_flow_that_turns_to_another_body_touches_the_old_end_and_the_new() -> None:
    flows = triangle()["flows"]
    turned = [flow(to=POLICE, bases=[basis(LANCASHIRE), basis(POLICE)]), *flows[1:]]
    assert touched(triangle(), triangle_with(flows=turned)).keys() == ALL


def test_a_privacy_notice_touches_the_body_that_gives_it() -> None:
    notices = {"transparency": {"privacy_notices": {POLICE: "https://police.test/privacy"}}}
    assert touched(triangle(), triangle_with(**notices)) == {POLICE: ["privacy-notice"]}


def test_a_processor_touches_the_controllers_it_serves() -> None:
    parties = [*triangle()["parties"], {"organisation": TRUST, "roles": ["processor"]}]
    serving = flow(id="f4", to=TRUST, bases=[basis(LANCASHIRE)])
    before = {"parties": parties, "flows": [*triangle()["flows"], serving]}
    changed = [*parties[:-1], parties[-1] | {"roles": ["sub-processor"]}]
    assert touched(before, before | {"parties": changed}) == {TRUST: ["party"], LANCASHIRE: ["party"]}


def test_a_party_that_shares_with_nobody_touches_every_controller() -> None:
    parties = [*triangle()["parties"], {"organisation": TRUST, "roles": ["processor"]}]
    assert touched(triangle(), triangle_with(parties=parties)).keys() == ALL | {TRUST}


def test_one_body_is_told_every_reason_with_its_places() -> None:
    flows = [one | {"frequency": "weekly"} for one in triangle()["flows"]]
    texts = Texts(
        *(
            Terms.model_validate_json(json.dumps(terms(**given)))
            for given in (triangle(), triangle_with(flows=flows, kind="jca"))
        )
    )
    reasons = texts.touched(RULES)[POLICE]
    assert [(because.code, because.pointers) for because in reasons] == [
        ("flow", ("/flows/1/frequency", "/flows/2/frequency")),
        ("framework", ("/kind",)),
    ]


def test_every_member_of_the_terms_has_a_rule_of_its_own() -> None:
    members = plain(Terms.model_validate_json(json.dumps(terms()))).keys()
    listed = {"parties", "items", "flows"}
    ruled = {name for name in members if RULES.judge((name, "x"))[0] is not RULES.otherwise}
    assert ruled == members
    assert {name for name in members if RULES.judge((name,))[0] is RULES.otherwise} == listed


def test_a_member_that_no_rule_foresees_touches_every_controller() -> None:
    reason, whom, named = RULES.judge(("sanctions", "x"))
    assert (reason.code, whom, named) == ("other-terms", "controllers", ())


def test_every_rule_is_reached() -> None:
    places = {
        "wording": ("title", "en"),
        "contact": ("parties", POLICE, "contacts", "ig"),
        "party": ("parties", POLICE),
        "item": ("items", "i1"),
        "automation": ("flows", "f1", "biometrics"),
        "flow": ("flows", "f1"),
        "privacy-notice": ("transparency", "privacy_notices", POLICE),
        "term": ("expires_on",),
        "framework": ("jurisdictions", "W"),
        "publication": ("publication",),
        "duties": ("onward", "rule"),
        "assessments": ("assessments", "equality"),
    }
    assert {touch.code: RULES.judge(places[touch.code])[0].code for touch in RULES.changes} == {
        code: code for code in places
    }
