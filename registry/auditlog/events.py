"""What the log can say: the base of every event, and the forms its fields may have.

An event holds organisations, roles, kinds, references, digests and commitments. No field takes a name, a
contact or a sentence: each has a pattern, and what does not fit it is a bug that never reaches the log.
A feature's `events.py` subclasses `Event` and says no more than its type and the optional fields it has.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from registry.verification.commitments import Concealed

_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_ORGANISATION = re.compile(r"[a-z]+:[A-Za-z0-9._-]{1,64}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_VERIFIER_KEY = re.compile(r"[!-*,-~]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44,1752}={0,2}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RULE = r"[a-z]{2,4}-[0-9]{2}(?:-[a-z0-9]{1,16})?"
_RULES = re.compile(rf"(?:{_RULE}(?:,{_RULE})*)?", re.ASCII)
_ORGANISATIONS = re.compile(rf"{_ORGANISATION.pattern}(?:,{_ORGANISATION.pattern})*")
_NATIONS = re.compile(r"E?W?S?N?")
_MAX_VERSION = 2**31 - 1

OPTIONAL: dict[str, re.Pattern[str]] = {
    "decision": _CODE,
    "policy": _DIGEST,
    "evidence": _DIGEST,
    "role": _CODE,
    "flow": _REFERENCE,
    "party": _ORGANISATION,
    "reason_code": _CODE,
    "strength": _CODE,
    "old_key": _VERIFIER_KEY,
    "new_key": _VERIFIER_KEY,
    "until": _INSTANT,
    "rules": _RULES,
    "effective_on": _DAY,
    "agreement": _REFERENCE,
    "aliases": _ORGANISATIONS,
    "kind": _CODE,
    "nations": _NATIONS,
}
"""The optional fields of an entry and the form of each."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: one version of an agreement, an assessment, a role, ...

    `digest` is that of the subject's content at that moment, salted (`sha256:` and 64 hexadecimal digits).
    """

    kind: str
    id: str
    version: int | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        _check("subject kind", self.kind, _CODE)
        _check("subject id", self.id, _REFERENCE)
        _check("subject digest", self.digest, _DIGEST)
        if self.version is not None and not 1 <= self.version <= _MAX_VERSION:
            raise ValueError(f"not a version: {self.version}")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. `org` is the organisation that did it, empty for the registry itself.

    `actor` is what `conceal` makes of the caller. `requires` and `permits` name the optional fields that an
    event of this type must and may carry; `demo` marks the history that the demo loader made.
    """

    type: ClassVar[str]
    requires: ClassVar[frozenset[str]] = frozenset()
    permits: ClassVar[frozenset[str]] = frozenset()

    at: datetime
    org: str
    actor: Concealed | None
    subject: Subject
    decision: str | None = None
    policy: str | None = None
    evidence: str | None = None
    role: str | None = None
    flow: str | None = None
    party: str | None = None
    reason_code: str | None = None
    strength: str | None = None
    old_key: str | None = None
    new_key: str | None = None
    until: str | None = None
    rules: str | None = None
    effective_on: str | None = None
    agreement: str | None = None
    aliases: str | None = None
    kind: str | None = None
    nations: str | None = None
    demo: bool = False

    def __post_init__(self) -> None:
        _check("org", self.org or None, _ORGANISATION)
        for name, pattern in OPTIONAL.items():
            _check(name, getattr(self, name), pattern)
        given = {name for name in OPTIONAL if getattr(self, name) is not None}
        if missing := self.requires - given:
            raise ValueError(f"{self.type} needs {', '.join(sorted(missing))}")
        if foreign := given - self.requires - self.permits:
            raise ValueError(f"{self.type} has no {', '.join(sorted(foreign))}")


@dataclass(frozen=True, kw_only=True)
class OpeningErased(Event):
    """What a commitment stands for was erased; the subject is `<index>:<field>`. The system's act."""

    type: ClassVar[str] = "opening.erased"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class KeyRotated(Event):
    """A key of the log is followed by another; both sign up to an instant. The system's act."""

    type: ClassVar[str] = "key.rotated"
    requires: ClassVar[frozenset[str]] = frozenset({"new_key", "until"})
    permits: ClassVar[frozenset[str]] = frozenset({"old_key"})


@dataclass(frozen=True, kw_only=True)
class RowsRestated(Event):
    """The operator answers for rows as they are now, which differed from the log. The system's act."""

    type: ClassVar[str] = "rows.restated"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


def event_types() -> list[type[Event]]:
    """Every event class that has been imported, in order of type."""
    found: dict[str, type[Event]] = {}
    waiting = [Event]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= {event.type: event for event in below if hasattr(event, "type")}
    return [found[name] for name in sorted(found)]


def _check(name: str, value: str | None, pattern: re.Pattern[str]) -> None:
    """Refuse a value that has not the form of its field."""
    if value is not None and pattern.fullmatch(value) is None:
        raise ValueError(f"not the form of {name}: {value!r}")
