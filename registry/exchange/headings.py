"""Guessing which column of somebody's register is which field of ours, from its heading."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from registry.exchange.papers import Named
from registry.exchange.sheets import column_letter
from registry.yamlfiles import read_yaml

FILE = Path(__file__).with_name("headings.yaml")
LIKELY = 0.75
"""Below this a heading is left to a person."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A field of a register's row: what it is called, and whether a row needs it."""

    named: Named
    spellings: frozenset[str]
    needed: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """A column, its heading, and the field it most likely is; None where nothing is likely."""

    column: str
    heading: str
    field: str | None
    confidence: float


@cache
def fields() -> Mapping[str, Heading]:
    """Every field that a column may be."""
    content = read_yaml(FILE)
    return {
        field: Heading(
            Named(said["en"], said["cy"]),
            frozenset(map(plain, (field, said["en"], said["cy"], *said["also"]))),
            said.get("needed", False),
        )
        for field, said in content.items()
    }


def guess(headings: Sequence[str]) -> list[Guess]:
    """For each column the field it most likely is; a field goes to the column that fits it best."""
    scores = {
        (place, field): _likeness(plain(text), known.spellings)
        for place, text in enumerate(headings)
        for field, known in fields().items()
        if text
    }
    taken: dict[int, tuple[str, float]] = {}
    for (place, field), score in sorted(scores.items(), key=lambda one: -one[1]):
        if score >= LIKELY and place not in taken and field not in {used for used, _ in taken.values()}:
            taken[place] = (field, score)
    return [
        Guess(column_letter(place), text, *taken.get(place, (None, 0.0)))
        for place, text in enumerate(headings)
    ]


def plain(text: str) -> str:
    """A text as it is compared: lower case, words alone."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _likeness(text: str, spellings: frozenset[str]) -> float:
    if text in spellings:
        return 1.0
    return round(max(SequenceMatcher(None, text, one).ratio() for one in spellings), 2)
