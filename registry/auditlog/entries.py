"""Entries: the octets that the log commits to (RFC 8785 canonical JSON). `docs/log-entries.md` is the format.

Every value of an entry is ASCII text without control characters, a whole number, true or null, and every key
is ASCII. For such documents the standard library's sorted, compact JSON is the canonical form, at a seventh
of the cost; a test holds the two against each other.
"""

import json
from typing import Any

from registry.auditlog.events import OPTIONAL, Event
from registry.auditlog.rules import EntryTooLong
from registry.clock import stamp
from registry.verification.commitments import Concealed, seal, sealed_entry

VERSION = 1
SEALED = "sealed"
MAX_OCTETS = 16 * 1024
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(event: Event, previous: int | None, rows: str | None = None) -> bytes:
    """The entry of an event; `previous` is the index of the entry before it about the same subject.

    `rows` is the commitment to the rows that were written with it, if any were.

    Raises:
        EntryTooLong: longer than 16 KiB.
    """
    subject = {"kind": event.subject.kind, "id": event.subject.id}
    document: dict[str, Any] = {
        "v": VERSION,
        "type": event.type,
        "at": stamp(event.at),
        "org": event.org or None,
        "actor": event.actor.commitment if event.actor else None,
        "subject": subject | _present(event.subject, ("version", "digest")),
        "prev": previous,
    }
    document |= _present(event, OPTIONAL)
    if rows is not None:
        document["rows"] = rows
    if event.demo:
        document["demo"] = True
    octets = _canonical.encode(document).encode()
    if len(octets) > MAX_OCTETS:
        raise EntryTooLong(octets=len(octets), most=MAX_OCTETS)
    return octets


def seal_entry(inner: bytes) -> tuple[bytes, Concealed]:
    """The sealed entry that stands in the log for an inner one, and the opening of it."""
    opening = seal("entry", inner.decode())
    return sealed_entry(opening.commitment).encode(), opening


def decode(octets: bytes | str) -> dict[str, Any]:
    """The members of an entry."""
    members: dict[str, Any] = json.loads(octets)
    return members


def is_sealed(octets: bytes) -> bool:
    """Whether an entry is a commitment alone. That its opening was erased does not make it less so."""
    return bool(decode(octets)["type"] == SEALED)


def _present(source: object, names: Any) -> dict[str, Any]:
    """The named attributes that are set."""
    found = ((name, getattr(source, name)) for name in names)
    return {name: value for name, value in found if value is not None}
