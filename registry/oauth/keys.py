"""The key that signs access tokens: ES256, one PEM file that only the registry's user can read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"


def create_token_key(path: Path) -> None:
    """Make a new key at a path with mode 0600. Does nothing when there is one: keys are never overwritten."""
    if path.exists():
        return
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def load_token_keys(path: Path) -> KeySet:
    """The key set with the private key at a path. Its `kid` is the RFC 7638 thumbprint."""
    key = ECKey.import_key(path.read_bytes(), {"use": "sig", "alg": ALGORITHM})
    if key.curve_name != "P-256":
        raise ValueError(f"the token key must be on P-256, not {key.curve_name}")
    return KeySet([key])


def public_keys(keys: KeySet) -> KeySet:
    """The same keys without their private part, as verifiers and the JWKS need them."""
    return KeySet.import_key_set(keys.as_dict(private=False))
