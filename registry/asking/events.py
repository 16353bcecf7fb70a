"""What the log says of grants to ask."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class AskingGranted(Event):
    """`org` let a partner system of `party` ask for it; the digest is that of who, and on which days."""

    type: ClassVar[str] = "asking.granted"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class AskingEnded(Event):
    """A grant to ask ended before its last day; `party` is the body whose partner system had it."""

    type: ClassVar[str] = "asking.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})
