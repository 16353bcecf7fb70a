"""The key of bundles, of its own: what it signs can be taken for nothing else the registry signs.

A bundle is a compact JWS (RFC 7515) under Ed25519 (RFC 9864), so that a few lines in any language verify it.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from registry.signers.files import create_key

TYPE = "decision-bundle+jwt"
MEDIA_TYPE = "application/jose"


def create_bundle_key(path: Path) -> None:
    """Make a new key at a path with mode 0600. Does nothing when there is one: keys are never overwritten."""
    if not path.exists():
        create_key(path)


class BundleKey:
    """The key in a PEM file. It is read when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sign(self, content: dict[str, Any]) -> str:
        """The bundle with this content.

        Raises:
            OSError: there is no key file.
            ValueError: it holds another kind of key.
        """
        header = {"alg": "Ed25519", "kid": self.public["kid"], "typ": TYPE}
        signed = f"{_segment(_json(header))}.{_segment(_json(content))}"
        return f"{signed}.{_segment(self._key.sign(signed.encode('ascii')))}"

    @cached_property
    def public(self) -> dict[str, str]:
        """The public key as a JWK (RFC 8037); its `kid` is the thumbprint (RFC 7638)."""
        point = _segment(self._key.public_key().public_bytes_raw())
        key = {"crv": "Ed25519", "kty": "OKP", "x": point}
        thumbprint = hashlib.sha256(_json(key)).digest()
        return {**key, "alg": "Ed25519", "kid": _segment(thumbprint), "use": "sig"}

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        key = load_pem_private_key(self._path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self._path} does not hold an Ed25519 key")
        return key


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _segment(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
