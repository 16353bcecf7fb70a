"""One crash: a burst of sign-offs is killed at one point, and the registry starts again, nothing amiss."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from registry.auditlog.highwater import HighWater
from registry.auditlog.keys import signer_of_log
from registry.db import Database
from tests.crash.burst import DATABASE_LOST, Burst, Desk, Told, run, told
from tests.crash.forking import forking
from tests.crash.house import Prepared
from tests.crash.tracing import Point, faulty, recorded
from tests.crash.wholeness import check_never_forked, check_whole, checkpoint_of, still_open
from tests.postgres import Fragile
from tests.signoffs import House, SignOff

OWN_CALLS = {
    "sqlite": ("pwrite64", "ftruncate", "fdatasync", "fsync", "rename", "unlink", "write"),
    "postgresql": ("sendto", "recvfrom", "fsync", "rename", "write"),
}
"""What a process of the registry changes the disk by, or speaks to the database by: before, between and after
these calls lie all moments at which a crash can leave something else behind."""

BACKEND_CALLS = ("pwrite64", "fdatasync", "sendto")
"""The same of a process of PostgreSQL. When one is killed, the server ends all and recovers."""

PATIENCE_SECONDS = 30
OTHERS = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def rounds(prepared: Prepared, seed: int) -> tuple[tuple[SignOff, ...], ...]:
    """Sign-offs in rounds of one to three, some of them left over; always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    waiting = chance.sample(prepared.sign_offs, len(prepared.sign_offs) - 2)
    made = []
    while waiting:
        count = chance.randint(1, 3)
        made.append(tuple(waiting[:count]))
        waiting = waiting[count:]
    return tuple(made)


def points(prepared: Prepared, seed: int, *, of_backend: bool = False) -> list[Point]:
    """Every point of the burst of this seed, found by letting it run to its end once."""
    with prepared.copy() as house:
        calls = BACKEND_CALLS if of_backend else OWN_CALLS[prepared.engine]
        burst = _burst(prepared, house, seed)
        with started(burst) as it, recorded(it.backend if of_backend else it.pid, calls) as found:
            assert it.finish()
        assert len(told(burst).served) == len(burst.rounds)
    return found


def crash(prepared: Prepared, seed: int, point: Point, *, of_backend: bool = False) -> bool:
    """Kill the burst of this seed at this point, look at what is left, and go on from there.

    Returns whether it was killed: the last points of one burst may lie beyond the end of its next.
    """
    with prepared.copy() as house:
        burst = _burst(prepared, house, seed)
        with started(burst) as it, faulty([it.backend if of_backend else it.pid], point.kill()):
            ended_well = it.finish()
        check_after(prepared, house, told(burst))
    return not ended_well


def crash_with_database(prepared: Prepared, seed: int, server: Fragile, *, after_seconds: float) -> bool:
    """Take the power from the whole of PostgreSQL during the burst of this seed; see `crash`."""
    with prepared.copy() as house:
        burst = _burst(prepared, house, seed)
        with started(burst) as it:
            cut = threading.Timer(after_seconds, server.kill)
            cut.start()
            ended_well = it.finish()
            cut.join()
        server.start()
        check_after(prepared, house, told(burst))
    return not ended_well


def check_after(prepared: Prepared, house: House, world: Told) -> None:
    """Find nothing amiss after a crash, start again, sign all the rest, and find nothing amiss."""
    check_left(house, world)
    desk = Desk(house.settings, prepared.cast)
    desk.publish()
    served = [*world.served, desk.served()]
    signed = [(one, desk.sign(one)) for one in still_open(desk.db, prepared.sign_offs)]
    desk.publish()
    check_whole(desk.db, [*world.signed, *signed])
    check_never_forked(desk.db, [*served, desk.served()])
    assert not still_open(desk.db, prepared.sign_offs)
    desk.db.dispose()


def check_left(house: House, world: Told) -> None:
    """Find nothing amiss in what a crash has left, before anything is started again."""
    db = Database(house.settings.database)
    wait_until_alone(db)
    with db.read() as reading:
        mark = HighWater.beside(house.settings.log_key, signer_of_log(reading, house.settings)).read()
    assert all(mark and mark.size >= checkpoint_of(note).size for note in world.served), "the mark is behind"
    check_whole(db, world.signed)
    check_never_forked(db, world.served)
    db.dispose()


def wait_until_alone(db: Database) -> None:
    """Wait until PostgreSQL answers again and what was begun by the dead has been ended."""
    if db.engine.dialect.name == "sqlite":
        return
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with db.read() as reading:
                if not reading.all(OTHERS):
                    return
        except OperationalError:
            if time.monotonic() > give_up_at:
                raise
        assert time.monotonic() < give_up_at, "somebody is still at it"
        time.sleep(0.01)


@dataclass(frozen=True)
class Started:
    """A process that has everything open and waits for the word to begin."""

    pid: int
    backend: int
    """The process of PostgreSQL that serves it; 0 for SQLite."""
    wire: Connection
    process: BaseProcess

    def finish(self) -> bool:
        """Give the word and wait until the process has ended; returns whether it did all its work."""
        self.wire.send("begin")
        self.process.join(PATIENCE_SECONDS)
        assert self.process.exitcode in (0, DATABASE_LOST, -signal.SIGKILL)
        return self.process.exitcode == 0


@contextmanager
def started(burst: Burst) -> Iterator[Started]:
    """A process for a burst, forked from one that has loaded everything; killed if it outlives the block."""
    context = forking()
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(burst, theirs))
    process.start()
    theirs.close()
    try:
        yield Started(int(process.pid or 0), ours.recv(), ours, process)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _burst(prepared: Prepared, house: House, seed: int) -> Burst:
    report = house.settings.data_dir / "told.jsonl"
    return Burst(house.settings, prepared.cast, rounds(prepared, seed), report)
