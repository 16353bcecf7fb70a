"""What the log says of an approval and of what it rests on: entries, and the documents that they name."""

from dataclasses import dataclass
from typing import Any, Protocol

from registry.tlog.faults import Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.proof import Proof
from registry.verification.commitments import sealed_entry
from registry.verification.openings import Opening
from registry.verification.spelling import digest, read_json

LogKeys = tuple[VerifierKey, ...]
"""The keys of the one log that everything is proved by, all under its origin; at least one."""

Members = dict[str, Any]


class Entry(Protocol):
    """An entry of the log that can be read."""

    @property
    def index(self) -> int:
        """Where it stands in the log. True once it has been checked."""
        ...

    def check(self, log: LogKeys) -> Members:
        """Check that the log of these keys holds the entry; return its members (of a sealed one the inner).

        Raises:
            Malformed: a part cannot be read.
            Unproved: the proof or the opening does not hold.
        """
        ...


@dataclass(frozen=True, slots=True)
class Logged:
    """A log entry as a case file holds it: the leaf, its proof, and what opens it where it is sealed."""

    leaf: bytes
    proof: Proof
    opening: Opening | None = None

    @property
    def index(self) -> int:
        """See `Entry`."""
        return self.proof.index

    def check(self, log: LogKeys) -> Members:
        """See `Entry`."""
        self.proof.check(self.leaf, *log)
        if self.opening is None:
            return read_json(self.leaf)
        if self.opening.index != self.index or self.leaf != sealed_entry(self.opening.commitment()).encode():
            raise Unproved("the opening is another entry's")
        return read_json(self.opening.value.encode())


@dataclass(frozen=True, slots=True)
class Counted:
    """A log entry as a full export holds it: its part in the tree is checked with all others."""

    index: int
    members: Members

    def check(self, log: LogKeys) -> Members:
        """See `Entry`."""
        return self.members


@dataclass(frozen=True, slots=True)
class Recorded:
    """A document of the organisation (a key, a roster), the evidence for it, and the entry about both."""

    logged: Entry
    document: bytes
    evidence: bytes

    def check(self, log: LogKeys, kind: str) -> tuple[Members, Members]:
        """Check that the entry is about this document and this evidence; return entry and evidence.

        Raises:
            Malformed: a part cannot be read.
            Unproved: the proof does not hold, or the entry is about something else.
        """
        entry = self.logged.check(log)
        named = entry["type"], entry["subject"].get("digest"), entry.get("evidence")
        if named != (kind, digest(self.document), digest(self.evidence)):
            raise Unproved(f"the entry at {self.logged.index} is not about this document")
        return entry, read_json(self.evidence)


@dataclass(frozen=True, slots=True)
class Lent:
    """The document of a delegation, and the entry by which it was given."""

    logged: Entry
    document: bytes

    def check(self, log: LogKeys) -> tuple[Members, Members]:
        """Check that the entry gave this very delegation; return entry and document.

        Raises:
            Malformed: a part cannot be read.
            Unproved: the proof does not hold, or the entry is about something else.
        """
        entry = self.logged.check(log)
        if (entry["type"], entry["subject"].get("digest")) != (GIVEN, digest(self.document)):
            raise Unproved(f"the entry at {self.logged.index} does not give this delegation")
        return entry, read_json(self.document)


GIVEN, ROSTERED, REGISTERED = "delegation.given", "roster.signed", "organisation_key.registered"
VOUCHING = frozenset({GIVEN, ROSTERED, REGISTERED})
"""Entries about what approvals rest on. They stand in a case beside those about its agreement."""
