"""Codes of the register in the words of its readers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from registry.agreements.rules import FlowState, Status
from registry.policy import Law
from registry.public.lines import Order
from registry.public.queries import PUBLISHED
from registry.web.pages import Sentence, lazy

Pair = Mapping[str, str]
"""A text in both languages: `{"en": ..., "cy": ...}`."""


class Spoken(Protocol):
    """What is said in both languages."""

    @property
    def en(self) -> str:
        """In English."""
        ...

    @property
    def cy(self) -> str:
        """In Welsh."""
        ...


@dataclass(frozen=True, slots=True)
class Tag:
    """The standing of a thing: its word, and the class that colours it."""

    label: Sentence
    classes: str = ""


STATUSES: Mapping[str, Tag] = {
    Status.ACTIVE: Tag(lazy("In force"), "govuk-tag--green"),
    Status.UNDER_REVIEW: Tag(lazy("Under review"), "govuk-tag--yellow"),
    Status.SUSPENDED: Tag(lazy("Suspended"), "govuk-tag--red"),
    Status.EXPIRED: Tag(lazy("Expired"), "govuk-tag--grey"),
    Status.TERMINATED: Tag(lazy("Ended"), "govuk-tag--grey"),
    Status.SUPERSEDED: Tag(lazy("Replaced"), "govuk-tag--grey"),
    Status.DRAFT: Tag(lazy("Draft"), "govuk-tag--grey"),
    Status.IN_REVIEW: Tag(lazy("In quality review"), "govuk-tag--blue"),
    Status.CHANGES_REQUESTED: Tag(lazy("Changes requested"), "govuk-tag--yellow"),
    Status.ASSESSMENTS_PENDING: Tag(lazy("Being assessed"), "govuk-tag--blue"),
    Status.READY_TO_SIGN: Tag(lazy("Ready to sign"), "govuk-tag--blue"),
    Status.PART_SIGNED: Tag(lazy("Signed by some"), "govuk-tag--blue"),
    Status.EXECUTED: Tag(lazy("Signed by all"), "govuk-tag--blue"),
    Status.WITHDRAWN: Tag(lazy("Withdrawn"), "govuk-tag--grey"),
    Status.REJECTED: Tag(lazy("Refused"), "govuk-tag--grey"),
    Status.ARCHIVED: Tag(lazy("Archived"), "govuk-tag--grey"),
}

FLOWS: Mapping[str, Tag] = {
    FlowState.LIVE: Tag(lazy("Allowed"), "govuk-tag--green"),
    FlowState.WAITING: Tag(lazy("Not yet allowed"), "govuk-tag--blue"),
    FlowState.SUSPENDED: Tag(lazy("Suspended"), "govuk-tag--red"),
    FlowState.ENDED: Tag(lazy("Ended"), "govuk-tag--grey"),
}

SORTED_BY: Mapping[Order, Sentence] = {
    "title": lazy("Title"),
    "reference": lazy("Reference"),
    "review": lazy("Next review, soonest first"),
    "start": lazy("Start, newest first"),
}

Options = list[tuple[str, Sentence | Pair]]


def pair(said: Spoken) -> Pair:
    """A thing that is said in both languages, as templates take it."""
    return {"en": said.en, "cy": said.cy}


def word_of(entries: Mapping[str, Spoken], code: str) -> Pair:
    """What a code of a list means; one that the list does not have speaks for itself."""
    return pair(entries[code]) if code in entries else {"en": code, "cy": code}


def words_of(entries: Mapping[str, Spoken], codes: Collection[str]) -> list[Pair]:
    """What codes of a list mean."""
    return [word_of(entries, code) for code in codes]


def options(law: Law) -> dict[str, Options]:
    """What can be chosen in each filter of the list, by the filter's name."""
    everything: Options = [("", lazy("All"))]
    return {
        "purpose": everything + [(code, pair(entry)) for code, entry in law.purposes.items()],
        "category": everything + [(code, pair(entry)) for code, entry in law.categories.items()],
        "status": everything + [(code, tag.label) for code, tag in STATUSES.items() if code in PUBLISHED],
        "sort": [(order, label) for order, label in SORTED_BY.items()],
    }
