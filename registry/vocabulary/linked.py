"""The code lists as linked data: SKOS in both languages, beside the terms of the Data Privacy Vocabulary.

Every list is a concept scheme and every code a concept whose address is its identifier. What an entry says
beyond its texts (limits, extent, dates, where it comes from) is said in terms of our own, `isr:`. The lists
that other entries name codes of are named by address, so that a machine can follow them.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from registry.policy import Law
from registry.policy.entries import Entry, Sentence
from registry.yamlfiles import read_yaml

HERE = Path(__file__).parent
PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
}
MATCHES = {"close": "skos:closeMatch", "broad": "skos:broadMatch"}
SAID_OTHERWISE = frozenset(
    {"code", "en", "cy", "note", "citation", "source", "in_force_from", "in_force_until"}
)
"""Fields that have a term of SKOS or Dublin Core, or go into one."""

Node = dict[str, Any]


class Linked:
    """The vocabulary of one law at one address. A document is made when it is first asked for, and kept."""

    def __init__(self, law: Law, base_url: str) -> None:
        self._lists = law.lists()
        self._home = f"{base_url}/vocabulary"
        self._kept: dict[tuple[str, ...], bytes | None] = {}

    def document(self, *place: str) -> bytes | None:
        """The JSON-LD of everything, of one list, or of one code in a list; None when there is none."""
        known = not place or place[0] in self._lists
        if not known or (len(place) > 1 and place[1] not in self._lists[place[0]]):
            return None
        if place not in self._kept:
            graph = {"@context": self._context(), "@graph": list(self._graph(*place))}
            self._kept[place] = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).encode()
        return self._kept[place]

    def _context(self) -> Node:
        return PREFIXES | {"isr": f"{self._home}/terms#"}

    def _graph(self, *place: str) -> Iterator[Node]:
        match place:
            case (name, code):
                yield self._concept(name, self._lists[name][code])
            case (name,):
                yield self._scheme(name)
                yield from (self._concept(name, entry) for entry in self._lists[name].values())
            case _:
                for name in self._lists:
                    yield from self._graph(name)

    def _scheme(self, name: str) -> Node:
        concepts = [{"@id": self._address(name, code)} for code in self._lists[name]]
        return {
            "@id": self._address(name),
            "@type": "skos:ConceptScheme",
            "skos:prefLabel": _said(_titles()[name]),
            "skos:hasTopConcept": concepts,
        }

    def _concept(self, name: str, entry: Entry) -> Node:
        return {
            "@id": self._address(name, entry.code),
            "@type": "skos:Concept",
            "skos:notation": entry.code,
            "skos:inScheme": {"@id": self._address(name)},
            "skos:prefLabel": _said(entry),
            **_own_terms(entry),
            **_law_terms(entry),
            **{
                f"isr:{_camel(other)}": self._addresses(other, codes)
                for other, codes in entry.named()
                if codes
            },
            **{relation: {"@id": term} for relation, term in _matches(name, entry.code)},
        }

    def _addresses(self, name: str, codes: Any) -> list[Node]:
        return [{"@id": self._address(name, code)} for code in codes]

    def _address(self, name: str, code: str = "") -> str:
        return f"{self._home}/{name}/{quote(code, safe='')}" if code else f"{self._home}/{name}"


def _law_terms(entry: Entry) -> Node:
    """Citation, source, sentence and dates, where an entry has them."""
    citation, source = getattr(entry, "citation", None), getattr(entry, "source", None)
    note = getattr(entry, "note", None)
    found = {
        "dct:bibliographicCitation": citation,
        "dct:source": source and {"@id": source},
        "skos:definition": note and _said(note),
        "isr:inForceFrom": _plain(entry.in_force_from),
        "isr:inForceUntil": _plain(entry.in_force_until),
    }
    return {term: value for term, value in found.items() if value}


def _own_terms(model: BaseModel) -> Node:
    """What a model says in terms of our own. What is empty is left out."""
    fields = ((name, getattr(model, name)) for name in type(model).model_fields if name not in SAID_OTHERWISE)
    return {f"isr:{_camel(name)}": _plain(value) for name, value in fields if value not in (None, ())}


def _plain(value: Any) -> Any:
    """A value of an entry as JSON-LD."""
    match value:
        case date():
            return {"@value": value.isoformat(), "@type": "xsd:date"}
        case Entry():
            return {"skos:notation": value.code, "skos:prefLabel": _said(value), **_own_terms(value)}
        case Sentence():
            return _said(value)
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _said(text: Sentence) -> list[Node]:
    return [{"@value": text.en, "@language": "en"}, {"@value": text.cy, "@language": "cy"}]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _matches(name: str, code: str) -> Iterator[tuple[str, str]]:
    for relation, lists in _terms_elsewhere().items():
        if code in lists.get(name, {}):
            yield MATCHES[relation], lists[name][code]


@cache
def _terms_elsewhere() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: Mapping[str, Any] = read_yaml(HERE / "dpv.yaml")
    return found


@cache
def _titles() -> Mapping[str, Sentence]:
    content = read_yaml(HERE / "lists.yaml")
    return {name: Sentence(**said) for name, said in content.items()}
