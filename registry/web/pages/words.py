"""The sentences of the pages: written in English where they are used, in Welsh in each feature's `cy.po`.

The catalogues are read once and become one; nothing is compiled beforehand. A sentence without its Welsh, or
Welsh nothing asks for, fails a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from registry.web.pages.languages import Language

REGISTRY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is said later, when the reader's language is known."""

    english: str
    facts: dict[str, object] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """The sentence in a language."""
        words = translations(language).gettext(self.english)
        return words % self.facts if self.facts else words


def lazy(english: str, **facts: object) -> Sentence:
    """A sentence for a page, with facts for its `%(name)s`. Its words are collected where this is called."""
    return Sentence(english, facts)


def catalogue_files() -> list[Path]:
    """The Welsh of each feature: `registry/<feature>/cy.po`, and the kit's own."""
    return sorted(REGISTRY.rglob("cy.po"))


@cache
def translations(language: Language) -> NullTranslations:
    """What gettext asks for the words of a language."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _merged(catalogue_files()))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _merged(files: Iterable[Path]) -> Catalog:
    """One catalogue of all. A test holds two that say one sentence to the same words."""
    whole = Catalog(locale="cy")
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale="cy"):
                if message.id and any(message.string or ()) and message.id not in whole:
                    whole[message.id] = message
    return whole
