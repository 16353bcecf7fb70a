"""The log's private key: one Ed25519 key in a PKCS#8 PEM file that only its owner can read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from registry.auditlog import queries
from registry.db import Reading
from registry.tlog.signing import KeySigner


def create_key(path: Path, *, passphrase_file: Path | None = None) -> None:
    """Make a key file, encrypted when a file with a passphrase is given.

    Raises:
        FileExistsError: there is a key already; it is never replaced.
    """
    passphrase = _passphrase(passphrase_file)
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    )
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(descriptor)


def load_signer(path: Path, origin: str, *, passphrase_file: Path | None = None) -> KeySigner:
    """The signer of the log with this origin.

    Raises:
        FileNotFoundError: there is no key file.
        ValueError: it holds another kind of key, or the passphrase is wrong or missing.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), _passphrase(passphrase_file))
    except TypeError as fault:
        raise ValueError(f"{path} and its passphrase do not go together") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return KeySigner(origin, key)


def signer_of_log(reading: Reading, path: Path, *, first_origin: str) -> KeySigner:
    """The signer under the name that the log already has, or under its first: a log's name never changes.

    Raises:
        FileNotFoundError, ValueError: see `load_signer`.
    """
    newest = queries.newest_checkpoint(reading)
    return load_signer(path, newest.note.partition("\n")[0] if newest else first_origin)


def _passphrase(path: Path | None) -> bytes | None:
    return path.read_bytes().rstrip(b"\r\n") if path else None
