"""How days, instants, pairs of texts and alphabetical lists are written in each language."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date, format_time
from markupsafe import Markup, escape

from registry.clock import LONDON
from registry.web.pages.languages import Language, other
from registry.web.pages.words import Sentence

LOCALES: dict[Language, str] = {"en": "en_GB", "cy": "cy_GB"}
WELSH_ORDER = (
    *("a", "b", "c", "ch", "d", "dd", "e", "f", "ff", "g", "ng", "h", "i", "j", "k", "l", "ll", "m"),
    *("n", "o", "p", "ph", "q", "r", "rh", "s", "t", "th", "u", "v", "w", "x", "y", "z"),
)
_WELSH_SIGNS = {letter: chr(0xE000 + place) for place, letter in enumerate(WELSH_ORDER)}
_WELSH_PAIRS = re.compile("|".join(letter for letter in WELSH_ORDER if len(letter) == 2))
_WELSH_SINGLES = str.maketrans({letter: sign for letter, sign in _WELSH_SIGNS.items() if len(letter) == 1})


def day(on: date, language: Language) -> str:
    """A London day: 22 November 2026, 22 Tachwedd 2026."""
    return format_date(on, "d MMMM y", locale=LOCALES[language])


def instant(at: datetime, language: Language) -> str:
    """An instant by the London clock, to the minute: 22 November 2026, 14:05."""
    local = at.astimezone(LONDON)
    return f"{day(local.date(), language)}, {format_time(local, 'HH:mm', locale=LOCALES[language])}"


def tongue(text: Sentence | Mapping[str, str] | str, language: Language) -> str:
    """A sentence, or a pair `{"en": ..., "cy": ...}`, in a language.

    Where a pair has the other language only, that is shown, and marked so that it is read out rightly.
    """
    if isinstance(text, Sentence):
        return text.said(language)
    if isinstance(text, str):
        return text
    if text.get(language):
        return text[language]
    spare = other(language)
    return Markup('<span lang="{}">{}</span>').format(spare, text[spare]) if text.get(spare) else ""


def paragraphs(text: str) -> Markup:
    """Plain text with an empty line between paragraphs, as paragraphs."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return Markup("\n").join(Markup('<p class="govuk-body">{}</p>').format(escape(part)) for part in parts)


def sort_key(name: str, language: Language) -> tuple[object, ...]:
    """Where a name belongs in an alphabetical list, without regard to case and accents.

    In Welsh `ch`, `dd`, `ff`, `ng`, `ll`, `ph`, `rh` and `th` are letters of their own: Llan follows Lyn.
    `ng` is always taken for the letter, though in a few names (Bangor) it is two.
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    if language == "en":
        return (bare, name)
    # A sign for each letter, by its place; what is no letter (a space, a digit) comes before all of them.
    signs = _WELSH_PAIRS.sub(lambda pair: _WELSH_SIGNS[pair[0]], bare)
    return (signs.translate(_WELSH_SINGLES), name)
