"""What an auditor asks for, as the address of the page says it, and who may ask."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, Field

from registry.auditing.population import Count, Item, Wanted, counted, item_at, population, sample
from registry.auditlog import served
from registry.auditlog.rules import NothingPublished
from registry.callers import Caller
from registry.db import Reading
from registry.exports.rules import MayNotExport
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.web.pages import Form, Sentence, lazy, read_form

NEEDED = ("log.export", "report.approvals")
"""What the access rules have to allow an auditor: the log, and the approvals of their own body."""

WORDS: Mapping[str, Sentence] = {
    "kind": lazy("Choose what to look at"),
    "since": lazy("The first day must be a real day, like 2026-04-01"),
    "until": lazy("The last day must be a real day, like 2027-03-31"),
    "body": lazy("The identifier of the organisation is too long"),
    "seed": lazy("The seed must be one line of at most 200 characters"),
    "number": lazy("The sample must be of 1 to 100 entries"),
}

FIRST = "kind=approvals&number=10"


def _one_line(text: str) -> str:
    if text and not text.isprintable():
        raise ValueError("not one line")
    return text


class Asked(BaseModel):
    """The form of the auditor's page. Without a seed nothing is drawn."""

    kind: Literal["approvals", "agreements", "decisions"] = "approvals"
    since: date | None = None
    until: date | None = None
    body: Annotated[str, Field(max_length=100)] = ""
    seed: Annotated[str, Field(max_length=200), AfterValidator(_one_line)] = ""
    number: Annotated[int, Field(ge=1, le=100)] = 10

    def wanted(self) -> Wanted:
        """The population that is asked for."""
        return Wanted(self.kind, self.since, self.until, self.body)

    def query(self) -> str:
        """What was asked, as a query that asks it again."""
        return urlencode(self.model_dump(mode="json", exclude_defaults=True))


@dataclass(frozen=True, slots=True)
class Found:
    """What a log of `size` entries holds: how many of each kind, the population asked for, and the sample.

    `places` are the indices of the population, in order: a long log fills no memory with what it says.
    """

    size: int
    counts: Sequence[Count]
    places: Sequence[int]
    drawn: Sequence[Item]


def read_query(query: bytes) -> Form[Asked]:
    """What the address asks for; where it asks for nothing, the form as it is first shown."""
    return read_form(Asked, query or FIRST.encode(), WORDS)


def find(reading: Reading, asked: Asked, *, auditor: Caller) -> Found:
    """What there is of what an auditor asks for, and the sample if there is a seed.

    Raises:
        NothingPublished: there is no checkpoint yet.
    """
    size, own = _published(reading), auditor.organisation
    tally: Counter[tuple[str, str]] = Counter()
    places = array("Q")
    for item in population(reading, size, replace(asked.wanted(), kind=""), own=own):
        tally[item.body, item.kind] += 1
        if item.kind == asked.kind:
            places.append(item.index)
    drawn = sample(places, asked.seed, asked.number) if asked.seed else []
    return Found(size, counted(tally), places, [item_at(reading, index, own=own) for index in drawn])


def list_population(reading: Reading, asked: Asked, *, auditor: Caller) -> Iterator[Item]:
    """The population that is asked for, in the order of the log.

    Raises:
        NothingPublished: there is no checkpoint yet.
    """
    yield from population(reading, _published(reading), asked.wanted(), own=auditor.organisation)


def check_auditor(reading: Reading, *, caller: Caller, now: datetime, policies: Policies) -> None:
    """Refuse everyone whom the access rules do not let do what an auditor does.

    Raises:
        MayNotExport: they do not.
    """
    facts = principal(reading, caller, now)
    resource = {"owner_organisation": caller.organisation}
    for action in NEEDED:
        if not policies.access.allows(action, principal=facts, resource=resource).allowed:
            raise MayNotExport(action=action)


def _published(reading: Reading) -> int:
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    size: int = newest.size
    return size
