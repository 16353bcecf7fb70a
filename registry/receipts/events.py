"""What the main log says of receipts: the key they are signed with, and the root of each hour."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event
from registry.verification import receipt

KIND_OF_KEY, KIND_OF_ROOT, SUBJECT = "receipt-key", "decision-log", "decisions"
"""What these entries are about: always the same, so that each names the one before it."""


@dataclass(frozen=True, kw_only=True)
class ReceiptKeyIntroduced(Event):
    """Receipts, and the checkpoints of their log, are signed with this key from now on. The system's act."""

    type: ClassVar[str] = receipt.KEY_INTRODUCED
    requires: ClassVar[frozenset[str]] = frozenset({"new_key"})


@dataclass(frozen=True, kw_only=True)
class DecisionsRooted(Event):
    """The log of receipts has this root, its subject's digest, at the hour `until`. The system's act.

    Neither how many receipts there are nor how large that log is can be told from it.
    """

    type: ClassVar[str] = receipt.ROOTED
    requires: ClassVar[frozenset[str]] = frozenset({"until"})
