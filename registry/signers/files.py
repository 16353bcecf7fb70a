"""Keys in files: PKCS#8 PEM that only its owner can read, encrypted where there is a passphrase.

The passphrase comes from a file of its own, so that neither the settings nor a list of processes shows it.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from registry.signers.pkcs8 import write_pem
from registry.tlog.messages import Kind
from registry.tlog.signing import KeySigner


def create_key(path: Path, kind: Kind = Kind.ED25519, *, passphrase_file: Path | None = None) -> None:
    """Make a key file, encrypted when a file with a passphrase is given.

    Raises:
        FileExistsError: there is a key already; it is never replaced.
    """
    key = MLDSA44PrivateKey.generate() if kind is Kind.ML_DSA_44 else Ed25519PrivateKey.generate()
    pem = write_pem(key, _passphrase(passphrase_file))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(descriptor)


def load_signer(path: Path, name: str, *, passphrase_file: Path | None = None) -> KeySigner:
    """The key of a file, signing under this name.

    Raises:
        FileNotFoundError: there is no key file.
        ValueError: it holds another kind of key, or the passphrase is wrong, missing or empty.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), _passphrase(passphrase_file))
    except TypeError as fault:
        raise ValueError(f"{path} and its passphrase do not go together") from fault
    if not isinstance(key, Ed25519PrivateKey | MLDSA44PrivateKey):
        raise ValueError(f"{path} holds neither an Ed25519 nor an ML-DSA-44 key")
    return KeySigner(name, key)


def _passphrase(path: Path | None) -> bytes | None:
    """The passphrase of a file, without the newline an editor puts after it."""
    if path is None:
        return None
    passphrase = path.read_bytes().rstrip(b"\r\n")
    if not passphrase:
        raise ValueError(f"{path} holds no passphrase")
    return passphrase
