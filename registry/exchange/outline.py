"""An agreement as a document for people, before it is set: headings, facts, tables, paragraphs.

Word and PDF are set from the same outline, so that both say the same. It tells the text that was frozen and
who signed it, and nothing that changes with the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from registry import clock
from registry.agreements.terms import Basis, Flow, Item, Terms
from registry.exchange.papers import Paper
from registry.exchange.voice import Voice
from registry.web.documents import Bilingual

SECTIONS = (
    "security",
    "transparency",
    "rights",
    "incidents",
    "international",
    "onward",
    "assessments",
    "governance",
)
"""Sections of the terms that are told as they stand, field by field, where a field is filled."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one pair a line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    body: Facts | Table | str


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole document; `footer` stands on every page."""

    language: str
    title: str
    subtitle: str
    footer: str
    sections: tuple[Section, ...]


def outline_of(paper: Paper, voice: Voice) -> Outline:
    """The outline of one version in the language of the voice."""
    return Outline(
        language=voice.language,
        title=voice.text(paper.terms.title),
        subtitle=voice.code("agreement_kinds", paper.terms.kind),
        footer=f"{paper.ref}, {voice.say('version')} {paper.number}, {paper.hash}",
        sections=tuple(_sections(paper, voice)),
    )


def _sections(paper: Paper, voice: Voice) -> Iterator[Section]:
    terms = paper.terms
    yield Section(voice.say("identity"), Facts(tuple(_identity(paper, voice))))
    yield Section(voice.say("summary"), voice.text(terms.summary))
    yield Section(voice.say("parties"), _parties(terms, voice))
    yield Section(voice.say("items"), _items(terms, voice))
    yield Section(voice.say("flows"), _flows(terms, voice))
    yield Section(voice.say("bases"), _bases(terms, voice))
    yield Section(voice.say("safeguards"), _safeguards(terms, voice))
    yield Section(voice.say("obligations"), _obligations(terms, voice))
    for name in SECTIONS:
        pairs = tuple(_filled(name, getattr(terms, name), voice))
        if pairs:
            yield Section(voice.say(name), Facts(pairs))
    yield Section(voice.say("signatures"), _signatures(paper, voice))
    yield Section(voice.say("proof"), voice.say("proof-text"))


def _identity(paper: Paper, voice: Voice) -> Iterator[tuple[str, str]]:
    terms = paper.terms
    entry = voice.say("not-in-log") if paper.log_index is None else str(paper.log_index)
    yield voice.say("reference"), paper.ref
    yield voice.say("version"), str(paper.number)
    yield voice.say("hash"), paper.hash
    yield voice.say("log-index"), entry
    yield voice.say("marking"), terms.marking
    yield voice.say("jurisdictions"), voice.codes("nations", terms.jurisdictions)
    yield voice.say("starts_on"), voice.day(terms.starts_on)
    yield voice.say("expires_on"), voice.day(terms.expires_on)
    yield voice.say("review_on"), voice.day(terms.review_on)
    if terms.parent:
        yield voice.say("parent"), terms.parent


def _parties(terms: Terms, voice: Voice) -> Table:
    return _table(
        voice,
        ("organisation", "identifier", "roles", "ig-contact", "duty-contact"),
        [
            (
                voice.body(party.organisation),
                party.organisation,
                voice.codes("party_roles", party.roles),
                party.contacts.ig,
                party.contacts.duty,
            )
            for party in terms.parties
        ],
    )


def _items(terms: Terms, voice: Voice) -> Table:
    return _table(
        voice,
        ("id", "name", "category", "identifiability", "nature", "necessity"),
        [
            (
                item.id,
                item.name or item.code,
                voice.code("categories", item.category),
                voice.code("identifiability", item.identifiability),
                _nature(item, voice),
                item.necessity,
            )
            for item in terms.items
        ],
    )


def _nature(item: Item, voice: Voice) -> str:
    marks = ("special", "criminal", "patient_information")
    return "; ".join(voice.say(mark) for mark in marks if getattr(item, mark))


def _flows(terms: Terms, voice: Voice) -> Table:
    return _table(
        voice,
        ("id", "from", "to", "actions", "items", "purposes", "subject-groups", "frequency", "methods"),
        [
            (
                flow.id,
                voice.body(flow.from_),
                voice.body(flow.to),
                voice.codes("actions", flow.actions),
                ", ".join(flow.items),
                voice.codes("purposes", flow.purposes),
                voice.codes("subject_groups", flow.subject_groups),
                f"{voice.code('frequencies', flow.frequency)}; {voice.code('volumes', flow.volume)}",
                voice.codes("methods", flow.methods),
            )
            for flow in terms.flows
        ],
    )


def _bases(terms: Terms, voice: Voice) -> Table:
    return _table(
        voice,
        ("flow", "organisation", "regime", "basis", "conditions"),
        [
            (
                flow.id,
                voice.body(basis.party),
                voice.code("regimes", basis.regime),
                lawful_basis(basis, voice),
                conditions(basis, voice),
            )
            for flow in terms.flows
            for basis in flow.bases
        ],
    )


def lawful_basis(basis: Basis, voice: Voice) -> str:
    """The Article 6 basis or the basis of section 35, with the domestic law it rests on."""
    article = f"6(1)({basis.art6}) {voice.code('art6', basis.art6)}" if basis.art6 else ""
    section = f"s.35: {voice.code('s35', basis.s35)}" if basis.s35 else ""
    return "; ".join(part for part in (article, section, basis.domestic_basis) if part)


def conditions(basis: Basis, voice: Voice) -> str:
    """The Article 9 condition and those of Schedules 1 and 8."""
    schedule1 = basis.sch1.split(",") if basis.sch1 else []
    parts = (
        f"9(2)({basis.art9}) {voice.code('art9', basis.art9)}" if basis.art9 else "",
        *(f"Sch 1 para {one} {voice.code('schedule1', one)}" for one in schedule1),
        *(f"Sch 8 para {one} {voice.code('schedule8', one)}" for one in basis.sch8),
    )
    return "; ".join(part for part in parts if part)


def _safeguards(terms: Terms, voice: Voice) -> Table:
    return _table(
        voice,
        ("flow", "gateways", "confidentiality", "retention", "protective", "automation"),
        [_safeguard(flow, voice) for flow in terms.flows],
    )


def _safeguard(flow: Flow, voice: Voice) -> tuple[str, ...]:
    kept = (flow.retention.period, flow.retention.trigger, flow.retention.method)
    automation = [voice.code("automation", flow.automation), voice.code("biometrics", flow.biometrics)]
    return (
        flow.id,
        "; ".join(gateway(code, voice) for code in flow.gateways),
        voice.code("confidentiality_routes", flow.confidentiality.route),
        "; ".join(part for part in kept if part),
        voice.yes(flow.protective),
        "; ".join(automation),
    )


def gateway(code: str, voice: Voice) -> str:
    """A gateway as it is cited, with its code."""
    entry = voice.law.gateways.get(code)
    return f"{entry.citation} ({code})" if entry else code


def _obligations(terms: Terms, voice: Voice) -> Table:
    known = voice.law.obligations
    rows = [
        (flow.id, getattr(known[one.code].say(one.params), voice.language))
        for flow in terms.flows
        for one in flow.obligations
    ]
    return _table(voice, ("flow", "obligation"), rows)


def _signatures(paper: Paper, voice: Voice) -> Table:
    return _table(
        voice,
        ("organisation", "role", "decision", "strength", "signed-at", "log-index"),
        [
            (
                voice.body(row.organisation),
                voice.code("roles", row.role),
                voice.say(row.decision),
                voice.say(f"strength-{row.strength}"),
                clock.stamp(row.signed_at),
                str(row.log_index),
            )
            for row in paper.signatures
        ],
    )


def _table(voice: Voice, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(tuple(map(voice.say, columns)), tuple(rows))


def _filled(section: str, model: BaseModel, voice: Voice) -> Iterator[tuple[str, str]]:
    """The fields of a section that say something."""
    for name in type(model).model_fields:
        said = _told(getattr(model, name), voice)
        if said:
            yield voice.say(f"{section}.{name}"), said


def _told(value: Any, voice: Voice) -> str:
    """A value of the terms as a line."""
    if isinstance(value, Bilingual):
        return voice.text(value)
    if isinstance(value, BaseModel):
        return "; ".join(said for _, said in _filled("", value, voice))
    if isinstance(value, dict):
        return "; ".join(f"{voice.body(key)}: {_told(one, voice)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(_told(one, voice) for one in value)
    if isinstance(value, bool):
        return voice.yes(value)
    return "" if value is None else str(value)
