"""Random people do random things: whatever is refused, status and flows move along their tables alone.

After each step the rows are compared with those before it and with the entries that it left in the log.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from registry.agreements import queries
from registry.agreements.actions.change import Changed
from registry.agreements.rules import FLOW_TRANSITIONS, OVER, TRANSITIONS, FlowState, Status
from registry.auditlog import StoredEvent
from registry.callers import Caller
from registry.db import Database
from registry.errors import Refusal
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, ROLES, furnish, triangle
from tests.samples.desk import Desk

PARTIES = (LANCASHIRE, BLACKPOOL, POLICE)
STEPS = 80
STATES = {(source, target) for (source, _), target in FLOW_TRANSITIONS.items()}
Standing = dict[int, tuple[Status, dict[str, FlowState]]]
"""The status of each version and the states of its flows, by its number."""


@dataclass
class Life:
    """One agreement after another in the hands of people who may or may not do what they try."""

    desk: Desk
    chance: random.Random
    ref: str = ""

    def step(self) -> Changed | None:
        """Let someone try something; what came of it, None where it is the registry itself that acted."""
        weighed: dict[Callable[[], Changed | None], int] = {
            self.edit: 2,
            self.submit: 8,
            self.review: 8,
            self.sign: 16,
            self.amend: 3,
            self.suspend: 6,
            self.resume: 8,
            self.confirm: 8,
            self.leave: 1,
            self.a_day_passes: 4,
        }
        return self.chance.choices(list(weighed), list(weighed.values()))[0]()

    def someone(self, *fit: str, body: str | None = None) -> Caller:
        """Mostly a person who holds a fitting role."""
        role = self.chance.choice(fit if self.chance.random() < 0.9 else ROLES)
        second = self.chance.random() < 0.5
        return self.desk.cast(body or self.chance.choice(PARTIES), role, second=second)

    def begin(self) -> None:
        """Turn to another agreement."""
        self.ref = self.desk.create(**triangle()).ref

    def a_day_passes(self) -> None:
        days = self.chance.choice([1, 1, 1, 30, 90])
        self.desk = replace(self.desk, now=self.desk.now + timedelta(days=days))
        self.desk.daily_pass()
        self.desk.follow()

    def edit(self) -> Changed:
        return self.desk.edit(self.ref, by=self.someone("ig_officer", body=LANCASHIRE), **self.terms())

    def submit(self) -> Changed:
        return self.desk.submit(self.ref, by=self.someone("ig_officer", body=LANCASHIRE))

    def review(self) -> Changed:
        outcome: dict[str, Any] = {"outcome": "accept"}
        if self.chance.random() < 0.2:
            outcome = {"outcome": "changes", "comments": [{"pointer": "/items", "text": "Why?"}]}
        return self.desk.review(self.ref, by=self.someone("ig_officer"), **outcome)

    def sign(self) -> Changed:
        number = self.chance.choice(list(standing(self.desk.db, self.ref)))
        version = self.desk.read(self.ref, number).version
        body = self.chance.choice(PARTIES)
        refusal: dict[str, Any] = {"decision": "refuse", "reason": "No."}
        decision = refusal if self.chance.random() < 0.1 else {}
        return self.desk.sign(
            named(self.ref, number, version.hash),
            body,
            by=self.someone("signatory", body=body),
            **decision,
        )

    def amend(self) -> Changed:
        return self.desk.amend(self.ref, by=self.someone("ig_officer", body=LANCASHIRE), **self.terms())

    def suspend(self) -> Changed:
        by = self.someone("dpo", "siro")
        scope: dict[str, Any] = self.chance.choice(
            [{"all": True}, {"flow": "f1"}, {"organisation": by.organisation}]
        )
        return self.desk.suspend(self.ref, by, **scope)

    def resume(self) -> Changed:
        return self.desk.resume(self.ref, self.someone("dpo", "siro"))

    def confirm(self) -> Changed:
        day = self.desk.now.date() + timedelta(days=self.chance.choice([30, 120, 200]))
        return self.desk.confirm(self.ref, self.someone("siro", "signatory"), day)

    def leave(self) -> Changed:
        if self.chance.random() < 0.7:
            return self.desk.withdraw(self.ref, by=self.someone("ig_officer", body=LANCASHIRE))
        return self.desk.terminate(self.ref, self.someone("signatory"))

    def terms(self) -> dict[str, Any]:
        period = f"P{self.chance.randint(1, 99)}Y"
        return triangle(retention={"period": period}, protective=self.chance.random() < 0.5)


def named(ref: str, number: int, digest: str) -> Changed:
    """A version as a signature names it."""
    return Changed(ref, number, "", digest, "", (), 0, 0)


def standing(db: Database, ref: str) -> Standing:
    with db.read() as reading:
        versions = [queries.get(reading, ref, number) for number in queries.numbers(reading, ref)]
    return {version.number: (version.status, dict(version.flows)) for version in versions}


def statuses_told(before: Status, events: list[StoredEvent]) -> set[Status]:
    """Every status to which the events may have led. Not every signature or confirmation moves it."""
    possible = {before}
    for event in events:
        possible |= {row.target for row in TRANSITIONS if row.source in possible and row.event == event.type}
    return possible


def check_moves(before: Standing, after: Standing, events: list[StoredEvent]) -> None:
    for number, (status, flows) in after.items():
        ours = [event for event in events if event.version == number]
        status_before, flows_before = before.get(
            number, (Status.DRAFT, dict.fromkeys(flows, FlowState.WAITING))
        )
        assert status in statuses_told(status_before, ours)
        moved = {(flows_before[one], state) for one, state in flows.items() if flows_before[one] != state}
        assert moved <= STATES
        assert ours or (status, flows) == (status_before, flows_before)


@pytest.mark.parametrize("seed", range(3))
def test_lives_move_along_the_tables_and_the_log_tells_every_step(database: Database, seed: int) -> None:
    live(database, seed, steps=STEPS)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 60))
def test_many_lives_move_along_the_tables(database: Database, seed: int) -> None:
    live(database, seed, steps=4 * STEPS)


def live(database: Database, seed: int, *, steps: int) -> None:
    life = Life(Desk(database, furnish(database)), random.Random(seed))  # noqa: S311 - to be repeated
    before: Standing = {}
    for _ in range(steps):
        if all(status in OVER for status, _ in before.values()):
            life.begin()
            before = standing(database, life.ref)
        before = check_one_step(life, before)


def check_one_step(life: Life, before: Standing) -> Standing:
    """Let one thing happen; the standing after it."""
    size, changed = life.desk.size(), None
    with suppress(Refusal):
        changed = life.step()
    after, events = standing(life.desk.db, life.ref), life.desk.events(size)
    check_moves(before, after, events)
    assert [event.index for event in events] == list(range(size, life.desk.size()))
    if changed is not None:
        assert events[changed.log_index - size].org in PARTIES
        assert changed.log_size == life.desk.size()
    return after
