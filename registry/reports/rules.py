"""What reports work out: values in, values out.

What can be said truthfully of a person's approval is how long it came after the earliest instant at which it
could be given, or after the same person's approval before it, whichever is later. That is no proof of
reading; it shows where there can have been none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Act = Literal["quality-review", "signature", "dpia-decision", "ethics-decision"]
"""What a person says yes or no to: a text to review or sign, or an assessment to decide on."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes or no to one version of a text. `possible_at`: from then on."""

    ref: str
    version: int
    organisation: str
    act: Act
    person: str
    approves: bool
    possible_at: datetime | None
    at: datetime
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """An approval, how many seconds it took, and since what: `possible` or the person's `previous-act`."""

    approval: Approval
    seconds: int | None
    since: Literal["possible", "previous-act"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who approve everything that the other writes: how many texts each way."""

    first: str
    second: str
    texts: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One signature that a version asks for: when it was given, or since when it is waited for."""

    ref: str
    version: int
    status: str
    submitted_at: datetime | None
    ready_at: datetime | None
    organisation: str
    role: str
    answered_at: datetime | None
    decision: str


def timed(approvals: Iterable[Approval]) -> list[Timed]:
    """Every approval with the time it took, in order of time; those of one moment by reference."""
    before: dict[str, datetime] = {}
    found = []
    for one in sorted(approvals, key=lambda each: (each.at, each.ref, each.version, each.organisation)):
        previous = before.get(one.person)
        by_previous = previous is not None and (one.possible_at is None or previous > one.possible_at)
        start = previous if by_previous else one.possible_at
        seconds = int((one.at - start).total_seconds()) if start is not None else None
        found.append(Timed(one, seconds, "previous-act" if by_previous else "possible"))
        before[one.person] = one.at
    return found


def mutual(approvals: Iterable[Approval], *, at_least: int) -> list[Pair]:
    """The pairs of people of whom each has approved every text of the other, and at least so many."""
    asked: Counter[tuple[str, str]] = Counter()
    given: Counter[tuple[str, str]] = Counter()
    for one in approvals:
        for author in one.authors:
            asked[one.person, author] += 1
            given[one.person, author] += one.approves
    always = {pair for pair, count in asked.items() if count >= at_least and given[pair] == count}
    return [
        Pair(first, second, (asked[first, second], asked[second, first]))
        for first, second in sorted(always)
        if first < second and (second, first) in always
    ]


def pseudonyms(people: Iterable[str]) -> Mapping[str, str]:
    """A name for each person that holds within one report alone, in order of first appearance."""
    return {person: f"P{number}" for number, person in enumerate(dict.fromkeys(people), 1)}


def days_between(start: datetime | None, end: datetime) -> float | None:
    """Days with one decimal, or None without a start."""
    return None if start is None else round((end - start).total_seconds() / 86_400, 1)


def days_overdue(review_on: date, today: date) -> int:
    """Whole days since the day on which a review should have been made."""
    return (today - review_on).days


def blocking(lines: Sequence[Waiting]) -> list[Waiting]:
    """The signatures without which something waits: asked for, possible, and not given."""
    return [line for line in lines if line.answered_at is None and line.ready_at is not None]
