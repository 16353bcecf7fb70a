"""A card for the wall or the pocket: what one agreement lets whom share, in both languages, with its address.

It tells only what is in force: the flows that are live now. Of what is withheld, and of drafts, there is a
card for nobody but the parties; of what is published as a summary alone, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno

from registry.agreements.queries import StoredVersion
from registry.agreements.rules import FlowState
from registry.agreements.terms import Flow, Party
from registry.decisions.words.wording import Said, wording
from registry.organisations.naming import PublicName
from registry.policy import Law
from registry.web.catalogue import fill
from registry.web.pages import Language, in_language
from registry.web.pages.writing import day
from registry.yamlfiles import read_yaml

FILE = Path(__file__).with_name("card.yaml")
LANGUAGES: tuple[Language, ...] = ("en", "cy")


@dataclass(frozen=True, slots=True)
class Sharing:
    """One live flow: who shares what about whom with whom, what for, and under which conditions."""

    who: str
    about: str
    items: str
    purposes: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """The card in one language, the language its own words are in. `code` is the path of its QR code."""

    language: Language
    words: Mapping[str, str]
    title: str
    shared: tuple[Sharing, ...]
    contacts: tuple[tuple[str, str, str], ...]
    emergency: str
    caveat: str
    address: str
    code: "Code"
    expires_on: str
    review_on: str


@dataclass(frozen=True, slots=True)
class Card:
    """Both faces, and what is the same on each."""

    ref: str
    version: int
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as the path of an SVG: a square of `size` modules, its quiet zone included."""

    size: int
    path: str


def card_of(version: StoredVersion, *, names: Mapping[str, PublicName], law: Law, base_url: str) -> Card:
    """The card of a version, with bodies under the names in which they are told."""
    faces = (_face(version, language, names=names, law=law, base_url=base_url) for language in LANGUAGES)
    return Card(version.ref, version.number, tuple(faces))


def code_of(text: str) -> Code:
    """A text as a QR code that a quarter of can be lost of (ISO/IEC 18004, level Q)."""
    drawn = segno.make(text, error="q", micro=False)
    rows = list(drawn.matrix_iter(border=4))
    runs = (run for y, row in enumerate(rows) for run in _runs(bytes(row), y))
    return Code(len(rows), "".join(runs))


def _runs(row: bytes, y: int) -> Iterator[str]:
    """The dark modules of a row, each run of them as one rectangle of a path."""
    start = None
    for x, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield f"M{start} {y}h{x - start}v1h-{x - start}z"
            start = None


def _live(version: StoredVersion) -> list[Flow]:
    return [flow for flow in version.terms.flows if version.flows.get(flow.id) is FlowState.LIVE]


def _face(
    version: StoredVersion, language: Language, *, names: Mapping[str, PublicName], law: Law, base_url: str
) -> Face:
    speaking = _Speaking(language, law, names)
    address = base_url + in_language(f"/register/{version.ref}", language)
    title = version.terms.title
    return Face(
        language=language,
        words={key: _in(said, language) for key, said in _words().items()},
        title=_in(title, language) or title.en or title.cy,
        shared=tuple(speaking.sharing(version, flow) for flow in _live(version)),
        contacts=tuple(speaking.contacts(version.terms.parties)),
        emergency=_in(wording().advise("emergency"), language),
        caveat=_in(wording().advise("caveat"), language),
        address=address,
        code=code_of(address),
        expires_on=day(version.expires_on, language),
        review_on=day(version.review_on, language),
    )


@dataclass(frozen=True, slots=True)
class _Speaking:
    """One language, with what codes and bodies are called in it."""

    language: Language
    law: Law
    names: Mapping[str, PublicName]

    def sharing(self, version: StoredVersion, flow: Flow) -> Sharing:
        items = [item.name or item.code for item in version.terms.items_of(flow)]
        return Sharing(
            who=fill(
                _in(_words()["who"], self.language),
                {"giver": self.body(flow.from_), "receiver": self.body(flow.to)},
            ),
            about=self.codes("subject_groups", flow.subject_groups),
            items="; ".join(items),
            purposes=self.codes("purposes", flow.purposes),
            conditions=tuple(self._condition(one.code, one.params) for one in flow.obligations),
        )

    def contacts(self, parties: Sequence[Party]) -> Iterator[tuple[str, str, str]]:
        """Whom to ask at each body that may be named."""
        for party in parties:
            reached = party.contacts.duty or party.contacts.ig
            if reached and self.names[party.organisation].is_named:
                yield self.body(party.organisation), party.contacts.duty, party.contacts.ig

    def body(self, organisation: str) -> str:
        return _in(self.names[organisation], self.language)

    def codes(self, listed: str, codes: list[str]) -> str:
        entries = getattr(self.law, listed)
        return "; ".join(_in(entries[code], self.language) if code in entries else code for code in codes)

    def _condition(self, code: str, params: dict[str, str]) -> str:
        known = self.law.obligations.get(code)
        return _in(Said(known.en, known.cy).filled(**params), self.language) if known else code


@cache
def _words() -> Mapping[str, Said]:
    content = read_yaml(FILE)
    return {key: Said(**texts) for key, texts in content.items()}


def _in(said: Any, language: Language) -> str:
    spoken: str = getattr(said, language)
    return spoken
