"""A text in at most three hundred words: what a person who signs once a month needs before they decide.

Everything is said from the terms and the assessments, in the reader's language. Lists are cut to their first
entries and say how many more there are; what people wrote freely shares the words that are left.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.agreements.terms import Flow, Item, Terms
from registry.assessments.schemas import AssessmentOut
from registry.policy import Law
from registry.policy.entries import Entry
from registry.signing.queries import Name
from registry.web.pages import Language, Sentence, lazy

MOST_WORDS = 300
HEADINGS = 60
"""Words that the page itself says around the brief: headings and the words that join."""

DATES = 9
"""Words of three days."""

MOST_ENTRIES, LONGEST_ENTRY = 4, 14
RANK = {"high": 0, "medium": 1, "low": 2}

ADVICE = {
    "support": lazy("supports it"),
    "conditions": lazy("supports it with conditions"),
    "against": lazy("advises against it"),
    "more-work": lazy("asks for more work"),
}
GIVEN_BY = {"dpia": lazy("Data protection officer"), "ethics": lazy("Ethics panel")}
SENSITIVE = {
    "special": lazy("special category data, such as health"),
    "criminal": lazy("criminal offence data"),
    "patient": lazy("confidential patient information"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The first entries of a list, and how many more there are."""

    entries: tuple[str, ...]
    more: int = 0

    @classmethod
    def of(cls, entries: Iterable[str], most: int = MOST_ENTRIES) -> "Listed":
        """Each entry once, in order."""
        every = tuple(clipped(entry, LONGEST_ENTRY) for entry in dict.fromkeys(entries))
        return cls(every[:most], max(0, len(every) - most))

    @property
    def words(self) -> int:
        """How many words it takes on the page."""
        return sum(map(count, self.entries)) + (2 if self.more else 0)


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk that an assessment found, and what is left of it after the measures."""

    name: str
    left: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What was advised on an assessment, and by whom."""

    by: Sentence
    body: str
    says: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole of it. `what` is in the language `what_language` where it is not in the reader's."""

    what: str
    what_language: Language
    who: Listed
    why: Listed
    about: Listed
    data: Listed
    sensitive: tuple[Sentence, ...]
    law: Listed
    risks: tuple[Risk, ...]
    more_risks: int
    advice: tuple[Advice, ...]
    is_assessed: bool
    starts_on: date
    expires_on: date
    review_on: date


@dataclass(frozen=True, slots=True)
class Words:
    """The words to write a brief in: the lists of law, the names of bodies, the reader's language."""

    law: Law
    names: Mapping[str, Name]
    language: Language

    def label(self, entries: Mapping[str, Entry], code: str) -> str:
        """What a code is called."""
        entry = entries.get(code)
        return self.said(entry) if entry else code

    def said(self, pair: Entry | Name) -> str:
        """A bilingual thing in the reader's language."""
        return pair.cy if self.language == "cy" else pair.en

    def name(self, organisation: str) -> str:
        """What a body is called."""
        return self.said(self.names[organisation]) if organisation in self.names else organisation

    def citation(self, gateway: str) -> str:
        """The law that a gateway is."""
        return self.law.gateways[gateway].citation if gateway in self.law.gateways else gateway

    def level(self, code: str) -> str:
        """What a level of risk is called."""
        levels = {level.code: level for level in self.law.risk_matrix.levels}
        return (levels[code].cy if self.language == "cy" else levels[code].en) if code in levels else code


def write_brief(
    terms: Terms, assessments: Sequence[AssessmentOut], words: Words, *, review_on: date
) -> Brief:
    """The brief of a text and of the assessments that cover it; `review_on` is its present review day."""
    law = words.law
    summary, language = _summary(terms, words.language)
    risks = sorted(_risks(assessments, words), key=lambda one: one[0])
    whole = Brief(
        what=summary,
        what_language=language,
        who=Listed.of(_legs(terms.flows, words)),
        why=Listed.of(_labels(words, law.purposes, (code for flow in terms.flows for code in flow.purposes))),
        about=Listed.of(
            _labels(words, law.subject_groups, (code for flow in terms.flows for code in flow.subject_groups))
        ),
        data=Listed.of(_labels(words, law.categories, (item.category for item in terms.items)), 6),
        sensitive=tuple(SENSITIVE[kind] for kind in _sensitive(terms.items)),
        law=Listed.of(words.citation(code) for flow in terms.flows for code in flow.gateways),
        risks=tuple(risk for _, risk in risks[:3]),
        more_risks=max(0, len(risks) - 3),
        advice=tuple(_advice(assessments, words))[:2],
        is_assessed=bool(assessments),
        starts_on=terms.starts_on,
        expires_on=terms.expires_on,
        review_on=review_on,
    )
    return _within(whole, MOST_WORDS - HEADINGS)


