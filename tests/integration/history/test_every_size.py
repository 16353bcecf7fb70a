"""What the log alone tells of any size it ever had is what the permission index was told then."""

import random
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from registry.agreements.queries import sharing_flows
from registry.agreements.rules import OVER
from registry.agreements.sharing import SharingFlow
from registry.db import Database
from registry.errors import Refusal
from registry.history.folding import FlowName
from registry.history.past import Past
from tests.integration.agreements.test_random_lives import Life, standing
from tests.samples.agreements import furnish
from tests.samples.desk import Desk

STEPS = 120
Told = dict[FlowName, SharingFlow]


@dataclass
class Diary:
    """What the index was told after each change, by the size of the log."""

    db: Database
    pages: dict[int, Told] = field(default_factory=dict)

    def note(self, size: int) -> None:
        with self.db.read() as reading:
            flows = list(sharing_flows(reading))
        self.pages[size] = {(flow.ref, flow.version, flow.flow): flow for flow in flows}

    def check(self) -> None:
        past, refs = Past(self.db), {ref for page in self.pages.values() for ref, _, _ in page}
        for size, page in self.pages.items():
            thens = past.agreements(refs, size)
            told = {(flow.ref, flow.version, flow.flow): flow for then in thens for flow in then.flows}
            # A draft that was taken back never had standing; the log's first word of standing is `ready`.
            drafts = {name for name, flow in page.items() if flow.ended_by == "withdrawn"} - told.keys()
            assert told == {name: flow for name, flow in page.items() if name not in drafts}
            assert not any(then.unclear or then.untold for then in thens)


def live(database: Database, seed: int, *, steps: int) -> Diary:
    life = Life(Desk(database, furnish(database)), random.Random(seed))  # noqa: S311 - to be repeated
    diary = Diary(database)
    for _ in range(steps):
        if not life.ref or all(status in OVER for status, _ in standing(database, life.ref).values()):
            life.begin()
        with suppress(Refusal):
            life.step()
        diary.note(life.desk.size())
    return diary


def test_random_lives_are_told_alike_by_the_log_at_every_size(database: Database) -> None:
    live(database, 4, steps=STEPS).check()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 40))
def test_many_lives_are_told_alike_by_the_log(database: Database, seed: int) -> None:
    live(database, seed, steps=2 * STEPS).check()
