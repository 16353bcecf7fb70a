"""Names on the web: the vocabularies that exports speak, and what things of this registry are called there.

What no published vocabulary has - Schedules 1 and 8, section 35, gateways - is named by the registry's own
extension of DPV, under `/vocabulary`: `{base}/vocabulary/gateways/CA04-10`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from registry.web.documents import Bilingual

CONTEXT = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes of a JSON-LD document. None is fetched: the document says all of it."""

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Web:
    """Addresses below the registry's base URL."""

    base_url: str

    def code(self, listed: str, code: str) -> Node:
        """A code of one of the registry's lists."""
        return ref(f"{self.base_url}/vocabulary/{listed}/{quote(code, safe='')}")

    def codes(self, listed: str, codes: Iterable[str]) -> list[Node]:
        """Codes of one list, each once, in order."""
        return [self.code(listed, code) for code in sorted(set(codes))]

    def body(self, organisation: str) -> Node:
        """An organisation."""
        return ref(f"{self.base_url}/api/v1/organisations/{organisation}")

    def version(self, agreement: str, number: int, form: str = "") -> str:
        """A version of an agreement, or one of the forms it is given out in."""
        return f"{self.base_url}/api/v1/agreements/{agreement}/versions/{number}{form and '/' + form}"


def ref(iri: str) -> Node:
    """A thing named by its IRI."""
    return {"@id": iri}


def day(value: date) -> Node:
    """A literal day."""
    return {"@value": value.isoformat(), "@type": "xsd:date"}


def texts(text: Bilingual) -> list[Node]:
    """A text in the languages it is given in."""
    given = (("en", text.en), ("cy", text.cy))
    return [{"@value": said, "@language": language} for language, said in given if said]
