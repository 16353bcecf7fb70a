"""What the log says of erasures, besides `opening.erased`: who decided them. Both are sealed."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """A first person asked that an opening be erased; a second one must confirm it."""

    type: ClassVar[str] = "opening.erasure_asked"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class ErasureConfirmed(Event):
    """A second person confirmed that an opening be erased."""

    type: ClassVar[str] = "opening.erasure_confirmed"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})
