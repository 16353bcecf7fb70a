"""What the pages about bodies show: finished values, in one language where order or space asks for it."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from registry.agreements.projections import parse
from registry.bodies.drawing import Map, Node
from registry.clock import london_day
from registry.organisations.naming import PublicName
from registry.policy import Law
from registry.policy.entries import Entry
from registry.web.pages import Language, in_language, lazy
from registry.web.pages.languages import other
from registry.web.pages.writing import sort_key

DRAWN = 10
"""How many bodies are drawn on one side of a map; the table has them all."""
CONTACTS = {
    "ig": lazy("Information governance"),
    "duty": lazy("Urgent questions from professionals"),
    "rights": lazy("Your rights over your information"),
    "complaints": lazy("Complaints"),
}
Pair = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statute:
    """A provision that allows or asks for a flow, and where its text is."""

    citation: str
    source: str


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One flow: who sends what kinds of information to whom, why, and under which law."""

    sender: PublicName
    receiver: PublicName
    categories: Sequence[Pair]
    purposes: Sequence[Pair]
    statutes: Sequence[Statute]
    regimes: Sequence[Pair]
    ref: str
    title: Pair
    review_on: date
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to turn to about what: a role's mailbox or telephone, never a person's."""

    about: Any
    address: str

    @property
    def is_mail(self) -> bool:
        """Whether one can write to it by email."""
        return "@" in self.address and " " not in self.address


def pair(entry: Entry) -> Pair:
    """What a code means, in both languages."""
    return {"en": entry.en, "cy": entry.cy}


def pairs(listed: Mapping[str, Entry], codes: Iterable[str]) -> list[Pair]:
    """What codes mean, each once; a code that the list has not speaks for itself."""
    return [
        pair(listed[code]) if code in listed else {"en": code, "cy": code} for code in dict.fromkeys(codes)
    ]


def flow_lines(rows: Iterable[Row[Any]], names: Mapping[str, PublicName], law: Law) -> list[FlowLine]:
    """Flows as the table of a body shows them."""
    return [_flow_line(row, names, law) for row in rows]


def _flow_line(row: Row[Any], names: Mapping[str, PublicName], law: Law) -> FlowLine:
    gateways = [law.gateways[code] for code in row.spec["gateways"] if code in law.gateways]
    return FlowLine(
        sender=names[row.holder],
        receiver=names[row.recipient],
        categories=pairs(law.categories, (category for _, category, _ in row.spec["items"])),
        purposes=pairs(law.purposes, row.spec["purposes"]),
        statutes=[Statute(one.citation, one.source) for one in gateways],
        regimes=pairs(law.regimes, row.spec["regimes"]),
        ref=row.ref,
        title={"en": row.title_en, "cy": row.title_cy},
        review_on=row.review_on,
        is_suspended=row.state == "suspended",
    )


def spoken(name: PublicName, language: Language) -> tuple[str, str]:
    """A name in a language, and the code of the other language where it has a name in that alone."""
    said = name.name.get(language, "")
    return (said, "") if said else (name.name[other(language)], other(language))


def by_name(names: Iterable[PublicName], language: Language) -> list[PublicName]:
    """Bodies in the order of the language's alphabet."""
    return sorted(names, key=lambda name: sort_key(spoken(name, language)[0], language))


def matches(name: PublicName, wanted: str) -> bool:
    """Whether a name, in either language, or an id holds what somebody typed, accents and case aside."""
    found = _plain(wanted.strip())
    return any(found in _plain(text) for text in (name.en, name.cy, name.id))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def map_of(
    body: PublicName, links: Collection[Row[Any]], names: Mapping[str, PublicName], language: Language
) -> Map:
    """The map of a body: those with the most agreements first, and one box for the rest."""
    sent = {row.sender: row.agreements for row in links if row.receiver == body.id}
    received = {row.receiver: row.agreements for row in links if row.sender == body.id}
    return Map(
        body=Node(*spoken(body, language)),
        senders=_nodes(sent, names, language),
        receivers=_nodes(received, names, language),
    )


def _nodes(counted: Mapping[str, int], names: Mapping[str, PublicName], language: Language) -> list[Node]:
    ordered = sorted(by_name((names[one] for one in counted), language), key=lambda one: -counted[one.id])
    drawn = ordered if len(ordered) <= DRAWN + 1 else ordered[:DRAWN]
    nodes = [_node(name, counted[name.id], language) for name in drawn]
    if len(drawn) < len(ordered):
        rest = lazy("%(number)s more, in the table below", number=len(ordered) - len(drawn))
        nodes.append(Node(rest.said(language), href="#flows"))
    return nodes


def _node(name: PublicName, agreements: int, language: Language) -> Node:
    said, lang = spoken(name, language)
    href = in_language(f"/bodies/{name.id}", language) if name.is_named else ""
    return Node(said, lang, href, agreements)


def contacts_of(row: Row[Any], texts: Iterable[bytes]) -> list[Contact]:
    """The contacts of a body: those it is registered with, and those that its agreements publish."""
    found: dict[str, dict[str, None]] = {
        "ig": dict.fromkeys([row.ig_contact]),
        "duty": dict.fromkeys([row.duty_contact]),
        "rights": {},
        "complaints": {},
    }
    for text in texts:
        for party in parse(text).parties:
            if party.organisation == row.id:
                found["rights"].setdefault(party.contacts.rights)
                found["complaints"].setdefault(party.contacts.complaints)
    return [
        Contact(CONTACTS[role], address)
        for role, addresses in found.items()
        for address in addresses
        if address
    ]


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """An agreement of which a summary alone is published."""

    ref: str
    title: Pair
    review_on: date


def summary_lines(rows: Iterable[Row[Any]]) -> list[SummaryLine]:
    """The agreements of which a summary alone is published."""
    return [SummaryLine(row.ref, {"en": row.title_en, "cy": row.title_cy}, row.review_on) for row in rows]


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists of bodies can be narrowed down by: pairs of a value and its name."""

    kinds: Sequence[tuple[str, Pair]]
    nations: Sequence[tuple[str, Pair]]


def choices(names: Iterable[PublicName], law: Law, language: Language) -> Choices:
    """The kinds that there are bodies of, in alphabetical order, and the nations."""
    kinds = {name.kind: pairs(law.organisation_kinds, [name.kind])[0] for name in names}
    ordered = sorted(kinds.items(), key=lambda one: sort_key(one[1][language], language))
    return Choices(ordered, [(code[0], pair(entry)) for code, entry in law.nations.items()])


@dataclass(frozen=True, slots=True)
class Reviews:
    """When what a body agreed to was last looked at, and when it is next due; None: nothing is in force."""

    last_on: date | None
    next_on: date | None


def reviews_of(row: Row[Any]) -> Reviews:
    """The days of the row `started_at, answered_at, next_on`."""
    looked_at = [at for at in (row.started_at, row.answered_at) if at is not None]
    return Reviews(london_day(max(looked_at)) if looked_at else None, row.next_on)


def nation_names(letters: str, law: Law) -> list[Pair]:
    """The nations a body works in: `EW` is England and Wales."""
    return pairs(law.nations, ("NI" if letter == "N" else letter for letter in letters))
