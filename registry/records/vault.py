"""Encrypting what is written in an emergency, so that the database alone tells nobody of it.

Each owning body has a key of its own, derived from one secret file (HKDF-SHA256, RFC 5869), and each record
is sealed with AES-256-GCM under a fresh nonce, bound to its body and its id. Why not a public key of each
body: docs/adr/0008-words-of-an-emergency.md.
"""

import os
import secrets
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
NONCE_BYTES = 12


def create_records_key(path: Path) -> None:
    """Make a new secret at a path with mode 0600. Does nothing when there is one: it is never overwritten."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))


class Vault:
    """Seals words to a body and opens them again. The secret is read when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, words: bytes, *, owner: str, record: str) -> bytes:
        """A nonce of 12 bytes and the ciphertext of the words of one record of a body."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._key(owner).encrypt(nonce, words, record.encode())

    def open(self, sealed: bytes, *, owner: str, record: str) -> bytes:
        """The words of a record.

        Raises:
            InvalidTag: it was sealed to another body, for another record, or under another secret.
        """
        return self._key(owner).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], record.encode())

    def derive(self, purpose: str, name: str) -> bytes:
        """32 bytes that only the holder of the secret can work out, for a name and a purpose of their own."""
        info = f"{purpose}\n{name}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._secret)

    @cached_property
    def _secret(self) -> bytes:
        secret = self._path.read_bytes()
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"{self._path} does not hold {SECRET_BYTES} bytes")
        return secret

    def _key(self, owner: str) -> AESGCM:
        return AESGCM(self.derive("registry-emergency-words/v1", owner))
