"""The one spelling of names, numbers, hashes and octets in signed texts."""

import base64
import binascii

from registry.tlog.faults import Malformed

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
"""The largest tree size and index that every reader of these formats can hold (a signed 64-bit integer)."""


def check_name(name: str) -> None:
    """Refuse what cannot name a key: an empty name, a space of any script, a control character or `+`.

    Raises:
        Malformed: the name is one of these, or not UTF-8 where it came from.
    """
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise Malformed(f"not a key name: {name!r}")
    if any("\ud800" <= char <= "\udfff" for char in name):
        raise Malformed("a key name is UTF-8")


def parse_decimal(text: str) -> int:
    """A size or an index: ASCII digits, no sign, no leading zero, at most `MAX_SIZE`.

    Raises:
        Malformed: anything else, `+5`, `5_0` and `٥` included.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SIZE))):
        raise Malformed(f"not a decimal number: {text[:40]!r}")
    number = int(text)
    if str(number) != text or number > MAX_SIZE:
        raise Malformed(f"not a decimal number in its one spelling: {text!r}")
    return number


def write_base64(octets: bytes) -> str:
    """Octets in standard base64 with padding."""
    return base64.b64encode(octets).decode()


def parse_base64(text: str) -> bytes:
    """The octets of standard base64 with padding and no stray bits.

    Raises:
        Malformed: another alphabet, line breaks, missing padding or non-zero padding bits.
    """
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Malformed(f"not base64: {text[:40]!r}") from fault
    if write_base64(octets) != text:
        raise Malformed(f"not base64 in its one spelling: {text[:40]!r}")
    return octets


def parse_hash(text: str) -> bytes:
    """A SHA-256 hash in base64.

    Raises:
        Malformed: not base64, or not 32 octets.
    """
    octets = parse_base64(text)
    if len(octets) != HASH_SIZE:
        raise Malformed(f"a hash has {HASH_SIZE} octets, not {len(octets)}")
    return octets
