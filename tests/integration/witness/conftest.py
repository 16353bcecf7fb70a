"""A log with three witnesses, on both engines."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.auditlog import served
from registry.auditlog.publish import publish
from registry.auditlog.publisher import Publisher
from registry.auditlog.witnessing import Witnesses
from registry.db import Database
from registry.egress import Egress, parse_networks
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import Note
from tests.auditlog_world import NOW, SIGNER, grow, high_water
from tests.witness_world import FakeWitness, policy_of

EGRESS = Egress(parse_networks("127.0.0.0/8"), timeout_seconds=20)


@dataclass
class Stage:
    """The log, where its high-water mark is, and its witnesses."""

    db: Database
    folder: Path
    fakes: list[FakeWitness]
    opened: list[Witnesses] = field(default_factory=list)
    now: datetime = NOW

    def asking(self, *, quorum: str = "2", is_required: bool = False, grace_seconds: float = 20) -> Witnesses:
        """A worker that has this many of the witnesses asked."""
        policy = policy_of(self.fakes, quorum=quorum)
        witnesses = Witnesses(policy, EGRESS, SIGNER, is_required=is_required, grace_seconds=grace_seconds)
        self.opened.append(witnesses)
        return witnesses

    def publisher(self, witnesses: Witnesses) -> Publisher:
        """A worker's publisher."""
        return Publisher(self.db, SIGNER, high_water(self.folder), witnesses=witnesses, interval_seconds=0.02)

    def sign(self, count: int = 1) -> Checkpoint:
        """Append so many entries and sign the tree, for the witnesses to be asked."""
        grow(self.db, count)
        signed = publish(self.db, SIGNER, high_water(self.folder), self.now, is_witnessed=True)
        assert signed is not None
        return signed

    def later(self, **by: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**by)
        return self.now

    def turn(self, witnesses: Witnesses) -> tuple[int, set[str], bool]:
        """Let the worker ask; the size served, whose lines are under it, and whether they are enough."""
        witnesses.turn(self.db, self.now, mark=high_water(self.folder).read())
        return self.shown(witnesses)

    def shown(self, witnesses: Witnesses) -> tuple[int, set[str], bool]:
        """What is served: the size, whose lines are under it, and whether they are enough."""
        with self.db.read() as reading:
            row = served.newest_served(reading)
        if row is None:
            return -1, set(), False
        names = {witness.key: witness.name for witness in witnesses.policy.witnesses}
        lines = Note.parse(row.note.encode()).signatures_of(names)
        return row.size, {names[key] for key, _ in lines}, row.has_quorum

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what other threads do."""
        deadline = time.monotonic() + 20
        while not is_so():
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.01)

    def states(self) -> dict[str, tuple[int, str | None, int]]:
        """What is remembered of each witness: its size, fault and number of failures."""
        with self.db.read() as reading:
            rows = served.witness_states(reading)
        return {row.witness: (row.size, row.fault, row.failures) for row in rows}


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Iterator[Stage]:
    """A log of one engine and three witnesses who are well."""
    stage = Stage(database, tmp_path, [FakeWitness(number, tmp_path) for number in (1, 2, 3)])
    for fake in stage.fakes:
        fake.start()
    yield stage
    for witnesses in stage.opened:
        witnesses.close()
    for fake in stage.fakes:
        fake.stop()
