"""The English and Welsh sentences of every refusal, under its code."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from registry.yamlfiles import read_yaml

CATALOGUE = Path(__file__).parent / "messages"


@dataclass(frozen=True, slots=True)
class Message:
    """A title that never varies and a sentence filled from the facts, in both languages."""

    title_en: str
    title_cy: str
    en: str
    cy: str

    def said(self, language: Literal["en", "cy"]) -> tuple[str, str]:
        """Title and sentence in a language, for no case in particular: an ellipsis stands for each fact."""
        title, sentence = (self.title_cy, self.cy) if language == "cy" else (self.title_en, self.en)
        return title, re.sub(r"\{\w+\}", "…", sentence)


@cache
def catalogue() -> dict[str, Message]:
    """Every message by its code.

    Raises:
        ValueError: two features use one code.
    """
    messages: dict[str, Message] = {}
    for path in sorted(CATALOGUE.glob("*.yaml")):
        for code, fields in read_yaml(path).items():
            if code in messages:
                raise ValueError(f"message {code} is written twice, the second time in {path.name}")
            messages[code] = Message(**fields)
    return messages


def fill(sentence: str, facts: dict[str, object]) -> str:
    """A sentence with its placeholders filled; a fact that is not known stays visible as `{name}`."""
    return sentence.format_map(_Known(facts))


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
