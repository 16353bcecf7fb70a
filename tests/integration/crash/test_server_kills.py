"""The whole server killed while eight connections sign: what it answered and what it showed stays true."""

import itertools
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from registry.db import Database
from tests.crash.burst import Told
from tests.crash.house import Prepared
from tests.crash.runs import check_left
from tests.crash.serving import serving, wait_until_ready
from tests.crash.tracing import Point, faulty
from tests.crash.wholeness import check_never_forked, check_whole, still_open
from tests.postgres import Fragile
from tests.signoffs import House, Outcome, give

CALLS = {
    "sqlite": {"pwrite64": 60, "fdatasync": 6, "fsync": 4},
    "postgresql": {"sendto": 150, "recvfrom": 150, "fsync": 4},
}
"""Where a server is killed: before one of so many first such calls of whichever thread is the first there."""


def test_a_server_that_is_killed_loses_nothing(busy: Prepared) -> None:
    """LOG acceptance 10: `kill -9` in the middle of a write, then the same server again."""
    kill_servers(busy, times=1, seed=20261122)


@pytest.mark.long
def test_a_server_that_is_killed_fifty_times_loses_nothing(busy: Prepared) -> None:
    """LOG acceptance 10, in full."""
    kill_servers(busy, times=50, seed=50)


@pytest.mark.parametrize("busy", ["postgresql"], indirect=True)
def test_a_server_outlives_its_database(busy: Prepared, fragile_server: Fragile) -> None:
    """LOG B5: PostgreSQL ends at once and comes back; the server goes on with it."""
    with busy.copy() as house, serving(house):
        cut = threading.Timer(0.5, fragile_server.kill)
        cut.start()
        before = give(house, busy.sign_offs, workers=8)
        cut.join()
        fragile_server.start()
        wait_until_ready(house)
        after = _give_rest(busy, house)
        _check(house, [before, after], [])


def kill_servers(busy: Prepared, *, times: int, seed: int) -> None:
    """Start, load, kill at one point of one thread, look; start again, sign the rest, look again."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    killed = 0
    for _ in range(times):
        call, most = chance.choice(list(CALLS[busy.engine].items()))
        kill = Point(call, chance.randint(1, most)).kill()
        with busy.copy() as house:
            with serving(house) as it, _watched(house) as served, faulty([it.pid or 0], kill):
                before = give(house, busy.sign_offs, workers=8)
            killed += it.exitcode == -signal.SIGKILL
            check_left(house, _told(before, served))
            with serving(house), _watched(house) as served_later:
                after = _give_rest(busy, house)
            _check(house, [before, after], [*served, *served_later])
    assert killed >= times / 2


def _give_rest(busy: Prepared, house: House) -> Outcome:
    """Sign what is still open; nothing is refused."""
    db = Database(house.settings.database)
    rest = still_open(db, busy.sign_offs)
    db.dispose()
    outcome = give(house, rest, workers=8)
    assert not outcome.refused
    assert len(outcome.answered) == len(rest)
    return outcome


def _check(house: House, outcomes: list[Outcome], served: list[str]) -> None:
    """Find nothing amiss, and everything signed."""
    db = Database(house.settings.database)
    check_whole(db, itertools.chain.from_iterable(_told(outcome, []).signed for outcome in outcomes))
    check_never_forked(db, served)
    db.dispose()


def _told(outcome: Outcome, served: list[str]) -> Told:
    return Told(tuple((one.sign_off, one.log_index) for one in outcome.answered), tuple(served))


@contextmanager
def _watched(house: House) -> Iterator[list[str]]:
    """Every checkpoint that the server shows until the block ends."""
    seen: dict[str, None] = {}
    served: list[str] = []
    ended = threading.Event()

    def watch() -> None:
        with requests.Session() as session:
            while not ended.wait(0.01):
                try:
                    answer = session.get(f"{house.settings.base_url}/log/checkpoint", timeout=5)
                except requests.RequestException:
                    return
                if answer.ok:
                    seen[answer.text] = None

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield served
    finally:
        ended.set()
        watcher.join()
        served += seen
