"""The facts that the rules of the whole field judge: gateways, texts, parties, agreements, findings."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.agreements.facts import Act, Findings
from registry.agreements.facts.days import days_of, months_between
from registry.organisations.mandates import Assured
from registry.policy import Unit
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TODAY, TRUST, basis, flow, item, terms
from tests.samples.assessments import POLICIES
from tests.unit.agreements.test_facts import between, body, controllers, dpia, standing

PERSONAL = item(identifiability="identifiable")


def only(units: list[Unit], kind: str) -> dict[str, Any]:
    """The facts of the first unit of a kind."""
    return next(dict(unit.facts) for unit in units if unit.kind == kind)


def text(items: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """What the text says of one flow."""
    judged = standing(items=items or [PERSONAL], flows=[flow(**changes)])
    return only(judged.submit_units(), "flow_text")


def gateway(**changes: Any) -> dict[str, Any]:
    return only(standing(flows=[flow(**changes)]).submit_units(), "gateway")


def line(items: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """The first basis line, of the council."""
    bases = [basis(LANCASHIRE, **changes), basis(BLACKPOOL)]
    return only(standing(items=items or [item()], flows=[flow(bases=bases)]).submit_units(), "basis_line")


def agreement(**changes: Any) -> dict[str, Any]:
    return only(standing(**changes).submit_units(), "agreement")


def judged_item(holder: str = LANCASHIRE, *, changes: dict[str, Any], **said: Any) -> dict[str, Any]:
    ends = between(holder, BLACKPOOL, **changes)
    return only(standing(items=[item(**said)], **ends).submit_units(), "item")


@pytest.mark.parametrize(
    ("art9", "sch1", "needed", "parts"),
    [("g", "18", 2, [2]), ("h", "2", 1, [1]), ("a", "", 0, []), ("g", "2,18", 2, [1, 2]), ("g", "99", 2, [])],
)
def test_a_line_says_which_part_of_schedule_1_it_needs_and_names(
    art9: str, sch1: str, needed: int, parts: list[int]
) -> None:
    facts = line(art9=art9, sch1=sch1)
    assert (facts["schedule1_part_needed"], facts["schedule1_parts"]) == (needed, parts)


@pytest.mark.parametrize(
    ("said", "changes", "needed"),
    [
        ({"special": True}, {"sch1": "18"}, True),
        ({"criminal": True}, {"sch1": "18"}, True),
        ({}, {"sch1": "18"}, False),
        ({"special": True}, {"sch1": "2"}, False),
        ({"special": True}, {"sch1": "10"}, True),
    ],
)
def test_a_policy_document_is_needed_for_some_paragraphs_about_sensitive_data(
    said: dict[str, Any], changes: dict[str, Any], needed: bool
) -> None:
    assert line([item(**said)], **changes)["policy_document_required"] is needed


def test_none_is_needed_for_unlawful_acts_told_to_a_competent_authority() -> None:
    ends = between(LANCASHIRE, POLICE, bases=[basis(LANCASHIRE, sch1="10"), basis(POLICE)])
    told = standing(items=[item(criminal=True)], **ends)
    assert only(told.submit_units(), "basis_line")["policy_document_required"] is False


@pytest.mark.parametrize(("special", "needed"), [(True, True), (False, False)])
def test_part_3_needs_one_for_sensitive_processing(special: bool, needed: bool) -> None:
    part3 = {"party": LANCASHIRE, "regime": "law-enforcement", "s35": "necessary"}
    judged = standing(items=[item(special=special)], flows=[flow(bases=[part3, basis(BLACKPOOL)])])
    assert only(judged.submit_units(), "basis_line")["policy_document_required"] is needed


def test_a_line_hands_on_when_its_document_was_reviewed() -> None:
    reviewed = line(policy_document_reviewed_on=TODAY.isoformat())
    assert reviewed["policy_document_reviewed_day"] == TODAY.toordinal()
    assert line()["policy_document_reviewed_day"] == date.max.toordinal()


@pytest.mark.parametrize(
    ("frequency", "scheduled"), [("monthly", True), ("event", False), ("request", False)]
)
def test_a_flow_runs_by_the_calendar_or_not(frequency: str, scheduled: bool) -> None:
    judged = standing(flows=[flow(frequency=frequency)])
    assert only(judged.submit_units(), "basis_line")["scheduled"] is scheduled


@pytest.mark.parametrize(
    ("nations", "code", "inside"),
    [("E", "CA04-10", True), ("S", "CA04-10", False), ("EW", "CA04-25", True), ("", "CA04-10", True)],
)
def test_a_gateway_reaches_the_nations_of_its_extent(nations: str, code: str, inside: bool) -> None:
    judged = standing(flows=[flow(gateways=[code])])
    moved = replace(judged.bodies[LANCASHIRE], nations=frozenset(nations))
    facts = only(replace(judged, bodies={**judged.bodies, LANCASHIRE: moved}).submit_units(), "gateway")
    assert facts["in_extent"] is inside


def test_a_gateway_hands_on_its_days_limits_and_cautions() -> None:
    announced, barred = gateway(gateways=["CA04-16LA"]), gateway(gateways=["CYPS14"])
    assert (announced["announced"], announced["in_force_from_day"]) == (True, date(2026, 9, 30).toordinal())
    assert (barred["caution"], barred["commenced"]) == (True, False)
    assert gateway(gateways=["PCSC22-16"])["limits"][:1] == ["no-patient-information"]


def test_a_pilot_and_a_register_entry_count_from_their_days() -> None:
    asked = {"pilot_approval": "Board paper 3", "register_entry": "Entry 41"}
    days = {"pilot_approved_on": TODAY.isoformat(), "register_entered_on": TODAY.isoformat()}
    later = dict.fromkeys(days, (TODAY + timedelta(days=1)).isoformat())
    found = [gateway(gateways=["DEA17-48"], digital_economy=asked | more) for more in ({}, days, later)]
    assert [(one["pilot_approved"], one["register_entered"]) for one in found] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert all(one["register_entry"] for one in found)


@pytest.mark.parametrize(
    ("holder", "function", "care"),
    [(TRUST, "adult-social-care", True), (TRUST, "childrens-services", False), (POLICE, "", False)],
)
def test_care_bodies_are_health_and_adult_social_care(holder: str, function: str, care: bool) -> None:
    judged = standing(**between(holder, LANCASHIRE, discloser_function=function))
    council = replace(judged.bodies[LANCASHIRE], kind="council")
    facts = only(replace(judged, bodies={**judged.bodies, LANCASHIRE: council}).submit_units(), "gateway")
    assert facts["between_care_bodies"] is care


@pytest.mark.parametrize(
    ("name", "catch_all"),
    [
        ("All records", True),
        ("the full case file", True),
        ("Full file of the child", True),
        ("any relevant information", True),
        ("Everything held", True),
        ("Name and date of birth", False),
        ("Overall score", False),
        ("All incident data of the last week", False),
    ],
)
def test_an_item_names_what_is_needed_or_everything(name: str, catch_all: bool) -> None:
    assert judged_item(changes={}, name=name)["catch_all"] is catch_all


def test_the_smallest_group_is_what_the_item_or_the_flow_says() -> None:
    unsaid = {"cell_size": None}
    said = {"obligations": [{"code": "aggregate-min-cell", "params": {"cell": "7"}}]}
    found = [
        judged_item(changes=changes, **own)["cell_size"]
        for changes, own in (({}, unsaid), ({}, {"cell_size": 6}), (said, unsaid), (said, {"cell_size": 9}))
    ]
    assert found == [0, 6, 7, 9]


@pytest.mark.parametrize(
    ("holder", "obligations", "expected"),
    [
        (POLICE, [], (True, False, False)),
        (POLICE, ["handling-code", "accuracy-statement"], (True, True, True)),
        (LANCASHIRE, [], (False, False, False)),
    ],
)
def test_intelligence_is_what_a_competent_authority_believes(
    holder: str, obligations: list[str], expected: tuple[bool, ...]
) -> None:
    params = {"handling-code": {"handling": "P2"}}
    said = [{"code": code, "params": params.get(code, {})} for code in obligations]
    facts = judged_item(
        holder,
        changes={"obligations": said},
        category="criminal-allegation",
        identifiability="identifiable",
    )
    assert (facts["intelligence"], facts["graded"], facts["fact_or_opinion"]) == expected


def test_an_item_can_say_its_grade_itself() -> None:
    facts = judged_item(POLICE, changes={}, grading="P1", fact_or_opinion=True)
    assert (facts["graded"], facts["fact_or_opinion"]) == (True, True)


def test_law_enforcement_data_may_go_to_another_purpose() -> None:
    part3 = {"party": POLICE, "regime": "law-enforcement", "s35": "necessary"}
    ends = between(POLICE, BLACKPOOL, bases=[part3, basis(BLACKPOOL)], gateways=[])
    reused = only(standing(items=[item(special=True, criminal=True)], **ends).submit_units(), "flow_text")
    names = ("part3_disclosed", "other_purpose", "reuse_authorised")
    assert [reused[name] for name in names] == [True, True, False]
    bases = ("recipient_art6", "recipient_art9", "recipient_art10")
    assert [reused[name] for name in bases] == [True, False, False]
    named = basis(BLACKPOOL, art9="g", sch1="18")
    allowed = between(POLICE, BLACKPOOL, bases=[part3, named], gateways=[], reuse_authorisation="Common law")
    reused = only(standing(items=[item(special=True, criminal=True)], **allowed).submit_units(), "flow_text")
    assert all(reused[name] for name in (*names, *bases))


def test_a_text_says_how_it_travels_and_how_long_it_is_kept() -> None:
    facts = text(
        methods=["verbal", "secure-email"],
        minutes="The chair notes decisions.",
        retention={"period": "P1Y6M", "trigger": "closure", "schedule": "P12W"},
    )
    assert (facts["verbal"], facts["minutes"], facts["insecure_methods"]) == (True, True, [])
    assert (facts["retention_days"], facts["schedule_days"]) == (365 + 180, 84)


def test_ordinary_email_and_post_are_insecure() -> None:
    assert text(methods=["post", "email", "sftp"])["insecure_methods"] == ["email", "post"]


def test_figures_are_about_no_child_and_no_victim() -> None:
    people: dict[str, Any] = {"subject_groups": ["child", "victim"]}
    assert (text(**people)["children"], text(**people)["victims"]) == (True, True)
    figures = text([item()], **people)
    assert (figures["children"], figures["victims"]) == (False, False)


def test_a_notice_to_victims_or_the_reason_for_none_is_enough() -> None:
    assert not text()["victims_notice"]
    assert text(victims_request={"notice": "Given by letter"})["victims_notice"]
    assert text(victims_request={"notice_exception": "It would warn the suspect"})["victims_notice"]


def test_general_powers_alone_are_weak() -> None:
    assert text(gateways=["LA11-1"])["only_general_powers"] is True
    assert text(gateways=["LA11-1", "CA04-10"])["only_general_powers"] is False
    assert text(gateways=[])["only_general_powers"] is False


@pytest.mark.parametrize(
    ("end", "months"),
    [(date(2028, 11, 22), 24), (date(2028, 11, 23), 25), (date(2028, 11, 21), 24), (date(2026, 11, 22), 0)],
)
def test_months_are_those_begun(end: date, months: int) -> None:
    assert months_between(date(2026, 11, 22), end) == months


def test_a_period_has_about_so_many_days() -> None:
    assert [days_of(period) for period in ("", "P10D", "P2W", "P1Y1M1D")] == [0, 10, 14, 396]


def test_an_agreement_says_who_answers_and_how_it_ends() -> None:
    facts = agreement()
    assert [facts[name] for name in ("complaints_contact", "rights_lead", "exit_plan", "notice_period")] == [
        True
    ] * 4
    silent = agreement(rights={}, governance={})
    assert not any(
        silent[name] for name in ("complaints_contact", "rights_lead", "exit_plan", "notice_period")
    )
    parties = [
        party | {"contacts": {"rights": "r@b.test", "complaints": "c@b.test"}} for party in terms()["parties"]
    ]
    by_party = agreement(rights={}, parties=parties)
    assert (by_party["complaints_contact"], by_party["rights_lead"]) == (True, True)


def test_breach_contacts_count_as_tested_at_the_start() -> None:
    assert agreement()["contacts_tested_day"] == TODAY.toordinal()
    tested = (TODAY - timedelta(days=9)).isoformat()
    assert agreement(incidents={"contacts_tested_on": tested})["contacts_tested_day"] == TODAY.toordinal() - 9


def test_a_tool_or_a_high_residual_risk_makes_an_agreement_one_of_high_risk() -> None:
    assert agreement()["high_risk"] is False
    assert agreement(flows=[flow(automation="matching")])["high_risk"] is True
    judged = replace(standing(dpia()), findings={"d1": Findings(residual_risk="high")})
    assert only(judged.submit_units(), "agreement")["high_risk"] is True


def test_a_controller_hands_on_what_its_dpia_found() -> None:
    found = Findings(
        decided_on=TODAY - timedelta(days=800),
        residual_risk="high",
        regulator_answered=True,
        overruled=True,
        overruling_reasons=True,
    )
    judged = replace(standing(dpia()), findings={"d1": found})
    facts = judged.controller_units([LANCASHIRE])[0].facts
    assert facts["dpia_age_months"] == 27
    names = ("residual_high", "regulator_answered", "advice_overruled", "overruling_reasons")
    assert all(facts[name] for name in names)
    neutral = standing(dpia()).controller_units([LANCASHIRE])[0].facts
    assert not any(neutral[name] for name in (*names, "dpia_age_months"))


def test_a_notice_is_each_controllers_own() -> None:
    notices = {"transparency": {"privacy_notices": {LANCASHIRE: "https://council.test/privacy"}}}
    found = controllers(**notices)
    assert (found[LANCASHIRE]["privacy_notice"], found[BLACKPOOL]["privacy_notice"]) == (True, False)


def party(
    *shown: Assured, kind_of_body: str = "", health: bool = False, known: bool = True
) -> dict[str, Any]:
    """The facts of Lancashire with what it can show."""
    judged = standing()
    changed = replace(body(LANCASHIRE, health_or_care=health), kind=kind_of_body, nations=frozenset({"E"}))
    assurances = {LANCASHIRE: {one.kind: one for one in shown}} if known else {}
    judged = replace(judged, bodies={**judged.bodies, LANCASHIRE: changed}, assurances=assurances)
    return only(judged.submit_units(), "party")


def assured(kind: str, *, days: int = 30, level: str = "") -> Assured:
    return Assured(kind, level, "ZA1", "", TODAY + timedelta(days=days))


def test_of_a_body_nobody_looked_at_nothing_is_held_against_it() -> None:
    facts = party(known=False)
    assert (facts["fee_paid"], facts["fee_lapsed_days"], facts["certified"], facts["toolkit_met"]) == (
        True,
        0,
        True,
        True,
    )


def test_a_registration_counts_to_its_last_day() -> None:
    assert party(assured("regulator-registration", days=0))["fee_paid"] is True
    lapsed = party(assured("regulator-registration", days=-3))
    assert (lapsed["fee_paid"], lapsed["fee_lapsed_days"]) == (False, 3)
    assert party()["fee_paid"] is False


def test_a_body_is_certified_by_what_is_current() -> None:
    assert party(assured("iso-27001"))["certified"] is True
    assert party(assured("cyber-essentials-plus", days=-1))["certified"] is False


@pytest.mark.parametrize(
    ("level", "days", "met"),
    [("standards-met", 5, True), ("standards-exceeded", 5, True), ("approaching-standards", 5, False)],
)
def test_the_toolkit_applies_to_health_and_care_in_england(level: str, days: int, met: bool) -> None:
    facts = party(assured("dspt", level=level, days=days), health=True)
    assert (facts["toolkit_applies"], facts["toolkit_met"]) == (True, met)
    assert party()["toolkit_applies"] is False
    assert party(assured("dspt", level=level, days=-1), health=True)["toolkit_met"] is False


def test_processors_are_parties_and_those_listed() -> None:
    parties = [terms()["parties"][0], {"organisation": BLACKPOOL, "roles": ["processor"]}]
    security = {"processors": ["Host", "Post"], "processor_contracts": {"Host": "C1"}}
    units = standing(parties=parties, security=security).submit_units()
    found = [(unit.pointer, unit.facts["contract"]) for unit in units if unit.kind == "processor"]
    assert found == [
        ("/parties/1", False),
        ("/security/processors/0", True),
        ("/security/processors/1", False),
    ]


def test_a_flow_says_who_decides_together_and_what_is_logged() -> None:
    parties = [one | {"roles": ["joint-controller"]} for one in terms()["parties"]]
    arranged = {"arrangement": "Both", "essence": "https://a.test", "contact_point": "x@a.test"}
    judged = standing(
        parties=parties,
        governance={"joint_controllers": arranged},
        security={"disclosure_log": "Each disclosure"},
    )
    facts = judged.flow_units()[0].facts
    names = (
        "joint_controllers",
        "joint_arrangement",
        "joint_essence",
        "joint_contact_point",
        "disclosure_log",
    )
    assert all(facts[name] for name in names)
    assert not any(standing().flow_units()[0].facts[name] for name in names)


def test_a_flow_stands_by_the_present_review_day_and_open_incidents() -> None:
    later = TODAY + timedelta(days=1)
    judged = replace(standing(), review_on=later, severe_incidents={"f1"})
    facts = judged.flow_units()[0].facts
    assert (facts["review_on_day"], facts["severe_incident"]) == (later.toordinal(), True)


def test_a_flow_happens_in_the_nations_of_its_ends_that_the_agreement_names() -> None:
    judged = standing(jurisdictions=["W", "S"])
    changed = {
        one: replace(judged.bodies[one], nations=frozenset(nations))
        for one, nations in ((LANCASHIRE, "E"), (BLACKPOOL, "EW"))
    }
    placed = replace(judged, bodies={**judged.bodies, **changed})
    assert placed.flow_units()[0].nations == {"W"}
    elsewhere = replace(judged, bodies={**judged.bodies, **changed, BLACKPOOL: changed[LANCASHIRE]})
    assert elsewhere.flow_units()[0].nations == {"E"}


def test_an_act_is_neutral_where_nothing_is_known() -> None:
    act = Act(role="signatory", actor_is_author=False, hash_matches=True)
    assert POLICIES.gates.judge("sign", [act.unit()], TODAY) == []


def test_each_day_every_unit_has_what_its_rules_ask_for() -> None:
    judged = standing(dpia(), items=[PERSONAL], flows=[flow(matching_key="NINO")])
    found = POLICIES.gates.judge("daily", judged.daily_units(), TODAY)
    found += POLICIES.gates.judge("activate", judged.activation_units_of(judged.terms.flows[0]), TODAY)
    assert "gate-error" not in {one.code for one in found}
