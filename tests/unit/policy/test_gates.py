"""Every gate against the cases beside it, and against every fact that could be missing."""

import timeit
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.policy import BadPolicyFile, Gates, Policies, Unit
from tests.unit.policy.files import ROOT, cases, replace

RULES = sorted(path.stem for path in (ROOT / "gates").glob("*.cedar"))
UNITS = cases("gates/cases/units.yaml")
TODAY = date(2026, 11, 22)
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case['name']}")
    for rule in RULES
    for case in cases(f"gates/cases/{rule}.yaml")
]
EVERY_FACT = [(kind, fact) for kind, facts in UNITS.items() for fact in facts]


def unit(kind: str, **changes: Any) -> Unit:
    return Unit(kind, "/somewhere", {**UNITS[kind], **changes})


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_case_beside_a_rule_comes_out_as_written(
    policies: Policies, rule: str, case: dict[str, Any]
) -> None:
    gate = policies.gates.rules[rule]
    stage = case.get("stage", min(gate.stages - {"disclose"} or gate.stages))
    judged = policies.gates.judge(stage, [unit(gate.unit, **case.get("facts", {}))], case.get("day", TODAY))

    unmet = {found.rule: found for found in judged}
    assert (rule not in unmet) == case["met"]
    if not case["met"]:
        found = unmet[rule]
        assert (found.severity, found.pointer, found.code) == (gate.severity, "/somewhere", "gate-unmet")
        assert found.en == case.get("en", found.en)
        assert found.cy == case.get("cy", found.cy)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_case_that_is_met_and_one_that_is_not_in_both_languages(rule: str) -> None:
    written = cases(f"gates/cases/{rule}.yaml")
    assert {case["met"] for case in written} == {True, False}
    assert any({"en", "cy"} <= case.keys() for case in written)


def test_cases_speak_of_rules_that_exist() -> None:
    files = {path.stem for path in (ROOT / "gates" / "cases").glob("*.yaml")} - {"units"}
    assert files == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_every_text_is_there_in_both_languages_and_filled(policies: Policies, rule: str) -> None:
    gate = policies.gates.rules[rule]
    said = gate.unmet(unit(gate.unit))
    assert said.en != said.cy
    assert said.fix_en != said.fix_cy
    assert "{" not in said.en + said.cy + said.fix_en + said.fix_cy + said.cite


@pytest.mark.parametrize(("kind", "fact"), EVERY_FACT)
def test_a_missing_fact_fails_every_rule_of_its_unit(policies: Policies, kind: str, fact: str) -> None:
    facts = {name: value for name, value in UNITS[kind].items() if name != fact}
    for rule in (rule for rule in policies.gates.rules.values() if rule.unit == kind):
        for stage in rule.stages:
            judged = policies.gates.judge(stage, [Unit(kind, "", facts)], TODAY)
            assert (rule.id, "block", "gate-error") in {(u.rule, u.severity, u.code) for u in judged}


@pytest.mark.parametrize(("kind", "fact"), EVERY_FACT)
def test_a_fact_of_the_wrong_type_fails_every_rule_of_its_unit(
    policies: Policies, kind: str, fact: str
) -> None:
    for rule in (rule for rule in policies.gates.rules.values() if rule.unit == kind):
        for stage in rule.stages:
            judged = policies.gates.judge(stage, [unit(kind, **{fact: {}})], TODAY)
            assert rule.id in {u.rule for u in judged if u.code == "gate-error"}


def test_a_fact_the_schema_does_not_know_fails_too(policies: Policies) -> None:
    judged = policies.gates.judge("submit", [unit("item", specal=True)], TODAY)
    assert {found.code for found in judged} == {"gate-error"}


def test_all_unmet_rules_of_all_units_are_reported_together(policies: Policies) -> None:
    units = [
        Unit("basis_line", "/flows/0/bases/0", {**UNITS["basis_line"], "has_basis": False, "art6": "f"}),
        Unit("item", "/items/0", {**UNITS["item"], "uk_gdpr_bases_without_art9": ["ods:RTX"]}),
        Unit("flow", "/flows/0", {**UNITS["flow"], "gateways": ["PCSC22-16"]}),
    ]
    assert {(unmet.rule, unmet.pointer) for unmet in policies.gates.judge("submit", units, TODAY)} == {
        ("LB-01", "/flows/0/bases/0"),
        ("LB-08", "/flows/0/bases/0"),
        ("LB-02", "/items/0"),
        ("GW-03", "/flows/0"),
    }


def test_rules_that_wait_for_signatures_can_be_left_out(policies: Policies) -> None:
    waiting = unit(
        "flow",
        unsigned_controllers=["ods:RTX"],
        signed_by_day=date.max.toordinal(),
        caldicott_required=True,
        biometrics="verification",
    )
    open_now = policies.gates.judge("activate", [waiting], TODAY, before_signatures=True)
    open_later = policies.gates.judge("activate", [waiting], TODAY)
    assert {unmet.rule for unmet in open_now} == {"ET-01"}
    assert {unmet.rule for unmet in open_later} == {"ET-01", "SD-06", "TM-01", "CF-02"}


