"""Commitments: values that the log fixes without telling them.

A commitment is HMAC-SHA-256 under 32 fresh random octets (the salt) over the field's name and its value. It
hides the value, binds to it, and two of them are never linked. Salt and value are the opening: they stay in a
row that can be erased, while the log and every proof still hold.
"""

import hmac
import secrets
from binascii import b2a_base64
from dataclasses import dataclass

PREFIX = "c1:"
SALT_OCTETS = 32
_CONTEXT = b"registry-commit/v1\n"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True)
class Concealed:
    """A commitment together with its opening, before the opening is stored."""

    commitment: str
    salt: bytes
    value: str


def commit(field: str, value: str, salt: bytes) -> str:
    """The commitment to the value of a field: `c1:` and 43 characters."""
    message = _CONTEXT + field.encode() + b"\n" + value.encode()
    return PREFIX + write_base64url(hmac.digest(salt, message, "sha256"))


def seal(field: str, value: str) -> Concealed:
    """A commitment to the value of a field under a fresh salt."""
    salt = secrets.token_bytes(SALT_OCTETS)
    return Concealed(commit(field, value, salt), salt, value)


def sealed_entry(commitment: str) -> str:
    """The entry that holds a commitment and nothing else (`docs/log-entries.md`)."""
    return f'{{"c":"{commitment}","type":"sealed","v":1}}'


def write_base64url(octets: bytes) -> str:
    """Octets in base64url without padding, as text."""
    return base64url(octets).decode()


def base64url(octets: bytes) -> bytes:
    """Octets in base64url without padding."""
    return b2a_base64(octets, newline=False).translate(_URL_SAFE, b"=")
