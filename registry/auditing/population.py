"""What an auditor can sample: the entries of the published log that approve, bring into force or decide.

Anyone can count the same population: it is made of what is public in the log. An auditor counts with it what
is sealed and their own body did, which they may read. Its entries are in the order of the log, and entry `n`
of a sample is drawn from them as `verification.sample` draws from the whole log.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, and_, select

from registry.auditlog.entries import decode
from registry.auditlog.tables import ENTRY, OPENING
from registry.clock import london_day
from registry.db import Reading
from registry.exports.listing import write_rows
from registry.verification.sample import draw
from registry.web.pages import Sentence, lazy

KINDS: Mapping[str, frozenset[str]] = {
    "approvals": frozenset(
        {
            "agreement.attested",
            "agreement.confirmed",
            "agreement.refused",
            "agreement.reviewed",
            "agreement.signed",
        }
    ),
    "agreements": frozenset({"agreement.activated"}),
    "decisions": frozenset(
        {
            "dpia.adopted",
            "dpia.decided",
            "dpia.revoked",
            "ethics.adopted",
            "ethics.decided",
            "ethics.revoked",
        }
    ),
}
"""The events that make each population."""

KIND_OF = {event: kind for kind, events in KINDS.items() for event in events}
LABELS: Mapping[str, Sentence] = {
    "approvals": lazy("Approvals of agreements"),
    "agreements": lazy("Agreements that came into force"),
    "decisions": lazy("Decisions on assessments"),
}
COLUMNS = ("index", "type", "at", "org", "subject_kind", "subject_id", "version", "public")
PAGE = 4096
_TOLD = re.compile(rb'"type":"(' + b"|".join(re.escape(event.encode()) for event in KIND_OF) + b')"')


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a population. `members` is what the entry, or its opening, says."""

    index: int
    members: Mapping[str, Any]
    is_public: bool

    @property
    def kind(self) -> str:
        """The population it belongs to."""
        return KIND_OF[self.members["type"]]

    @property
    def body(self) -> str:
        """The organisation that acted, as the entry names it; empty where the registry itself did."""
        return str(self.members.get("org") or "")

    @property
    def at(self) -> datetime:
        """When it happened."""
        return datetime.fromisoformat(self.members["at"])

    @property
    def subject(self) -> Mapping[str, Any]:
        """What it is about."""
        found: Mapping[str, Any] = self.members.get("subject", {})
        return found

    def row(self) -> tuple[object, ...]:
        """The item as a line of the list."""
        about = self.subject
        named = (about.get("kind"), about.get("id"), about.get("version"))
        return (self.index, self.members["type"], self.members["at"], self.body, *named, int(self.is_public))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for: days of London, both included; a body by its identifier. Empty: all."""

    kind: str = ""
    since: date | None = None
    until: date | None = None
    body: str = ""

    def holds(self, item: Item) -> bool:
        """Whether an entry is among them."""
        on = london_day(item.at)
        return (
            (not self.kind or item.kind == self.kind)
            and (self.since is None or on >= self.since)
            and (self.until is None or on <= self.until)
            and (not self.body or item.body == self.body)
        )


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries of each kind a body has, in the order of `KINDS`."""

    body: str
    numbers: Sequence[int]


def population(reading: Reading, size: int, wanted: Wanted, *, own: str) -> Iterator[Item]:
    """The entries asked for among the first `size`, in the order of the log, read a page at a time.

    `own` is the auditor's body: of what it did, sealed entries count as well.
    """
    for first in range(0, size, PAGE):
        for row in _rows(reading, first, min(first + PAGE, size)):
            item = _item(row, own)
            if item is not None and wanted.holds(item):
                yield item


def item_at(reading: Reading, index: int, *, own: str) -> Item:
    """One entry of a population, by its index.

    Raises:
        ValueError: a bug: it is in none.
    """
    (row,) = _rows(reading, index, index + 1)
    item = _item(row, own)
    if item is None:
        raise ValueError(f"entry {index} is in no population")
    return item


def counted(items: Mapping[tuple[str, str], int]) -> list[Count]:
    """How many entries of each kind each body has, from those of each body and kind, most first."""
    bodies = {body for body, _ in items}
    lines = [Count(body, [items.get((body, kind), 0) for kind in KINDS]) for body in bodies]
    return sorted(lines, key=lambda line: (-sum(line.numbers), line.body))


def sample(places: Sequence[int], seed: str, number: int) -> list[int]:
    """So many different indices of a population, or all there are, in the order in which they are drawn.

    Raises:
        ValueError: the seed is not one line of printable characters.
    """
    return [places[place] for place in draw(seed, len(places), min(number, len(places)))]


def as_csv(items: Iterable[Item]) -> bytes:
    """A population as a list, one entry a line, so that others can draw the same sample."""
    return write_rows(chain([COLUMNS], (item.row() for item in items)))


def _item(row: Row[Any], own: str) -> Item | None:
    """The entry of a row, where it is in a population and may be counted."""
    octets = row.value.encode() if row.value is not None else bytes(row.body)
    # Most entries are none of these, and to look for the word is faster than to decode them all.
    if not _TOLD.search(octets) or (members := decode(octets))["type"] not in KIND_OF:
        return None
    item = Item(row.idx, members, is_public=row.value is None or bool(row.public))
    return item if item.is_public or item.body == own else None


def _rows(reading: Reading, first: int, end: int) -> Sequence[Row[Any]]:
    """Rows `idx, body, value, public` of these entries, with the opening of a sealed one."""
    own = and_(OPENING.c.idx == ENTRY.c.idx, OPENING.c.field == "entry")
    statement = select(ENTRY.c.idx, ENTRY.c.body, OPENING.c.value, OPENING.c.public).outerjoin(OPENING, own)
    return reading.all(statement.where(ENTRY.c.idx >= first, ENTRY.c.idx < end).order_by(ENTRY.c.idx))
