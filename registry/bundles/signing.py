"""The key of bundles, of its own: what it signs can be taken for nothing else the registry signs.

A bundle is a compact JWS (RFC 7515) under Ed25519 (RFC 9864), so that a few lines in any language verify it.
Its payload is JSON, compressed (`zip`: DEFLATE, as RFC 7516 section 4.1.3 has it): a tenth of the size.
"""

import hashlib
import json
import zlib
from base64 import urlsafe_b64encode
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.settings import Settings
from registry.signers.files import create_key, load_signer

TYPE = "decision-bundle+jwt"
MEDIA_TYPE = "application/jose"


def create_bundle_key(settings: Settings) -> None:
    """Make the key where there is none, encrypted as the log's keys are."""
    if not settings.bundle_key.exists():
        create_key(settings.bundle_key, passphrase_file=settings.signing_key_passphrase_file)


class BundleKey:
    """The key in a PEM file. It is read when it is first needed."""

    def __init__(self, path: Path, *, passphrase_file: Path | None = None) -> None:
        self._path, self._passphrase_file = path, passphrase_file

    def sign(self, content: dict[str, Any]) -> str:
        """The bundle with this content.

        Raises:
            FileNotFoundError: there is no key: `registry init` makes it.
            ValueError: it is no Ed25519 key, or its passphrase is wrong or missing.
        """
        header = {"alg": "Ed25519", "kid": self.public["kid"], "typ": TYPE, "zip": "DEF"}
        signed = f"{_segment(_json(header))}.{_segment(_deflated(_json(content)))}"
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
        key = load_signer(self._path, "bundles", passphrase_file=self._passphrase_file).private_key
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self._path} does not hold an Ed25519 key")
        return key


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _deflated(octets: bytes) -> bytes:
    """The octets as raw DEFLATE (RFC 1951), which browsers inflate by themselves."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(octets) + deflater.flush()


def _segment(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
