"""Lines of the register in memory: found by words and codes, in any order, without asking the database.

A register of a hundred thousand agreements is some ten megabytes of titles. Going over all of them takes
milliseconds whatever is asked for, where no index of a database serves every filter together with every
order. `keeping` fills this and keeps it up with the log.
"""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Literal

from registry.web.pages.languages import Language
from registry.web.pages.writing import sort_key

Order = Literal["title", "reference", "review", "start"]
ORDERS: tuple[Order, ...] = ("title", "reference", "review", "start")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One version as the register lists it; where it is not public, only its parties see the line.

    `text` is what words are looked for in: the titles and the reference, lower case.
    """

    ref: str
    number: int
    status: str
    is_public: bool
    title_en: str
    title_cy: str
    starts_on: date
    expires_on: date
    review_on: date
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        text = f"{self.title_en}\n{self.title_cy}\n{self.ref}".lower()
        object.__setattr__(self, "text", text)

    @property
    def en(self) -> str:
        """The title in English."""
        return self.title_en

    @property
    def cy(self) -> str:
        """The title in Welsh."""
        return self.title_cy


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word, in titles, references or names of bodies, and every code given.

    `bodies` are those of whom one is to be a party; None asks for none. `named` has, for each word, the
    bodies whose name it is in.
    """

    words: tuple[str, ...] = ()
    named: tuple[frozenset[str], ...] = ()
    bodies: frozenset[str] | None = None
    purpose: str = ""
    category: str = ""
    status: str = ""

    def among(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Those of the lines that are wanted, in the same order."""
        if (bodies := self.bodies) is not None:
            lines = [line for line in lines if not bodies.isdisjoint(line.parties)]
        if status := self.status:
            lines = [line for line in lines if line.status == status]
        if purpose := self.purpose:
            lines = [line for line in lines if purpose in line.purposes]
        if category := self.category:
            lines = [line for line in lines if category in line.categories]
        for word, named in zip(self.words, self.named, strict=True):
            if named:
                lines = [line for line in lines if word in line.text or not named.isdisjoint(line.parties)]
            else:
                lines = [line for line in lines if word in line.text]
        return lines


@dataclass(slots=True)
class Shelf:
    """Every line: those that anyone may see in each order in which they were asked for, and the others."""

    _of: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    _public: dict[tuple[Order, Language], list[Line]] = field(default_factory=dict)
    _private: list[Line] = field(default_factory=list)

    def fill(self, lines: Iterable[Line]) -> None:
        """Hold these lines and no others."""
        self._of, self._public, self._private = {}, {}, []
        for line in lines:
            self._of[line.ref] = (*self._of.get(line.ref, ()), line)
            if not line.is_public:
                self._private.append(line)

    def replace(self, ref: str, lines: Collection[Line]) -> None:
        """Let these be the lines of an agreement."""
        for line in self._of.pop(ref, ()):
            for listed in self._public.values() if line.is_public else [self._private]:
                listed.remove(line)
        for line in lines:
            self._of[ref] = (*self._of.get(ref, ()), line)
            if not line.is_public:
                self._private.append(line)
                continue
            for asked, listed in self._public.items():
                insort(listed, line, key=key_of(*asked))

    def find(self, wanted: Wanted, order: Order, language: Language, organisation: str) -> list[Line]:
        """The lines wanted that anyone may see, and those that are an organisation's own; empty: nobody's."""
        found = list(wanted.among(self._ordered(order, language)))
        for line in wanted.among([line for line in self._private if organisation in line.parties]):
            insort(found, line, key=key_of(order, language))
        return found

    def _ordered(self, order: Order, language: Language) -> list[Line]:
        """The public lines in this order: made when it is first asked for, kept up from then on."""
        if (order, language) not in self._public:
            public = (line for lines in self._of.values() for line in lines if line.is_public)
            self._public[order, language] = sorted(public, key=key_of(order, language))
        return self._public[order, language]


def key_of(order: Order, language: Language) -> Callable[[Line], Any]:
    """What lines are sorted by; those that are alike by their reference."""
    return partial(_KEYS[order], language)


def _by_title(language: Language, line: Line) -> tuple[Any, str]:
    title = (line.title_cy or line.title_en) if language == "cy" else (line.title_en or line.title_cy)
    return sort_key(title, language), line.ref


def _by_reference(_language: Language, line: Line) -> tuple[str, int]:
    return line.ref, line.number


def _by_review(_language: Language, line: Line) -> tuple[date, str]:
    return line.review_on, line.ref


def _by_start(_language: Language, line: Line) -> tuple[int, str]:
    return -line.starts_on.toordinal(), line.ref


_KEYS: dict[Order, Callable[[Language, Line], Any]] = {
    "title": _by_title,
    "reference": _by_reference,
    "review": _by_review,
    "start": _by_start,
}