def words_of(brief: Brief) -> int:
    """How many words of its own a brief has, whatever the page says around them."""
    lists = sum(one.words for one in (brief.who, brief.why, brief.about, brief.data, brief.law))
    risks = sum(count(f"{one.name} {one.left}") for one in brief.risks)
    sensitive = sum(count(one.english) for one in brief.sensitive)
    said = (f"{one.by.english} {one.body} {one.says.english} {one.text}" for one in brief.advice)
    return lists + risks + sensitive + sum(map(count, said)) + count(brief.what) + DATES


def count(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def clipped(text: str, most: int) -> str:
    """The first words of a text; where some are left out, an ellipsis that counts as one."""
    words = text.split()
    if len(words) <= most:
        return " ".join(words)
    return " ".join([*words[: most - 1], "…"]) if most > 0 else ""


def _within(brief: Brief, most: int) -> Brief:
    """The brief with what people wrote freely cut to the words that are left: half for what it is about."""
    bare = replace(brief, what="", advice=tuple(replace(one, text="") for one in brief.advice))
    left = max(0, most - words_of(bare))
    said = sum(count(one.text) for one in brief.advice)
    summary = max(left // 2, left - said)
    what = clipped(brief.what, summary)
    each = max(0, left - count(what)) // max(1, len(brief.advice))
    advice = tuple(replace(one, text=clipped(one.text, each)) for one in brief.advice)
    return replace(brief, what=what, advice=advice)


def _summary(terms: Terms, language: Language) -> tuple[str, Language]:
    """The summary in the reader's language, or in the one that there is."""
    wanted, spare = (
        (terms.summary.cy, terms.summary.en) if language == "cy" else (terms.summary.en, terms.summary.cy)
    )
    other: Language = "en" if language == "cy" else "cy"
    return (wanted, language) if wanted or not spare else (spare, other)


def _legs(flows: Iterable[Flow], words: Words) -> Iterable[str]:
    return (f"{words.name(flow.from_)} → {words.name(flow.to)}" for flow in flows)


def _labels(words: Words, entries: Mapping[str, Any], codes: Iterable[str]) -> Iterable[str]:
    return (words.label(entries, code) for code in codes)


def _sensitive(items: Collection[Item]) -> Iterable[str]:
    found = {
        "special": any(item.special for item in items),
        "criminal": any(item.criminal for item in items),
        "patient": any(item.patient_information for item in items),
    }
    return (kind for kind, is_there in found.items() if is_there)


def _risks(assessments: Iterable[AssessmentOut], words: Words) -> Iterable[tuple[int, Risk]]:
    """Every risk with what is left of it, and where it belongs among all: the highest first."""
    for one in assessments:
        for risk in one.document.get("risks", ()):
            left = one.levels.get(risk["id"], {}).get("residual", "")
            code = risk.get("code", "")
            name = words.label(words.law.dpia_risks, code) if code else clipped(risk.get("source", ""), 12)
            yield RANK.get(left, len(RANK)), Risk(name, words.level(left))


def _advice(assessments: Iterable[AssessmentOut], words: Words) -> Iterable[Advice]:
    """The last advice on the present text of each assessment."""
    for one in assessments:
        given = [advice for advice in one.advice if advice.hash == one.hash]
        if given:
            last = given[-1]
            yield Advice(
                GIVEN_BY[one.kind],
                clipped(words.name(one.owner), LONGEST_ENTRY),
                ADVICE[last.advice],
                last.text,
            )
