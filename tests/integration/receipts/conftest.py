"""A registry of receipts on a small published log, and a clock that tests move."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.db import Database
from registry.receipts import proving
from registry.receipts.issuing import Issuer
from registry.receipts.keeper import Keeper
from registry.tlog.signing import KeySigner
from registry.verification.receipt import LOG_SUFFIX, leaf_of
from tests.auditlog_world import ORIGIN, sign

NINE = datetime(2026, 1, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGNER = KeySigner(ORIGIN + LOG_SUFFIX, Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96))))


def another_signer() -> KeySigner:
    """A signer of the same name with another key."""
    return KeySigner(SIGNER.name, Ed25519PrivateKey.generate())


@dataclass
class Bureau:
    """One worker's issuer and keeper. Its thread does not run: tests take its turns."""

    db: Database
    folder: Path
    now: datetime = NINE + HOUR / 2
    issuer: Issuer = field(default_factory=lambda: Issuer(SIGNER))
    issued: int = 0

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.db, self.issuer, now=lambda: self.now)

    def issue(self, count: int = 1) -> list[bytes]:
        """Receipts that differ."""
        self.issued += count
        numbers = range(self.issued - count, self.issued)
        return [self.issuer.issue(b'{"jti":"%d"}' % number) for number in numbers]

    def root(self) -> None:
        """Let the keeper keep what is held, then the next hour begin, then the main log be published."""
        self.keeper.turn()
        self.now += HOUR
        self.keeper.turn()
        sign(self.db, self.folder)

    def prove(self, jws: bytes) -> str:
        """The proof of a receipt, as it is served."""
        with self.db.read() as reading:
            return proving.prove(reading, leaf_of(jws).hex(), SIGNER)


@pytest.fixture
def bureau(database: Database, tmp_path: Path) -> Bureau:
    """A fresh one, once for each engine."""
    return Bureau(database, tmp_path)
