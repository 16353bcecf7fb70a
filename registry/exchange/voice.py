"""Saying things in English or Welsh: our own labels from `words.yaml`, the codes of the law in its words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from registry.exchange.papers import Named, Names
from registry.policy import Law
from registry.web.documents import Bilingual
from registry.yamlfiles import read_yaml

FILE = Path(__file__).with_name("words.yaml")
Language = Literal["en", "cy"]
MONTHS: Mapping[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "cy": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr",
}


@cache
def words() -> dict[str, Named]:
    """Every label of the papers, in both languages."""
    content = read_yaml(FILE)
    return {key: Named(**said) for key, said in content.items()}


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, with what codes and organisations are called in it."""

    language: Language
    law: Law
    names: Names

    def say(self, key: str) -> str:
        """A label; what has none is called by its key."""
        said = words().get(key)
        return self._of(said) if said else key.rpartition(".")[2].replace("_", " ").capitalize()

    def code(self, listed: str, code: str) -> str:
        """What a code of a list means; a code that the list does not have speaks for itself."""
        entry = getattr(self.law, listed).get(code)
        return self._of(entry) if entry else code

    def codes(self, listed: str, codes: Collection[str]) -> str:
        """What codes of a list mean, one after the other."""
        return "; ".join(self.code(listed, code) for code in codes)

    def body(self, organisation: str) -> str:
        """What an organisation is called."""
        named = self.names.get(organisation)
        return self._of(named) if named else organisation

    def bodies(self, organisations: Collection[str]) -> str:
        """What organisations are called, one after the other."""
        return "; ".join(map(self.body, organisations))

    def text(self, text: Bilingual) -> str:
        """A text in this language, or in the other where it has only that."""
        return self._of(text) or text.en or text.cy

    def day(self, day: date | None) -> str:
        """A day in words: 22 November 2026."""
        return f"{day.day} {MONTHS[self.language].split()[day.month - 1]} {day.year}" if day else ""

    def yes(self, is_so: bool) -> str:
        """Yes or no."""
        return self.say("yes" if is_so else "no")

    def _of(self, said: "Named | Bilingual | object") -> str:
        spoken: str = getattr(said, self.language)
        return spoken
