"""Telling a story: each step in a transaction of its own, at its own instant, by the ordinary actions.

Before a step the registry lives through the days since the one before: the daily pass of every London day,
and what follows from assessments. So agreements begin and expire on their day, not when the next person acts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from registry import clock
from registry.agreements import actions as agreements
from registry.assessments import actions as assessments
from registry.callers import Caller
from registry.db import Database, Reading
from registry.errors import Refusal
from registry.imports.days import resolve_instant
from registry.imports.plan import Place, Placed, StepFailed
from registry.imports.references import Labels
from registry.imports.schemas import Step
from registry.imports.verbs import DO
from registry.organisations.queries import current_roles, find_person, list_organisations_of
from registry.passkeys.ceremonies import Ceremony
from registry.policy import Policies
from registry.web.catalogue import catalogue, fill

DEMO_SYSTEM = Caller(organisation="", demo=True)
SCOPES = frozenset({"register:read", "register:write", "assess", "approve"})
NO_LIMIT = 1_000_000


class Approvers(Protocol):
    """The passkeys of the people of a story, and where they are used."""

    ceremony: Ceremony

    def assertion(
        self, reading: Reading, verb: str, given: Mapping[str, Any], caller: Caller, now: datetime
    ) -> dict[str, Any] | None:
        """What a person signs when they take a step; None where they sign nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Teller:
    """What every step of a story needs."""

    db: Database
    policies: Policies
    labels: Labels
    approvers: Approvers | None = None

    def tell(self, story: Sequence[Placed[Step]], *, begins: datetime, now: datetime) -> None:
        """Take every step, then live through the time that is left until now.

        Raises:
            StepFailed: the registry refused a step; those before it have been taken.
        """
        lived_until = begins
        for step in story:
            at = resolve_instant(step.entry.at, now)
            self._live_through(lived_until, at)
            self._take(step, at)
            lived_until = at
        self._live_through(lived_until, now)

    def _take(self, step: Placed[Step], at: datetime) -> None:
        entry, verb = step.entry, DO[step.entry.do]
        with told(step.place), self.db.write() as tx:
            given = dict(self.labels.resolve(entry.with_))
            caller = caller_of(tx, entry.as_, at)
            ceremony = self.approvers.ceremony if self.approvers else None
            if self.approvers and (signed := self.approvers.assertion(tx, entry.do, given, caller, at)):
                given["assertion"] = signed
            made = verb.call(tx, given, caller=caller, now=at, policies=self.policies, ceremony=ceremony)
        self.labels.note(entry.name, made)

    def _live_through(self, since: datetime, until: datetime) -> None:
        """Everything the registry does of itself in between, on the day it does it."""
        agreements.follow(self.db, self.policies, since, caller=DEMO_SYSTEM)
        day = clock.london_day(since) + timedelta(days=1)
        while (begins := clock.day_start(day)) <= until:
            with self.db.write() as tx:
                assessments.fall_due(
                    tx, now=begins, limit=NO_LIMIT, law=self.policies.law, caller=DEMO_SYSTEM
                )
            agreements.daily_pass(self.db, self.policies, begins, limit=NO_LIMIT, caller=DEMO_SYSTEM)
            day += timedelta(days=1)


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Say where in the files a refusal arose.

    Raises:
        StepFailed: the registry refused what the block asked for.
    """
    try:
        yield
    except Refusal as refusal:
        raise StepFailed(place=str(place), reason=explain(refusal)) from refusal


def caller_of(reading: Reading, username: str, now: datetime) -> Caller:
    """A person of the demo as a caller, at the organisation where they have held a role longest.

    Raises:
        KeyError: there is nobody of that name who holds a role.
    """
    person = find_person(reading, username)
    bodies = list_organisations_of(reading, person.id, now) if person else []
    if person is None or not bodies:
        raise KeyError(username)
    return Caller(
        organisation=bodies[0],
        person=person.id,
        roles=current_roles(reading, person.id, bodies[0], now),
        scopes=SCOPES,
        demo=True,
    )


def explain(refusal: Refusal) -> str:
    """A refusal in one English line, with every field and rule it names."""
    parts = [fill(catalogue()[refusal.code].en, refusal.facts)]
    parts += [f"{error.pointer}: {error.en}" for error in refusal.errors]
    parts += [f"{one['rule']} {one['pointer']}: {one['en']}" for one in refusal.extensions().get("unmet", ())]
    return " ".join(parts)
