"""The lists of law: what is in them, and what is refused when they are read."""

import re
from datetime import date
from pathlib import Path

import pytest

from registry.policy import BadPolicyFile, Law, Policies
from registry.policy.entries import Entry
from tests.unit.policy.files import ROOT, replace

TODAY = date(2026, 11, 22)


def entries(law: Law, name: str) -> list[Entry]:
    return list(getattr(law, name).values())


def test_every_entry_speaks_both_languages(policies: Policies) -> None:
    same = [
        (name, entry.code)
        for name, listed in policies.law.lists().items()
        for entry in listed.values()
        if entry.en == entry.cy
    ]
    assert same == []


@pytest.mark.parametrize("name", ["purposes", "subject_groups", "categories", "obligations"])
def test_codes_are_lower_case_with_hyphens(policies: Policies, name: str) -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+", entry.code) for entry in entries(policies.law, name))


def test_the_lists_are_those_of_the_field(policies: Policies) -> None:
    law = policies.law
    assert (len(law.purposes), len(law.subject_groups), len(law.categories)) == (29, 14, 32)
    assert set(law.art6) == {"a", "b", "c", "d", "e", "ea", "f"}
    assert set(law.art9) == set("abcdefghij")
    assert set(law.schedule1) == {str(n) for n in (*range(1, 5), *range(6, 38))}
    assert set(law.schedule8) == {str(n) for n in range(1, 10)}
    assert [len(law.dpia_screening[name].criteria) for name in ("article-35-3", "ico", "wp248")] == [3, 10, 9]


def test_an_entry_holds_from_its_first_day(policies: Policies) -> None:
    duty = policies.law.gateways["CA04-16LA"]
    assert [duty.is_in_force(date(2026, 9, day)) for day in (29, 30)] == [False, True]
    assert duty.mark == "announced"


def test_only_a_duty_that_binds_unasked_counts_as_one(policies: Policies) -> None:
    law = policies.law
    assert law.gateways["CA04-16LA"].is_duty
    assert not any(law.gateways[code].is_duty for code in ("CA04-10", "CDA98-115", "CA89-47", "FGM03-5B"))


CATALOGUE = """CDA98-115 CDA98-17A CDA98-6/SI2007-1830 CDA98-37-39 PCSC22-16 PCSC22-17 CA89-47 CA04-10 CA04-11
CA04-16H CA04-16LA FGM03-5B CPA26-MR TA00-38B PCSC22-44A CARE14-6/7/42 CARE14-45 HSCA12-251B NHSA06-251
NHSA06-82/75 HSCA12-259/261 DEA17-35 DEA17-36-39 DEA17-48 DEA17-56 DEA17-64 SCA07-68 CTSA15-26/36-38 CJA03-325
OMA07-14 HA96-213B ASB14-S4 CCA04-REGS ESA08-14 DVCVA04-9 DAA21-77 LA11-1 LGA72-111 LGEWA21-24 CL-POLICE
SSWB14-162/164 SSWB14-128/130 SSWB14-137 MOSA05-1/10 ASBS04-139 ASPS07-5/10 CHS11-60/61 PFRS12-20/32 PBJW14
CYPS14"""
"""Every row of DOMAIN 3.4; a row of several provisions is as many entries."""


def test_every_gateway_of_the_field_is_catalogued(policies: Policies) -> None:
    assert set(CATALOGUE.split()) <= policies.law.gateways.keys()


def test_what_is_never_in_force_says_so(policies: Policies) -> None:
    gateways = policies.law.gateways
    never = {code for code, gateway in gateways.items() if not gateway.is_in_force(TODAY)}
    assert never == {"CA04-14B", "CPA26-MR", "CYPS14"}
    assert {code for code in gateways if gateways[code].caution} == {"CA04-14B", "CYPS14"}
    assert gateways["CA04-14B"].replaced_by == "CA04-16H"


