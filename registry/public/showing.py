"""One agreement in plain words: who shares what with whom and why, by which law, and whom to ask."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from registry.agreements.queries import StoredVersion
from registry.agreements.terms import Basis, Flow, Terms
from registry.organisations.naming import PublicName
from registry.policy import Law
from registry.public.words import FLOWS, STATUSES, Pair, Tag, pair, word_of, words_of
from registry.web.pages import Sentence, lazy

Names = Mapping[str, PublicName]
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a body relies on: what it is, in plain words, and where it stands."""

    said: Pair
    cite: str


@dataclass(frozen=True, slots=True)
class Reliance:
    """What one body relies on for one flow, and in its own words the law behind it."""

    body: Pair
    regime: Pair
    lines: Sequence[Condition]
    own_words: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """A power or duty to share: what it says, its citation, and where its text is."""

    said: Pair
    citation: str
    source: str
    note: Pair | None


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, in each unit that the period names."""

    years: int
    months: int
    weeks: int
    days: int

    @classmethod
    def of(cls, period: str) -> "Period | None":
        """The period that ISO 8601 spells; None for an empty text."""
        found = _PERIOD.fullmatch(period)
        return cls(*(int(number or 0) for number in found.groups())) if found and period else None


@dataclass(frozen=True, slots=True)
class Sharing:
    """One directed flow as the public reads it."""

    giver: PublicName
    taker: PublicName
    giver_called: Pair
    taker_called: Pair
    tag: Tag
    what: Sequence[Pair | str]
    about: Sequence[Pair]
    why: Sequence[Pair]
    how: Sequence[Pair]
    often: Pair
    volume: Pair
    automation: Pair | None
    biometrics: Pair | None
    kept: Period | None
    kept_from: str
    duties: Sequence[Pair]
    gateways: Sequence[Gateway]
    reliances: Sequence[Reliance]


@dataclass(frozen=True, slots=True)
class Contact:
    """A body of the agreement, in which roles, and the mailboxes and telephones of roles in it."""

    name: PublicName
    called: Pair
    roles: Sequence[Pair]
    ways: Sequence[tuple[Sentence, str]]


@dataclass(frozen=True, slots=True)
class Edition:
    """One version in the list of versions."""

    number: int
    tag: Tag
    began_at: datetime | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement as one visitor sees it. Where only a summary is published, `sharings` is empty."""

    ref: str
    number: int
    title: Pair
    summary: Pair
    kind: Pair
    nations: Sequence[Pair]
    tag: Tag
    starts_on: date
    expires_on: date
    review_on: date
    is_over: bool
    is_public: bool
    is_whole: bool
    reviewed_on: date | None
    agreed_on: date | None
    sharings: Sequence[Sharing]
    contacts: Sequence[Contact]
    rights: Sequence[tuple[Sentence, str]]
    notices: Sequence[tuple[Pair, str]]
    editions: Sequence[Edition]


def sharings_of(version: StoredVersion, names: Names, law: Law) -> list[Sharing]:
    """Every flow of a version."""
    return [
        _sharing(version.terms, flow, FLOWS[version.flows[flow.id]], names, law)
        for flow in version.terms.flows
    ]


def _sharing(terms: Terms, flow: Flow, tag: Tag, names: Names, law: Law) -> Sharing:
    giver, taker = names[flow.from_], names[flow.to]
    return Sharing(
        giver=giver,
        taker=taker,
        giver_called=pair(giver),
        taker_called=pair(taker),
        tag=tag,
        what=[item.name or word_of(law.categories, item.category) for item in terms.items_of(flow)],
        about=words_of(law.subject_groups, flow.subject_groups),
        why=words_of(law.purposes, flow.purposes),
        how=words_of(law.methods, flow.methods),
        often=word_of(law.frequencies, flow.frequency),
        volume=word_of(law.volumes, flow.volume),
        automation=None if flow.automation == "none" else word_of(law.automation, flow.automation),
        biometrics=None if flow.biometrics == "none" else word_of(law.biometrics, flow.biometrics),
        kept=Period.of(flow.retention.period),
        kept_from=flow.retention.trigger,
        duties=words_of(law.obligations, [one.code for one in flow.obligations]),
        gateways=[_gateway(code, law) for code in flow.gateways],
        reliances=[_reliance(basis, names, law) for basis in flow.bases],
    )


def _gateway(code: str, law: Law) -> Gateway:
    entry = law.gateways.get(code)
    if entry is None:
        return Gateway({"en": code, "cy": code}, "", "", None)
    return Gateway(pair(entry), entry.citation, entry.source, pair(entry.note) if entry.note else None)


def _reliance(basis: Basis, names: Names, law: Law) -> Reliance:
    return Reliance(
        body=pair(names[basis.party]),
        regime=word_of(law.regimes, basis.regime),
        lines=list(_conditions(basis, law)),
        own_words=basis.domestic_basis or basis.strictly_necessary,
    )


def _conditions(basis: Basis, law: Law) -> Iterator[Condition]:
    """What a lawful basis is made of, each with its article, section or paragraph."""
    if basis.art6:
        yield Condition(word_of(law.art6, basis.art6), f"UK GDPR Article 6(1)({basis.art6})")
    if basis.annex1:
        yield Condition(word_of(law.annex1, basis.annex1), f"UK GDPR Annex 1, {basis.annex1}")
    if basis.art9:
        yield Condition(word_of(law.art9, basis.art9), f"UK GDPR Article 9(2)({basis.art9})")
    for code in basis.sch1.split(",") if basis.sch1 else ():
        yield Condition(word_of(law.schedule1, code), f"DPA 2018, Schedule 1, {code}")
    if basis.s35:
        yield Condition(word_of(law.s35, basis.s35), "DPA 2018, section 35")
    for code in basis.sch8:
        yield Condition(word_of(law.schedule8, code), f"DPA 2018, Schedule 8, {code}")


def contacts_of(terms: Terms, names: Names, law: Law) -> list[Contact]:
    """Every party with its roles, and whom to turn to there; a body that may not be named has no contact."""
    return [
        Contact(
            name=names[party.organisation],
            called=pair(names[party.organisation]),
            roles=words_of(law.party_roles, party.roles),
            ways=[
                (label, way)
                for label, way in (
                    (lazy("Your rights"), party.contacts.rights),
                    (lazy("Complaints"), party.contacts.complaints),
                    (lazy("Information governance"), party.contacts.ig),
                )
                if way and names[party.organisation].is_named
            ],
        )
        for party in terms.parties
    ]


def rights_of(terms: Terms) -> list[tuple[Sentence, str]]:
    """What the agreement says of people's rights, where it says something."""
    rights = terms.rights
    said = (
        (lazy("To see what is held about you"), rights.subject_access),
        (lazy("To have it put right"), rights.rectification),
        (lazy("To object"), rights.objection),
        (lazy("Decisions made by a machine"), rights.automated_decisions),
        (lazy("To speak to a person"), rights.human_contact),
        (lazy("To complain"), rights.complaints),
    )
    return [(label, text) for label, text in said if text]


def edition_of(row: Row[Any]) -> Edition:
    """A version in the list of versions, from its row `number, status, first_live_at, ended_on`."""
    return Edition(row.number, STATUSES[row.status], row.first_live_at, row.ended_on)
