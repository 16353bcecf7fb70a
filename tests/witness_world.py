"""Logs and witnesses to test with: a log in memory that can tell two histories, and what it would send."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import Cosigner
from registry.tlog.note import Signer
from registry.tlog.tree import EMPTY_ROOT, consistency_path, leaf_hash, node_hash, range_root
from registry.witness.request import Growth, write_request
from tests.auditlog_world import ORIGIN, SIGNER

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOGS = {ORIGIN: SIGNER.keys}


def cosigner(number: int) -> Cosigner:
    """The witness of this number."""
    return Cosigner(f"witness.example/w{number}", Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))


class History:
    """One history of a log. Two of different words have nothing in common."""

    def __init__(self, word: str = "entry", signer: Signer = SIGNER) -> None:
        self._word, self._signer = word, signer

    def checkpoint(self, size: int) -> Checkpoint:
        """The tree of this size."""
        root = range_root(0, size, self._read) if size else EMPTY_ROOT
        return Checkpoint(self._signer.name, size, root)

    def note(self, size: int) -> str:
        """The signed checkpoint of this size."""
        return self.checkpoint(size).signed(self._signer)

    def path(self, old: int, new: int) -> Sequence[bytes]:
        """The proof that one size continues another."""
        return consistency_path(old, new, self._read)

    def request(self, old: int, new: int) -> bytes:
        """What is sent to a witness that has seen the old size."""
        return write_request(Growth(old, tuple(self.path(old, new)) if old < new else ()), self.note(new))

    def _read(self, height: int, index: int) -> bytes:
        if not height:
            return leaf_hash(f"{self._word} {index}".encode())
        return node_hash(self._read(height - 1, 2 * index), self._read(height - 1, 2 * index + 1))
