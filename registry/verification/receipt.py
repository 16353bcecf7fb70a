"""The form of a decision receipt: what the permission check signs to say what it was asked and answered.

A receipt is a compact JWS (RFC 7515) under an Ed25519 key of its own. It is evidence of a question, not an
authorisation, and says so. What was asked it holds as a hash under a salt that only its holder keeps: with
both anyone can show what the question was, without the salt nobody can guess it.

Its header is exactly the one written here: what a header could ask for beyond that is refused, not ignored.
The leaf of the log of receipts that stands for it is the SHA-256 of the JWS and nothing more.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.tlog.faults import Malformed, Unproved
from registry.verification.commitments import write_base64url
from registry.verification.spelling import digest, read_base64url, write_json

TYPE = "decision-receipt+jwt"
ALGORITHM = "Ed25519"
LOG_SUFFIX = "/decisions"
"""What the origin of the log of receipts has after that of the main log."""

KEY_INTRODUCED, ROOTED = "receipt_key.introduced", "decisions.rooted"
"""The entries of the main log that a receipt is checked by."""

SAYS = {
    "en": "Evidence of a question, not an authorisation.",
    "cy": "Tystiolaeth o gwestiwn, nid awdurdodiad.",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt taken apart, its signature not checked yet."""

    kid: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """The receipt that a compact JWS spells.

        Raises:
            Malformed: not three segments in base64url, another header, or claims that are no object.
        """
        header, _, rest = text.partition(".")
        payload, _, signature = rest.partition(".")
        kid, claims = _members(header).get("kid"), _members(payload)
        if not isinstance(kid, str) or read_base64url(header) != write_header(kid):
            raise Malformed(f"the header is not that of a {TYPE}")
        return cls(kid, claims, f"{header}.{payload}".encode(), read_base64url(signature))

    def check(self, public_key: bytes) -> None:
        """Check that the key with these 32 octets signed it.

        Raises:
            Unproved: it is another key, or the signature is not of these claims.
        """
        if thumbprint(public_key) != self.kid:
            raise Unproved("the receipt names another key")
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.signed)
        except InvalidSignature as fault:
            raise Unproved("the signature is not of these claims") from fault


def write_header(kid: str) -> bytes:
    """The header of a receipt under a key."""
    return write_json({"alg": ALGORITHM, "kid": kid, "typ": TYPE})


def thumbprint(public_key: bytes) -> str:
    """The `kid` of an Ed25519 key: the thumbprint of its JWK (RFC 7638, RFC 8037 appendix A.3)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": write_base64url(public_key)}
    return write_base64url(sha256(write_json(members)).digest())


def request_hash(salt: bytes, canonical: bytes) -> str:
    """The hash of a question: SHA-256 over the salt and the question in canonical form (RFC 8785)."""
    return digest(salt + canonical)


def leaf_of(jws: bytes) -> bytes:
    """The entry that stands for a receipt in the log of receipts."""
    return sha256(jws).digest()


def _members(segment: str) -> dict[str, Any]:
    try:
        members = json.loads(read_base64url(segment))
    except (ValueError, RecursionError) as fault:
        raise Malformed("not a compact JWS") from fault
    if not isinstance(members, dict):
        raise Malformed("a segment is no JSON object")
    return members
