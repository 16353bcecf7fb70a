"""A burst of sign-offs and checkpoints in a process of its own, made to be killed at any moment.

It does what the server does - the same actions, the same publisher - one after the other, so that the same
burst makes the same system calls in the same order. What it tells the world goes to a file, a line at a time
and only once it is true: this is what a crash may not take back.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from registry import clock
from registry.agreements import actions
from registry.agreements.schemas import SignIn
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import publish
from registry.auditlog.served import newest_served
from registry.db import Database
from registry.policy import Policies
from registry.settings import Settings
from registry.signers.files import load_signer
from tests.samples.agreements import Cast
from tests.signoffs import SignOff

# Loaded on import, which happens once: the processes are forked from one that has it.
POLICIES = Policies.load(Settings().policies_dir)
WAL_PAGES = 50
DATABASE_LOST = 3
"""The exit code of a process whose database went away."""


@dataclass(frozen=True)
class Burst:
    """What a process is to do: rounds of sign-offs, after each of them a checkpoint."""

    settings: Settings
    cast: Cast
    rounds: tuple[tuple[SignOff, ...], ...]
    report: Path


@dataclass(frozen=True, slots=True)
class Told:
    """What the world was told: sign-offs with the index they were given, and checkpoints."""

    signed: tuple[tuple[SignOff, int], ...]
    served: tuple[str, ...]


class Desk:
    """One open registry without its threads: signs, publishes, and shows the newest checkpoint."""

    def __init__(self, settings: Settings, cast: Cast) -> None:
        self.db, self._cast = Database(settings.database), cast
        self._signer = load_signer(settings.log_key, settings.origin)
        self.high_water = HighWater.beside(settings.log_key, self._signer)

    def sign(self, sign_off: SignOff) -> int:
        """Give one signature; returns the index of its entry."""
        wanted = SignIn.model_validate_json(sign_off.body)
        caller = self._cast(sign_off.organisation, "signatory")
        with self.db.write() as tx:
            signed = actions.sign(tx, sign_off.ref, wanted, caller=caller, now=clock.now(), policies=POLICIES)
        return signed.log_index

    def publish(self) -> None:
        """Sign a checkpoint of everything that is committed."""
        publish(self.db, self._signer, self.high_water, clock.now())

    def served(self) -> str:
        """The newest checkpoint, as anyone is given it."""
        with self.db.read() as reading:
            row = newest_served(reading)
        return str(row.note) if row else ""


def run(burst: Burst, wire: Connection) -> None:
    """Open the registry, say which backend answers it, wait to be told to begin, and do it all.

    When the database goes away this ends, as a process would that is started again.
    """
    desk = Desk(burst.settings, burst.cast)
    if desk.db.engine.dialect.name == "sqlite":
        event.listen(desk.db.engine, "connect", _tidy_often)
    wire.send(_backend_of(desk.db))
    wire.recv()
    report = os.open(burst.report, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for line in _work(desk, burst.rounds):
            os.write(report, json.dumps(line).encode() + b"\n")
        desk.db.dispose()
    except DBAPIError:
        sys.exit(DATABASE_LOST)


def _work(desk: Desk, rounds: Sequence[Sequence[SignOff]]) -> Iterator[dict[str, Any]]:
    """Do it, and yield what the world is told."""
    for number, sign_offs in enumerate(rounds):
        for place, sign_off in enumerate(sign_offs):
            yield {"round": number, "place": place, "index": desk.sign(sign_off)}
        desk.publish()
        yield {"served": desk.served()}


def told(burst: Burst) -> Told:
    """What a burst got to tell before it ended. A line that was cut short was told to nobody."""
    lines = burst.report.read_bytes().splitlines(keepends=True) if burst.report.exists() else []
    whole = [json.loads(line) for line in lines if line.endswith(b"\n")]
    return Told(
        tuple(
            (burst.rounds[line["round"]][line["place"]], line["index"]) for line in whole if "index" in line
        ),
        tuple(line["served"] for line in whole if "served" in line),
    )


def _backend_of(db: Database) -> int:
    """The process of PostgreSQL that serves the one connection of this process; 0 for SQLite."""
    with db.read() as reading:
        driver: Any = reading.connection.connection.driver_connection
        return 0 if reading.dialect == "sqlite" else int(driver.info.backend_pid)


def _tidy_often(connection: Any, _record: Any) -> None:
    """Have SQLite move its write-ahead log into the file within a burst: that too is a moment to crash in."""
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
