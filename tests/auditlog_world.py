"""A small log to test with: two kinds of event, a caller, a signing key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.auditlog import Event, Sealed, Subject, append, append_many, conceal
from registry.auditlog.highwater import HighWater
from registry.auditlog.publish import publish
from registry.callers import Caller
from registry.db import Database, Transaction
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.signing import KeySigner

ORIGIN = "registry.example/log"
SIGNER = KeySigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNCIL = "gss:E10000017"
OFFICER = Caller(organisation=COUNCIL, person="0197b1a0-0000-7000-8000-000000000001")
DIGEST = "sha256:" + "ab" * 32


@dataclass(frozen=True, kw_only=True)
class TestHappened(Event):
    """Something happened in a test."""

    __test__ = False
    type: ClassVar[str] = "test.happened"
    permits: ClassVar[frozenset[str]] = frozenset({"role", "flow", "party"})


@dataclass(frozen=True, kw_only=True)
class TestDecided(Event):
    """Something was decided in a test."""

    __test__ = False
    type: ClassVar[str] = "test.decided"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


class PowerFailed(Exception):
    """What ends a transaction in a test."""


def happened(tx: Transaction, number: int = 0, **changes: Any) -> TestHappened:
    """An event about thing `number`, by the officer."""
    given: dict[str, Any] = {
        "at": NOW,
        "org": COUNCIL,
        "actor": conceal(tx, OFFICER),
        "subject": Subject("thing", f"thing-{number}", version=1, digest=DIGEST),
    }
    return TestHappened(**given | changes)


def grow(db: Database, count: int, *, start: int = 0) -> range:
    """Append events about `count` things; every third is sealed, every sixth opened to anyone."""
    with db.write() as tx:
        items: Sequence[Event | Sealed] = [
            Sealed(happened(tx, number), public=number % 6 == 0) if number % 3 == 0 else happened(tx, number)
            for number in range(start, start + count)
        ]
        return append_many(tx, items)


def append_and_roll_back(db: Database) -> None:
    """Append one event in a transaction that then fails."""
    try:
        with db.write() as tx:
            append(tx, happened(tx))
            raise PowerFailed
    except PowerFailed:
        return


def high_water(folder: Path) -> HighWater:
    """The mark kept in a folder."""
    return HighWater(folder / "log.pem.highwater", SIGNER)


def sign(db: Database, folder: Path) -> Checkpoint | None:
    """Publish what is waiting."""
    return publish(db, SIGNER, high_water(folder), NOW)
