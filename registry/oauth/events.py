"""What the log says about clients."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class ClientRegistered(Event):
    """A client may ask for tokens; `party` is the organisation it speaks for, if any."""

    type: ClassVar[str] = "client.registered"
    permits: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class ClientRevoked(Event):
    """A client may not ask for tokens any more, and those it has are refused."""

    type: ClassVar[str] = "client.revoked"
    permits: ClassVar[frozenset[str]] = frozenset({"party"})
