"""How an agreement was approved, step by step, as far as the log's entries may be read by the visitor."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries as agreements
from registry.agreements.actions.change import may
from registry.agreements.rules import OVER, NoSuchAgreement
from registry.auditlog import StoredEvent, history, served
from registry.auditlog.rules import NoPublicOpening
from registry.db import Reading
from registry.organisations.naming import public_names
from registry.policy import Law
from registry.public import queries
from registry.public.seeing import Viewer, see
from registry.public.words import Pair, Spoken, pair, word_of
from registry.web.pages import Sentence, lazy

STEPS: Mapping[str, Sentence] = {
    "agreement.drafted": lazy("A first draft was made"),
    "agreement.amended": lazy("A new version was begun"),
    "agreement.submitted": lazy("The text was fixed and handed to review"),
    "agreement.changes_requested": lazy("A reviewer asked for changes"),
    "agreement.reviewed": lazy("A reviewer accepted the text"),
    "agreement.ready": lazy("Everything needed before signing was there"),
    "agreement.signed": lazy("Signed"),
    "agreement.refused": lazy("Refused"),
    "agreement.attested": lazy("A signature given outside the registry was attested by two people"),
    "agreement.signature_carried": lazy("A signature on the version before counts for this one too"),
    "agreement.executed": lazy("Everyone had signed"),
    "agreement.activated": lazy("Sharing began"),
    "agreement.review_started": lazy("A review began"),
    "agreement.review_called": lazy("A review was called early"),
    "agreement.confirmed": lazy("Confirmed at review"),
    "agreement.continuation_doubted": lazy("Doubted at review"),
    "agreement.suspended": lazy("Sharing was suspended"),
    "agreement.resumed": lazy("Sharing was resumed"),
    "agreement.notice_given": lazy("A body gave notice that it will leave"),
    "agreement.party_left": lazy("A body left"),
    "agreement.rejected": lazy("The version was refused"),
    "agreement.withdrawn": lazy("The version was withdrawn"),
    "agreement.superseded": lazy("A newer version took its place"),
    "agreement.expired": lazy("Its last day was over"),
    "agreement.terminated": lazy("It ended"),
}
"""What an entry of the log says, in plain words. Entries of other types no more than prepare one of these."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log about the agreement. `org` is the identifier in the entry, `body` its name."""

    index: int
    type: str
    at: datetime
    what: Sentence
    version: int | None
    org: str
    body: Pair | None
    role: str
    role_called: Pair | None
    strength: str
    strength_called: Pair | None
    is_doubtful: bool
    is_published: bool

    @property
    def shown(self) -> str:
        """What the page says of the entry, for the check to hold against it (JSON)."""
        said = {"type": self.type, "at": clock.stamp(self.at), "org": self.org, "role": self.role}
        return json.dumps(said | {"strength": self.strength})


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps, oldest first, with the agreement's title; `review_on` is None when it is over."""

    ref: str
    title: Pair
    reviewed_on: date | None
    review_on: date | None
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Legible:
    """An event, and the row that opens its entry where that is sealed."""

    event: StoredEvent
    opening: Row[Any] | None


def timeline(reading: Reading, ref: str, viewer: Viewer) -> Timeline:
    """The steps by which an agreement came about and what became of it.

    Raises:
        NoSuchAgreement: there is none that the viewer may see.
    """
    seen = see(reading, ref, None, viewer)
    newest = served.newest_served(reading)
    legible = [one for one in _legible(reading, ref, viewer) if one.event.type in STEPS]
    bodies = {_body_of(one.event) for one in legible} - {""}
    names = public_names(reading, viewer.policies.law, bodies)
    if viewer.is_party(seen.version):
        names = queries.true_names(reading, bodies)
    size = newest.size if newest else 0
    return Timeline(
        ref=ref,
        title=pair(seen.version.terms.title),
        reviewed_on=queries.last_reviewed(reading, seen.version.id),
        review_on=None if seen.version.status in OVER else seen.version.review_on,
        steps=[_step(one.event, names, viewer.policies.law, size) for one in reversed(legible)],
    )


def find_legible(reading: Reading, ref: str, index: int, viewer: Viewer) -> Legible:
    """The event at an index, if it is about the agreement and the viewer may read it.

    Raises:
        NoSuchAgreement: there is no agreement that the viewer may see.
        NoPublicOpening: it is about something else, or sealed to this viewer.
    """
    see(reading, ref, None, viewer)
    for one in _legible(reading, ref, viewer):
        if one.event.index == index:
            return one
    raise NoPublicOpening(index=index)


def _legible(reading: Reading, ref: str, viewer: Viewer) -> Iterator[Legible]:
    """The events about an agreement that the viewer may read, newest first."""
    events = history(reading, "agreement", ref)
    openings = queries.openings(reading, [event.index for event in events])
    entitled: dict[int | None, bool] = {}
    for event in events:
        opening = openings.get(event.index)
        if opening is not None and not opening.public:
            if event.version not in entitled:
                entitled[event.version] = _is_entitled(reading, ref, event.version, viewer)
            if not entitled[event.version]:
                continue
        yield Legible(event, opening)


def _is_entitled(reading: Reading, ref: str, number: int | None, viewer: Viewer) -> bool:
    """Whether the access rules open to the viewer what sealed entries about a version say."""
    if viewer.caller is None or number is None:
        return False
    try:
        version = agreements.get(reading, ref, number)
    except NoSuchAgreement:
        return False
    return may(reading, viewer.policies, "agreement.open-entry", viewer.caller, version, viewer.now)


def _body_of(event: StoredEvent) -> str:
    """The body that a step is about: for whom it was done, where the entry says that, else who did it."""
    return str(event.members.get("party") or event.org)


def _step(event: StoredEvent, names: Mapping[str, Spoken], law: Law, size: int) -> Step:
    body, role = _body_of(event), str(event.members.get("role", ""))
    strength = str(event.members.get("strength", ""))
    if event.at is None:
        raise ValueError("a legible entry says when it was made")
    return Step(
        index=event.index,
        type=event.type,
        at=event.at,
        what=STEPS[event.type],
        version=event.version,
        org=event.org,
        body=pair(names[body]) if body in names else None,
        role=role,
        role_called=word_of(law.roles, role) if role else None,
        strength=strength,
        strength_called=word_of(law.approval_strengths, strength) if strength else None,
        is_doubtful=event.members.get("reason_code") == "key-reset",
        is_published=event.index < size,
    )
