"""The lease: one worker at a time, and another when its time is up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from registry.auditlog.lease import Lease
from registry.auditlog.tables import LEASE
from registry.db import Database
from tests.auditlog_world import NOW

SECOND = timedelta(seconds=1)


def lease(database: Database) -> Lease:
    return Lease(database, "publisher", term=10 * SECOND)


def test_one_worker_holds_it_and_another_when_it_is_let_go(database: Database) -> None:
    ours, theirs = lease(database), lease(database)
    assert ours.hold(NOW)
    assert not theirs.hold(NOW + SECOND)

    ours.release()
    assert theirs.hold(NOW + 2 * SECOND)
    ours.release()  # what another holds is not let go
    assert not ours.hold(NOW + 3 * SECOND)


def test_a_worker_that_died_is_followed_when_its_time_is_up(database: Database) -> None:
    dead, ours = lease(database), lease(database)
    dead.hold(NOW)
    assert not ours.hold(NOW + 9 * SECOND)
    assert ours.hold(NOW + 10 * SECOND)
    assert not dead.hold(NOW + 11 * SECOND)


def test_who_goes_on_keeps_it(database: Database) -> None:
    ours, theirs = lease(database), lease(database)
    for seconds in range(0, 60, 3):
        assert ours.hold(NOW + seconds * SECOND)
        assert not theirs.hold(NOW + seconds * SECOND)


def test_nothing_is_written_before_half_the_time_is_used(database: Database) -> None:
    ours = lease(database)
    ends = []
    for seconds in (0, 4, 5):
        assert ours.hold(NOW + seconds * SECOND)
        with database.read() as reading:
            ends.append((reading.scalar(select(LEASE.c.expires_at)) - NOW) / SECOND)
    assert ends == [10, 10, 15]


def test_of_several_that_want_it_at_once_one_gets_it(database: Database) -> None:
    for start in (0, 100):  # nobody has had it; its time is up
        rivals = [lease(database) for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            held = list(pool.map(lambda rival, at=NOW + start * SECOND: rival.hold(at), rivals))
        assert sum(held) == 1
