"""The lists of law: what is in them, and what is refused when they are read."""

import re
from datetime import date
from pathlib import Path

import pytest

from registry.policy import BadPolicyFile, Law, Policies
from registry.policy.entries import Entry, Ethics, RiskMatrix
from tests.unit.policy.files import ROOT, replace

TODAY = date(2026, 11, 22)
CODE_LISTS = [
    name for name, field in Law.model_fields.items() if field.annotation not in (RiskMatrix, Ethics)
]


def entries(law: Law, name: str) -> list[Entry]:
    return list(getattr(law, name).values())


@pytest.mark.parametrize("name", CODE_LISTS)
def test_every_entry_speaks_both_languages(policies: Policies, name: str) -> None:
    assert [entry.code for entry in entries(policies.law, name) if entry.en == entry.cy] == []


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