def test_limits_name_the_gate_that_holds_them(policies: Policies) -> None:
    limits = policies.law.limits
    assert {limits[code].checked_by for code in policies.law.gateways["PCSC22-16"].limits} == {"GW-03", None}
    used = {code for gateway in policies.law.gateways.values() for code in gateway.limits}
    assert used == limits.keys()


@pytest.mark.parametrize(
    ("bar", "facts", "touched"),
    [
        ("gender-recognition", {"categories": ["identity"], "subject_groups": ["tenant"]}, True),
        ("gender-recognition", {"categories": ["housing"], "subject_groups": ["tenant"]}, False),
        ("sexual-offence-victim", {"categories": ["identity"], "subject_groups": ["victim"]}, True),
        ("sexual-offence-victim", {"categories": ["identity"], "subject_groups": ["tenant"]}, False),
    ],
)
def test_a_bar_may_touch_what_it_lists(
    policies: Policies, bar: str, facts: dict[str, list[str]], touched: bool
) -> None:
    assert policies.law.bars[bar].may_touch(nations=["E"], **facts) is touched


def test_a_bar_is_silent_where_it_does_not_extend(policies: Policies) -> None:
    family = policies.law.bars["family-court"]
    facts = {"categories": ["family"], "subject_groups": ["child"]}
    assert [family.may_touch(nations=[nation], **facts) for nation in ("E", "S")] == [True, False]


def test_an_entry_is_overdue_from_the_day_after_its_review_was_due(policies: Policies) -> None:
    entry = policies.law.purposes["research"].model_copy(update={"review_due": TODAY})
    assert [entry.is_overdue(day) for day in (TODAY, date(2026, 11, 23))] == [False, True]


def test_an_obligation_says_its_parameters_in_both_languages(policies: Policies) -> None:
    obligation = policies.law.obligations["retain-max"]
    assert obligation.params == {"period"}
    said = obligation.say({"period": "P1Y"})
    assert (said.en, said.cy) == ("Keep it no longer than P1Y.", "Peidiwch â'i gadw'n hwy na P1Y.")
    with pytest.raises(KeyError):
        obligation.say({})


@pytest.mark.parametrize(
    ("criteria", "required"),
    [
        (set(), False),
        ({"large-scale-special"}, True),
        ({"data-matching"}, True),
        ({"innovative-technology"}, False),
        ({"innovative-technology", "sensitive-data"}, True),
        ({"sensitive-data"}, False),
        ({"sensitive-data", "vulnerable-subjects"}, True),
        ({"something-else"}, False),
    ],
)
def test_screening_counts_as_each_list_says(policies: Policies, criteria: set[str], required: bool) -> None:
    assert policies.law.requires_dpia(criteria) is required


@pytest.mark.parametrize(
    ("likelihood", "severity", "level"),
    [("remote", "severe", "low"), ("possible", "significant", "medium"), ("probable", "severe", "high")],
)
def test_the_matrix_gives_the_level(policies: Policies, likelihood: str, severity: str, level: str) -> None:
    assert policies.law.risk_matrix.level(likelihood=likelihood, severity=severity) == level


def test_independent_advice_is_critical_for_biometrics_and_prediction(policies: Policies) -> None:
    ethics = policies.law.ethics
    always = {question.code for question in ethics.critical([])}
    assert always == {"lawful-basis", "human-review", "accuracy-by-group", "challenge-route"}
    assert {q.code for q in ethics.critical(["biometrics"])} == always | {"independent-advice"}


