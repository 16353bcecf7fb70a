"""What the log says of calendar addresses. Days are read without a trace, as the register is."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class CalendarOpened(Event):
    """A person was given an address at which a calendar program reads the days of `org`."""

    type: ClassVar[str] = "calendar.opened"


@dataclass(frozen=True, kw_only=True)
class CalendarRevoked(Event):
    """A person took an address of a calendar back: nothing is read there any more."""

    type: ClassVar[str] = "calendar.revoked"