def test_a_rule_speaks_only_between_its_first_and_last_day(copied: Path) -> None:
    dated = '@severity("block")\n@from("2026-10-01")\n@until("2026-10-31")'
    replace(copied / "gates" / "SD-05.cedar", '@severity("block")', dated)
    gates = Gates.load(copied / "gates")
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    found = [len(gates.judge("sign", [unit("act", hash_matches=False)], day)) for day in days]
    assert found == [0, 1, 1, 0]


SPOILT = {
    "a misspelt fact": ("resource.biometrics ==", "resource.biometric =="),
    "a misspelt unit": ("resource is flow", "resource is flows"),
    "a unit that is not the one named": ('@unit("flow")', '@unit("item")'),
    "no Welsh": ("@say_cy(", "@say_welsh("),
    "an unknown stage": ('@stage("activate disclose")', '@stage("activated")'),
    "an unknown severity": ('@severity("block")', '@severity("blocks")'),
    "a forbid, which Cedar skips on error": ("permit (", "forbid ("),
    "no id": ('@id("ET-01")\n', ""),
    "an id that another rule has": ('@id("ET-01")', '@id("GW-03")'),
    "an id that is not the file's name": ('@id("ET-01")', '@id("ET-09")'),
    "a nation that is none": ('@extent("E W S NI")', '@extent("E W S I")'),
    "no nation": ('@extent("E W S NI")\n', ""),
    "an obligation without the severity": (
        '@severity("block")',
        '@severity("block")\n@obligation("no-onward")',
    ),
    "the severity without an obligation": ('@severity("block")', '@severity("oblige")'),
    "a day that is none": ('@severity("block")', '@severity("block")\n@from("2026-13-01")'),
    "no Cedar at all": ("permit (", "allow ("),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_rule_is_refused_when_it_is_read(copied: Path, fault: str) -> None:
    replace(copied / "gates" / "ET-01.cedar", *SPOILT[fault])
    with pytest.raises(BadPolicyFile, match=r"ET-01\.cedar|GW-03\.cedar"):
        Gates.load(copied / "gates")


def test_a_unit_is_judged_in_well_under_a_millisecond(policies: Policies) -> None:
    different = (unit("flow", starts_on_day=day) for day in range(1, 1000))
    best = min(
        timeit.repeat(
            lambda: policies.gates.judge("activate", [next(different)], TODAY), number=1, repeat=100
        )
    )
    assert best < 0.001


def test_equal_units_come_out_equal_whenever_they_are_asked(policies: Policies) -> None:
    signed, unsigned = unit("flow"), unit("flow", unsigned_controllers=["ods:RTX"])
    found = [policies.gates.judge("activate", [one], TODAY) for one in (signed, unsigned, signed, unsigned)]
    assert [[unmet.rule for unmet in one] for one in found] == [[], ["SD-06"], [], ["SD-06"]]


@pytest.mark.parametrize("rule", RULES)
def test_a_verdict_is_kept_from_one_day_to_another_only_where_no_day_is_asked_for(
    policies: Policies, rule: str
) -> None:
    text = (ROOT / "gates" / f"{rule}.cedar").read_text(encoding="utf-8")
    assert policies.gates.rules[rule].asks_for_day == ("context.day" in text)


def test_what_was_met_on_one_day_is_asked_again_on_another(policies: Policies) -> None:
    due = unit("flow", review_on_day=TODAY.toordinal())
    for days, met in ((0, True), (1, False), (0, True)):
        found = policies.gates.judge("daily", [due], TODAY + timedelta(days=days))
        assert ("RV-02" not in {unmet.rule for unmet in found}) is met


def test_a_rule_never_speaks_for_a_nation_it_does_not_cover(policies: Policies) -> None:
    unstated = UNITS["party"] | {"welsh_text": False}
    found = {
        nations: policies.gates.judge(
            "activate", [Unit("party", "/parties/0", unstated, frozenset(nations))], TODAY
        )
        for nations in ((), ("E",), ("W",), ("E", "W"), ("NI",))
    }
    assert [[one.rule for one in unmet] for unmet in found.values()] == [
        ["LN-01"],
        [],
        ["LN-01"],
        ["LN-01"],
        [],
    ]


def test_what_is_missing_fails_a_rule_of_any_nation_and_severity(policies: Policies) -> None:
    nothing = Unit("party", "/parties/0", {}, frozenset({"W"}))
    judged = policies.gates.judge("activate", [nothing], TODAY)
    assert ("LN-01", "block", "gate-error") in {(one.rule, one.severity, one.code) for one in judged}


@pytest.mark.parametrize(("stage", "kind"), [("activated", "flow"), ("activate", "flows")])
def test_a_stage_or_kind_that_does_not_exist_is_a_bug(policies: Policies, stage: Any, kind: str) -> None:
    with pytest.raises(ValueError, match="unknown stage or kind"):
        policies.gates.judge(stage, [Unit(kind, "", UNITS["flow"])], TODAY)
