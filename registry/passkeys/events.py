"""What the log says about passkeys, rosters and organisations' keys: digests alone, never a key or a name."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class PasskeyEnrolled(Event):
    """A person enrolled a passkey at `org`; `evidence` is the digest of its credential id."""

    type: ClassVar[str] = "passkey.enrolled"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence"})


@dataclass(frozen=True, kw_only=True)
class PasskeyEnded(Event):
    """A passkey stopped counting for anything new."""

    type: ClassVar[str] = "passkey.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence"})


@dataclass(frozen=True, kw_only=True)
class RosterSigned(Event):
    """`org` vouches for the passkeys of its approvers; `evidence` digests what signed the roster."""

    type: ClassVar[str] = "roster.signed"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence"})


@dataclass(frozen=True, kw_only=True)
class KeyProposed(Event):
    """A key of `org` was proposed; the reason code says whether as the first one or in place of another."""

    type: ClassVar[str] = "organisation_key.proposed"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class KeyCountersigned(Event):
    """`org` countersigned the key of `party`; `evidence` is the digest of its signature."""

    type: ClassVar[str] = "organisation_key.countersigned"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "party"})


@dataclass(frozen=True, kw_only=True)
class KeyRegistered(Event):
    """The key of `org` counts from here on: it stands on its own domain and two partners countersigned it."""

    type: ClassVar[str] = "organisation_key.registered"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class KeyWithdrawn(Event):
    """`org` took back a proposed key before it counted."""

    type: ClassVar[str] = "organisation_key.withdrawn"
