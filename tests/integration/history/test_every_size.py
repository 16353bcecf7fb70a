"""What the log alone tells of any size it ever had is what the permission index was told then."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from registry.agreements.queries import sharing_flows
from registry.agreements.rules import OVER
from registry.agreements.sharing import SharingFlow
from registry.assessments.transitions import Kind
from registry.db import Database
from registry.errors import Refusal
from registry.history.folding import FlowName
from registry.history.past import Past
from tests.integration.agreements.test_random_lives import Life, standing
from tests.integration.exchange.test_attesting import attested
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY, basis, flow, furnish
from tests.samples.desk import Desk

DAY = timedelta(days=1)
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


def test_what_rules_parties_and_outside_signatures_did_is_told_by_the_log(database: Database) -> None:
    """What random lives seldom come to: blocks ahead and in force, notice, attested texts, amendments."""
    desk, diary = Desk(database, furnish(database)), Diary(database)

    def then(_changed: object, now: datetime = NOW) -> None:
        desk.daily_pass(now)
        desk.follow(now)
        diary.note(desk.size())

    made = desk.accepted(flows=[flow(automation="matching")])
    approval = desk.approved(Kind.ETHICS, made.ref, until=(TODAY + 5 * DAY).isoformat())
    desk.follow()
    then(desk.signed_by_all(made))
    desk.revoke(Kind.ETHICS, approval)
    then(None)
    then(desk.approved(Kind.ETHICS, made.ref))
    then(attested(desk, flows=[flow(bases=[basis(LANCASHIRE)])]))
    plain, left = desk.active(), desk.active()
    then(desk.terminate(left.ref, desk.cast(BLACKPOOL, "signatory"), effective_on=TODAY + 120 * DAY))
    then(
        desk.signed_by_all(
            desk.amended(plain.ref, flows=[flow(retention={"period": "P2Y", "trigger": "receipt"})])
        )
    )
    then(None, NOW + 120 * DAY)
    then(None, NOW + 800 * DAY)
    told = [flow for page in diary.pages.values() for flow in page.values()]
    assert {flow.blocked_by for flow in told} == {(), ("ET-01",)}
    assert any(flow.blocked_from for flow in told)
    assert any(flow.shortcomings for flow in told)
    assert {flow.ended_by for flow in told} == {None, "superseded", "terminated", "expired"}
    diary.check()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 40))
def test_many_lives_are_told_alike_by_the_log(database: Database, seed: int) -> None:
    live(database, seed, steps=2 * STEPS).check()
