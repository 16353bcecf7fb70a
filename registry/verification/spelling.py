"""The one spelling of what is signed outside the log: ASCII JSON, sorted and compact, and base64url."""

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode
from typing import Any

from registry.tlog.faults import Malformed
from registry.verification.commitments import write_base64url

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_json(members: dict[str, Any]) -> bytes:
    """The canonical form of a document whose texts are ASCII and whose numbers are whole (RFC 8785)."""
    return _canonical.encode(members).encode()


def read_json(octets: bytes) -> dict[str, Any]:
    """The members of a document in its canonical form.

    Raises:
        Malformed: not JSON, no object, or not what `write_json` writes.
    """
    try:
        members = json.loads(octets)
        same = isinstance(members, dict) and write_json(members) == octets
    except (ValueError, RecursionError) as fault:
        raise Malformed("not JSON") from fault
    if not same:
        raise Malformed("not a document in its canonical form")
    return dict(members)


def read_base64url(text: str) -> bytes:
    """The octets that base64url without padding spells.

    Raises:
        Malformed: not what `write_base64url` writes.
    """
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, TypeError, binascii.Error) as fault:
        raise Malformed("not base64url") from fault
    if write_base64url(octets) != text:
        raise Malformed("not base64url in its one spelling")
    return octets


def digest(octets: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 of octets."""
    return "sha256:" + hashlib.sha256(octets).hexdigest()