SPOILT = {
    "an unknown field": ("purposes", "cy: Gofal uniongyrchol", "cy: Gofal uniongyrchol, urgent: true"),
    "no Welsh": ("purposes", ", cy: Gofal uniongyrchol", ""),
    "empty Welsh": ("purposes", "cy: Gofal uniongyrchol", 'cy: " "'),
    "no English": ("purposes", "en: Direct care, ", ""),
    "a code that is there twice": ("purposes", "code: research", "code: statistics"),
    "no code": ("purposes", "code: research, ", ""),
    "a code in capitals": ("purposes", "code: research", "code: Research"),
    "a key that is there twice": ("purposes", "en: Research", "en: Enquiry, en: Research"),
    "no mark": ("purposes", "mark: own\n", ""),
    "a mark that names no source": ("purposes", "mark: own", "mark: gov.uk"),
    "a wrong type": ("categories", "special: true", "special: perhaps"),
    "a day that is none": ("gateways", "2026-09-30", "2026-09-31"),
    "a nation that is none": ("gateways", "extent: [E, W]", "extent: [X]"),
    "other placeholders in Welsh": (
        "obligations",
        'cy: "Defnyddiwch ef at y diben hwn yn unig: {purpose}."',
        "cy: Dim",
    ),
    "a review due before it was made": ("purposes", "review_due: 2027", "review_due: 2025"),
    "a Welsh status that is none": ("purposes", "cy_status: draft", "cy_status: good"),
    "an unknown limit": ("gateways", "[depersonalised-only,", "[depersonalised,"),
    "a source that is no address": ("gateways", "source: https://", "source: "),
    "a bar about an unknown category": ("bars", "categories: [identity, d", "categories: [name, d"),
    "a duty about an unknown purpose": (
        "duties",
        "purposes: [child-safeguarding]",
        "purposes: [safeguarding]",
    ),
    "a hole in the matrix": ("risk-matrix", "minimal: {remote: low, ", "minimal: {"),
    "an unknown level": ("risk-matrix", "probable: high}", "probable: extreme}"),
    "an unknown trigger": ("ethics", "when: [biometrics, predictive]", "when: [biometric]"),
    "a question that is there twice": ("ethics", "code: need-stated", "code: benefit-measured"),
    "a list instead of a mapping": ("nations", "mark: own\nentries:", ""),
    "no YAML": ("nations", "entries:", "entries: ["),
    "entries that are no list": ("nations", "entries:\n", "entries: 5\nother:\n"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_list_is_refused(copied: Path, fault: str) -> None:
    name, old, new = SPOILT[fault]
    replace(copied / "law" / f"{name}.yaml", old, new)
    with pytest.raises(BadPolicyFile, match=name.replace("-", "[-_]")):
        Law.load(copied / "law")


def test_every_fault_is_named_at_once(copied: Path) -> None:
    replace(copied / "law" / "purposes.yaml", ", cy: Gofal uniongyrchol", "")
    replace(copied / "law" / "categories.yaml", "special: true", "special: perhaps")
    with pytest.raises(BadPolicyFile) as refused:
        Law.load(copied / "law")
    assert "purposes.direct-care.cy" in str(refused.value)
    assert "categories.health-physical.special" in str(refused.value)


@pytest.mark.parametrize("name", ["purpose.yaml", "notes.txt"])
def test_a_file_nobody_reads_is_refused(copied: Path, name: str) -> None:
    (copied / "law" / name).write_text("entries: []\n")
    with pytest.raises(BadPolicyFile, match=re.escape(name)):
        Law.load(copied / "law")


def test_a_file_that_is_missing_is_refused(copied: Path) -> None:
    (copied / "law" / "art9.yaml").unlink()
    with pytest.raises(BadPolicyFile, match=r"art9\.yaml"):
        Law.load(copied / "law")


def test_every_source_named_is_explained() -> None:
    explained = set(
        re.findall(r"^\| (S\d+[a-z]?) \|", (ROOT.parent / "docs" / "policies.md").read_text(), re.MULTILINE)
    )
    named = set(
        re.findall(
            r"\bS\d+[a-z]?\b",
            " ".join(
                re.findall(
                    r"mark: (.+)",
                    "".join(path.read_text(encoding="utf-8") for path in (ROOT / "law").glob("*.yaml")),
                )
            ),
        )
    )
    assert named <= explained
