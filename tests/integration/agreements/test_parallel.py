"""People who act on one agreement at the same moment: each sees what the one before left."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from registry.agreements.actions.change import Changed
from registry.agreements.queries import follower_position, move_follower
from registry.agreements.rules import WrongStatus
from registry.db import Database
from registry.errors import Refusal
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, triangle
from tests.samples.desk import Desk


def at_once(*acts: Callable[[], Changed]) -> list[Changed | Refusal]:
    """What each act came to, all begun together."""

    def outcome(act: Callable[[], Changed]) -> Changed | Refusal:
        try:
            return act()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(outcome, acts))


def test_of_two_amendments_one_is_made(desk: Desk) -> None:
    made = desk.active()
    outcomes = at_once(
        lambda: desk.amend(made.ref, kind="isp"),
        lambda: desk.amend(made.ref, kind="jca"),
    )
    assert {type(one) for one in outcomes} == {Changed, WrongStatus}
    assert desk.read(made.ref).version.number == 2


def test_the_last_of_several_signatures_given_at_once_makes_the_flows_live(desk: Desk) -> None:
    made = desk.accepted(**triangle())
    bodies = (LANCASHIRE, BLACKPOOL, POLICE)
    signed = at_once(*[partial(desk.sign, made, body) for body in bodies])
    assert all(isinstance(one, Changed) for one in signed)
    assert set(desk.flows(made.ref).values()) == {"live"}
    assert len({one.log_index for one in signed if isinstance(one, Changed)}) == 3


def test_two_bodies_that_suspend_everything_at_once_complete_it_together(desk: Desk) -> None:
    made = desk.active(**triangle())
    guardians = [desk.cast(body, "dpo") for body in (LANCASHIRE, POLICE)]
    outcomes = at_once(*[partial(desk.suspend, made.ref, guardian, all=True) for guardian in guardians])
    assert {one.pending for one in outcomes if isinstance(one, Changed)} == {None, "second-organisation"}
    assert set(desk.flows(made.ref).values()) == {"suspended"}


def test_of_workers_that_begin_together_the_one_furthest_on_is_remembered(database: Database) -> None:
    def move(position: int) -> None:
        with database.write() as tx:
            move_follower(tx, "a-follower", position)
            time.sleep(0.05)

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(move, (2, 3, 1)))
    with database.read() as reading:
        assert follower_position(reading, "a-follower") == 3
