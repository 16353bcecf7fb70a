"""The brief that a signatory reads: everything that matters, in three hundred words whatever the text."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.agreements.terms import Terms
from registry.assessments.schemas import AdviceOut, AssessmentOut
from registry.signing.brief import HEADINGS, MOST_WORDS, Brief, Words, clipped, count, words_of, write_brief
from registry.signing.queries import Name
from registry.web.pages import Language
from registry.web.pages.environment import environment
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, flow, item, terms
from tests.samples.assessments import POLICIES

LONG_NAME = "The Mayor, Aldermen and Burgesses of the County Palatine " * 5
NAMES = {LANCASHIRE: Name("Lancashire", "Swydd Gaerhirfryn"), BLACKPOOL: Name(LONG_NAME, LONG_NAME)}
DIGEST = "sha256:" + "0" * 64


def dpia(text: str, risks: int) -> AssessmentOut:
    """A DPIA of Lancashire with the advice of its DPO."""
    listed = [{"id": f"r{number}", "source": f"{text} {number}"} for number in range(risks)]
    return AssessmentOut(
        id="d1",
        kind="dpia",
        owner=BLACKPOOL,
        status="approved",
        version=1,
        hash=DIGEST,
        supersedes=None,
        valid_until=None,
        document={"risks": listed},
        screening=None,
        levels={f"r{number}": {"residual": ("low", "high")[number == 7]} for number in range(risks)},
        coverage=[],
        stage=None,
        conditions=[],
        review=None,
        effect=None,
        advice=[AdviceOut(hash=DIGEST, advice="conditions", text=text, advised_at=NOW)],
        consultations=[],
        decisions=[],
        adoptions=[],
        follow_ups=[],
        history=[],
    )


def brief(assessments: list[AssessmentOut] | None = None, language: Language = "en", **changes: Any) -> Brief:
    text = Terms.model_validate(terms(**changes))
    words = Words(POLICIES.law, NAMES, language)
    return write_brief(text, assessments or [], words, review_on=date(2027, 5, 1))


def shown(found: Brief, language: Language) -> str:
    """The words that the page shows of a brief."""
    asked = "{% from 'signing/brief.html' import show_brief with context %}{{ show_brief(brief) }}"
    html = environment(language).from_string(asked).render(brief=found)
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_it_says_who_shares_what_with_whom_and_why() -> None:
    found = brief()
    assert found.who.entries[0].startswith("Lancashire → The Mayor")
    assert found.why.entries == (POLICIES.law.purposes["statistics"].en,)
    assert not found.is_assessed


def test_the_highest_risk_that_is_left_comes_first_with_the_advice() -> None:
    found = brief([dpia("Figures may point at people.", 9)])
    assert (found.risks[0].left, found.more_risks) == ("High", 6)
    assert found.risks[0].name == "Figures may point at people. 7"
    assert found.advice[0].says.english == "supports it with conditions"
    assert found.advice[0].text == "Figures may point at people."


def test_a_summary_in_one_language_is_marked_as_that_language() -> None:
    found = brief(language="cy", summary={"en": "Figures are shared.", "cy": ""})
    assert (found.what, found.what_language) == ("Figures are shared.", "en")


def test_data_that_needs_care_is_named() -> None:
    careful = item(special=True, criminal=True)
    assert [one.english for one in brief(items=[careful]).sensitive] == [
        "special category data, such as health",
        "criminal offence data",
    ]


@pytest.mark.parametrize("language", ["en", "cy"])
@given(
    summary=st.integers(1, 900), flows=st.integers(1, 20), dpias=st.integers(0, 4), said=st.integers(1, 300)
)
def test_it_never_takes_more_than_three_hundred_words(
    language: Language, summary: int, flows: int, dpias: int, said: int
) -> None:
    codes = sorted(POLICIES.law.purposes)
    found = brief(
        [dpia("careful " * said, 12)] * dpias,
        language,
        summary={"en": "word " * summary, "cy": "gair " * summary},
        flows=[flow(id=f"f{number}", purposes=codes[number % 9 : number % 9 + 3]) for number in range(flows)],
    )
    assert words_of(found) <= MOST_WORDS - HEADINGS
    assert count(shown(found, language)) <= MOST_WORDS


@given(st.text(max_size=200), st.integers(0, 40))
def test_a_clipped_text_is_the_beginning_of_it(text: str, most: int) -> None:
    kept, words = clipped(text, most).split(), text.split()
    assert len(kept) <= most
    assert kept == words if len(words) <= most else kept[:-1] == words[: max(0, most - 1)]
