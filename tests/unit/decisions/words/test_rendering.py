"""What an answer says, in both languages."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.callers import Caller
from registry.decisions.desk import Asked, Desk, NotAnEnd, UseAdvice
from registry.decisions.law.duties import find_person_duties
from registry.decisions.question import read_question
from registry.decisions.rules import Outcome
from registry.decisions.words.wording import wording
from tests.unit.decisions.making import (
    BELFAST,
    BODIES,
    CHARITY,
    COUNCIL,
    LOG_SIZE,
    POLICE,
    TRUST,
    asked,
    desk_of,
    flow,
    index_of,
    policies,
    question,
    system,
)
from tests.unit.decisions.test_rules import STATES

EMERGENCY = wording().advice["emergency"]
CAVEAT = wording().advice["caveat"]
ADVISER = system(mode="advise")


def evaluated(*flows: Any, **changes: Any) -> tuple[bool, dict[str, Any]]:
    permitted, context = desk_of(*flows).evaluate(asked(**changes), system())
    return permitted, json.loads(context)


def advised(*flows: Any, caller: Caller = ADVISER, **changes: Any) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(desk_of(*flows).advise(asked(**changes), caller))
    return context


@pytest.mark.parametrize(("outcome", "changes"), STATES.items())
def test_every_permit_carries_its_caveat_and_all_else_the_emergency_sentence(
    outcome: Outcome, changes: dict[str, Any]
) -> None:
    permitted, context = evaluated(flow(**changes))
    assert context["outcome"] == outcome
    assert permitted == (outcome in (Outcome.PERMIT, Outcome.PERMIT_WITH_OBLIGATIONS))
    sentence = CAVEAT if permitted else EMERGENCY
    assert sentence.en in context["advice"]["en"]
    assert sentence.cy in context["advice"]["cy"]


@pytest.mark.parametrize("changes", STATES.values())
def test_every_answer_has_the_members_of_the_contract(changes: dict[str, Any]) -> None:
    _, context = evaluated(flow(**changes))
    assert context.keys() >= {
        "outcome", "agreement", "gateways", "reasons", "obligations", "valid_until", "log_size",
        "policy_digest", "evaluation_id", "contacts", "advice",
    }  # fmt: skip
    assert context["reasons"]
    assert all(reason.keys() >= {"code", "en", "cy", "cite"} for reason in context["reasons"])
    assert context["log_size"] == LOG_SIZE
    assert context["policy_digest"] == policies().digest
    assert context["evaluation_id"] in context["advice"]["record_url"]
    assert context["contacts"]["holder"]["duty"] == "duty@council.test"
    assert context["contacts"]["recipient"]["organisation"] == TRUST


def test_a_permit_names_agreement_version_hash_flow_and_gateways() -> None:
    _, context = evaluated(flow(version=3))
    assert context["agreement"] == {"ref": "ISA-1", "version": 3, "hash": "sha256:" + "1" * 64, "flow": "f1"}
    assert context["gateways"] == ["CA04-10"]
    assert context["reasons"][0]["cite"] == policies().law.gateways["CA04-10"].citation


def test_every_evaluation_has_an_id_of_its_own() -> None:
    desk = desk_of(flow())
    ids = {json.loads(desk.evaluate(asked(), system())[1])["evaluation_id"] for _ in range(100)}
    assert len(ids) == 100


def test_obligations_speak_both_languages_with_their_parameters_filled() -> None:
    _, context = evaluated(flow(obligations=(("retain-max", {"period": "P1Y"}),)))
    (obligation,) = context["obligations"]
    assert obligation["code"] == "retain-max"
    assert obligation["params"] == {"period": "P1Y"}
    assert "P1Y" in obligation["en"]
    assert "P1Y" in obligation["cy"]


def test_omitted_facts_come_back_as_what_the_flow_allows() -> None:
    _, context = evaluated(flow(), without=["items", "method", "identifiability"])
    assert {each["code"]: each["params"] for each in context["obligations"]} == {
        "min-items": {"items": "child-protection-plan"},
        "identifiability": {"level": "identifiable"},
        "method": {"method": "api-mtls, secure-email"},
    }


def test_a_blocked_flow_names_the_rule_and_its_source() -> None:
    _, context = evaluated(flow(blocked_by=("ET-01", "GW-03")))
    assert [reason["rule"] for reason in context["reasons"]] == ["ET-01", "GW-03"]
    assert all(reason["cite"] for reason in context["reasons"])


def test_uncovered_items_name_the_allowed_ones_and_repeat_nothing_else() -> None:
    permitted, context = evaluated(flow(), items=["child-protection-plan", "9434765919"])
    assert not permitted
    assert context["allowed_items"] == ["child-protection-plan"]
    assert "9434765919" not in json.dumps(context)


def test_a_missing_fact_is_named() -> None:
    _, context = evaluated(flow(), without=["subject_group", "volume"])
    assert context["missing"] == ["subject_group", "volume"]
    assert "subject_group, volume" in context["reasons"][0]["en"]


def test_a_flow_that_waits_names_whose_signature_in_each_language() -> None:
    _, context = evaluated(flow(state="waiting", awaiting=(TRUST, POLICE)))
    assert context["agreement"] is None
    assert "awaiting signature of Morecambe Bay Trust, Lancashire Constabulary" in context["reasons"][0]["en"]
    assert "Morecambe Bay Trust (cy)" in context["reasons"][0]["cy"]


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, "2026-11-23T12:05:00Z"),
        ({"state": "suspended"}, "2026-11-23T12:00:00Z"),
        ({"purposes": ("research",)}, "2026-11-23T12:05:00Z"),
    ],
)
def test_an_answer_is_good_for_five_minutes_a_suspension_for_none(
    changes: dict[str, Any], until: str
) -> None:
    _, context = evaluated(flow(**changes))
    assert context["valid_until"] == until


@pytest.mark.parametrize("end", [{"expires_on": date(2026, 11, 23)}, {"blocked_from": date(2026, 11, 24)}])
def test_no_permit_is_good_beyond_the_end_of_its_flow_or_its_ethics_approval(end: dict[str, Any]) -> None:
    late = datetime(2026, 11, 23, 23, 58, tzinfo=UTC)
    desk = desk_of(flow(**end))
    permitted, context = desk.evaluate(Asked(question(), late), system())
    assert permitted
    assert json.loads(context)["valid_until"] == "2026-11-24T00:00:00Z"


CASE = {"holder": POLICE, "subject": COUNCIL, "category": "contact"}
COUNCIL_SYSTEM = system(COUNCIL)


def test_where_nothing_covers_a_duty_is_the_outcome_of_advice() -> None:
    context = advised(flow(), caller=system(COUNCIL, mode="advise"), without=["items"], **CASE)
    assert context["outcome"] == "DUTY_TO_SHARE"
    assert context["duty"]["gateway"] in policies().law.gateways
    assert [obligation["code"] for obligation in context["obligations"]] == ["record-decision"]
    assert EMERGENCY.en in context["advice"]["en"]


def test_a_system_is_told_of_a_duty_beside_its_outcome() -> None:
    permitted, context = desk_of(flow()).evaluate(asked(without=["items"], **CASE), COUNCIL_SYSTEM)
    assert not permitted
    assert json.loads(context)["outcome"] == "NOT_COVERED"
    assert "duty" in json.loads(context)


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": "bulk"},
        {"without": ["volume", "items"]},
        {"purpose": "research"},
        {"subject_group": "patient"},
    ],
)
def test_no_duty_for_bulk_nor_outside_its_catalogue_entry(changes: dict[str, Any]) -> None:
    context = advised(flow(), caller=system(COUNCIL, mode="advise"), **CASE | changes)
    assert context["outcome"] != "DUTY_TO_SHARE"
    assert "duty" not in context


TOLD = {"subject": POLICE, "holder": COUNCIL}
"""A council tells the police."""


@pytest.mark.parametrize("flows", [(), (flow(recipient=POLICE),)])
def test_advice_tells_of_duties_that_bind_the_person_whatever_the_outcome(flows: tuple[Any, ...]) -> None:
    context = advised(*flows, caller=system(COUNCIL, mode="advise"), **TOLD)
    assert context["outcome"] == ("PERMIT" if flows else "DUTY_TO_SHARE")
    (duty,) = context["advice"]["person_duties"]
    assert (duty["code"], duty["cite"]) == ("FGM03-5B", "Female Genital Mutilation Act 2003 section 5B")
    assert duty["en"] != duty["cy"]
    assert context["advice"]["record_url"].endswith(context["evaluation_id"])


def test_terrorism_is_told_of_whoever_it_is_about() -> None:
    asking = TOLD | {"purpose": "prevent-channel", "subject_group": "member-of-public"}
    context = advised(caller=system(COUNCIL, mode="advise"), **asking)
    assert [duty["code"] for duty in context["advice"]["person_duties"]] == ["TA00-38B"]


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": "bulk"},
        {"purpose": "research"},
        {"subject_group": "patient"},
        {"subject": TRUST},
        {"action": "onward_share", "recipient": TRUST},
        {"holder": BELFAST},
        {"holder": "gss:E06000009"},
    ],
)
def test_no_duty_of_a_person_where_the_question_could_not_fall_under_it(changes: dict[str, Any]) -> None:
    asker = system(POLICE if "holder" in changes else COUNCIL, mode="advise")
    assert "person_duties" not in advised(caller=asker, **TOLD | changes)["advice"]


def test_no_duty_of_a_person_before_it_is_in_force_nor_where_it_does_not_extend() -> None:
    index = index_of()
    asking = read_question(question(**TOLD), index)
    assert find_person_duties(index, asking, on=date(2015, 10, 30)) == ()
    assert find_person_duties(index, asking, on=date(2015, 10, 31)) == ("FGM03-5B",)
    index.know([replace(body, nations=frozenset("S")) for body in BODIES])
    assert find_person_duties(index, asking, on=date(2026, 1, 1)) == ()


def test_a_system_that_enforces_is_not_told_of_duties_of_persons() -> None:
    _, context = desk_of(flow(recipient=POLICE)).evaluate(asked(**TOLD), COUNCIL_SYSTEM)
    assert "person_duties" not in json.loads(context)["advice"]


def test_a_permit_is_never_a_duty() -> None:
    assert "duty" not in advised(flow())


@pytest.mark.parametrize(
    ("changes", "caller", "expected"),
    [
        ({}, ADVISER, True),
        ({}, Caller(TRUST, person="p1", client="pages"), True),
        ({"volume": "bulk"}, ADVISER, False),
        ({"initiated_by": "system"}, ADVISER, False),
        ({}, system(), False),
        ({"initiated_by": "person"}, system(), True),
    ],
)
def test_judgement_is_for_one_off_sharing_by_a_person(
    changes: dict[str, Any], caller: Caller, expected: bool
) -> None:
    context = advised(flow(state="suspended"), caller=caller, **changes)
    assert context["advice"]["may_proceed_on_professional_judgement"] is expected


@pytest.mark.parametrize(
    "changes", [{"blocked_by": ("ET-01",)}, {"state": "suspended", "gateways": ("DEA17-35",)}]
)
def test_judgement_does_not_reach_over_a_hard_stop(changes: dict[str, Any]) -> None:
    context = advised(flow(**changes))
    assert context["advice"]["may_proceed_on_professional_judgement"] is False
    assert "Do not start this feed." in context["advice"]["en"]


def test_an_emergency_adds_bases_to_the_advice_of_a_refusal() -> None:
    assert "9(2)(c)" in advised(flow(state="suspended"), emergency={"kind": "threat-to-life"})["advice"]["en"]
    assert "9(2)(c)" not in advised(flow(state="suspended"))["advice"]["en"]


def test_a_body_that_is_no_end_is_refused_before_anything_is_looked_up() -> None:
    for desk in (desk_of(flow()), desk_of()):
        with pytest.raises(NotAnEnd):
            desk.evaluate(asked(), system(CHARITY))
        with pytest.raises(NotAnEnd):
            desk.advise(asked(), system(CHARITY, mode="advise"))


@pytest.mark.parametrize(
    ("changes", "may_ask"),
    [
        ({}, {TRUST, COUNCIL}),
        ({"action": "match"}, {TRUST, COUNCIL}),
        ({"action": "automated_use"}, {TRUST, COUNCIL}),
        ({"action": "disclose", "subject": COUNCIL, "recipient": POLICE}, {COUNCIL, POLICE}),
        ({"action": "onward_share", "recipient": POLICE}, {TRUST, COUNCIL}),
        ({"holder": "gss:E99999999"}, {TRUST, COUNCIL}),
    ],
)
def test_who_may_ask(changes: dict[str, Any], may_ask: set[str]) -> None:
    desk = desk_of(flow())
    answered = {body.id for body in BODIES if _is_answered(desk, changes, body.id)}
    assert answered == may_ask


def _is_answered(desk: Desk, changes: dict[str, Any], organisation: str) -> bool:
    try:
        desk.evaluate(asked(**changes), system(organisation))
    except NotAnEnd:
        return False
    return True


@pytest.mark.parametrize(
    ("caller", "changes"),
    [
        (ADVISER, {}),
        (Caller(TRUST, person="p1", client="pages"), {}),
        (system(), {"initiated_by": "person"}),
    ],
)
def test_where_a_person_decides_no_boolean_is_given(caller: Caller, changes: dict[str, Any]) -> None:
    with pytest.raises(UseAdvice):
        desk_of(flow()).evaluate(asked(**changes), caller)


def test_names_that_change_change_in_the_answers() -> None:
    desk = desk_of(flow(state="waiting", awaiting=(TRUST,)))
    assert "Morecambe Bay" in desk.evaluate(asked(), system())[1].decode()
    desk.index.know([replace(body, name_en="Renamed", name_cy="Ailenwyd") for body in BODIES])
    context = desk.evaluate(asked(), system())[1].decode()
    assert "Morecambe Bay" not in context
    assert context.count("Renamed") == 5


def test_a_code_that_left_the_law_does_not_break_an_answer() -> None:
    permitted, context = evaluated(flow(gateways=("OLD-1",), obligations=(("old-duty", {}),)))
    assert permitted
    assert context["obligations"][0]["code"] == "old-duty"
    assert context["reasons"][0]["cite"] == "OLD-1"


@pytest.mark.parametrize("code", wording().reasons)
def test_both_languages_state_the_same_facts(code: str) -> None:
    said = wording().reasons[code]
    assert set(re.findall(r"{\w+}", said.en)) == set(re.findall(r"{\w+}", said.cy))
    assert said.en != said.cy


def test_no_placeholder_is_left_in_any_answer() -> None:
    for changes in STATES.values():
        _, context = evaluated(flow(**changes))
        assert "{" not in "".join(
            text for reason in context["reasons"] for text in (reason["en"], reason["cy"])
        )


def test_a_permit_carries_what_its_flow_goes_on_without() -> None:
    permitted, context = evaluated(flow(warned_of=("BR-01-PROTECTIVE", "RV-02")))
    warnings = {reason["rule"]: reason for reason in context["reasons"] if "rule" in reason}
    assert permitted
    assert {rule: reason["code"] for rule, reason in warnings.items()} == {
        "BR-01-PROTECTIVE": "goes-on-with-warning",
        "RV-02": "review-overdue",
    }
    assert policies().gates.rules["BR-01-PROTECTIVE"].texts["fix_en"] in warnings["BR-01-PROTECTIVE"]["en"]


def test_a_refusal_speaks_of_no_warning() -> None:
    permitted, context = evaluated(flow(warned_of=("RV-02",), state="suspended"))
    assert not permitted
    assert [reason for reason in context["reasons"] if "rule" in reason] == []


def test_a_flow_signed_outside_says_which_rules_it_does_not_meet() -> None:
    permitted, context = evaluated(flow(attested_by="gss:E10000017", shortcomings=("DP-01", "LB-01")))
    said = {reason["code"]: reason for reason in context["reasons"]}
    assert permitted
    assert "DP-01, LB-01" in said["attested-unmet"]["en"]
    assert "DP-01, LB-01" in said["attested-unmet"]["cy"]
    _, sound = evaluated(flow(attested_by="gss:E10000017"))
    assert "attested-unmet" not in {reason["code"] for reason in sound["reasons"]}
