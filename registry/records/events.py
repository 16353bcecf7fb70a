"""What the log says of records. Every one of these entries is sealed (DESIGN 2.5)."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class IncidentReported(Event):
    """An incident was reported; `reason_code` is its kind, `decision` its severity."""

    type: ClassVar[str] = "incident.reported"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code", "decision"})
    permits: ClassVar[frozenset[str]] = frozenset({"flow"})


@dataclass(frozen=True, kw_only=True)
class IncidentUpdated(Event):
    """What is known of an incident changed, or somebody was told of it; `decision` is its severity."""

    type: ClassVar[str] = "incident.updated"
    requires: ClassVar[frozenset[str]] = frozenset({"decision"})


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(Event):
    """An incident was closed; `reason_code` says what it came to."""

    type: ClassVar[str] = "incident.closed"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class DisclosuresReported(Event):
    """A partner system reported how often something was disclosed under one evaluation."""

    type: ClassVar[str] = "disclosure.reported"
    requires: ClassVar[frozenset[str]] = frozenset({"flow"})


@dataclass(frozen=True, kw_only=True)
class EmergencyRecorded(Event):
    """A body recorded that it shared, or did not share, in an emergency; `party` is the recipient."""

    type: ClassVar[str] = "emergency.recorded"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "reason_code", "party"})


@dataclass(frozen=True, kw_only=True)
class EmergencyOpened(Event):
    """A partner system that asks for `party` was not told yes in an emergency. The system's act."""

    type: ClassVar[str] = "emergency.opened"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class EmergencyRead(Event):
    """The words of an emergency decision were read, in the role named."""

    type: ClassVar[str] = "emergency.read"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class EmergencyReviewed(Event):
    """An emergency decision was reviewed; `decision` is the outcome."""

    type: ClassVar[str] = "emergency.reviewed"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "role"})


@dataclass(frozen=True, kw_only=True)
class EmergencyErased(Event):
    """The words of an emergency decision were erased after their retention by two people or the system."""

    type: ClassVar[str] = "emergency.erased"


@dataclass(frozen=True, kw_only=True)
class EmergencyErasureAsked(Event):
    """A first person asked that the words of an emergency decision be erased; a second one must agree."""

    type: ClassVar[str] = "emergency.erasure_asked"


@dataclass(frozen=True, kw_only=True)
class TaskRaised(Event):
    """A task for a role of `party` was raised; `reason_code` is its kind. The system's act."""

    type: ClassVar[str] = "task.raised"
    requires: ClassVar[frozenset[str]] = frozenset({"party", "role", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class TaskDone(Event):
    """A task is done: ticked off by a person, or ended with its cause by the system."""

    type: ClassVar[str] = "task.done"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class ComplaintRecorded(Event):
    """A complaint about sharing under an agreement was received; `reason_code` is its channel."""

    type: ClassVar[str] = "complaint.recorded"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True)
class ComplaintAcknowledged(Event):
    """Receipt of a complaint was acknowledged (DPA 2018 s.164A)."""

    type: ClassVar[str] = "complaint.acknowledged"


@dataclass(frozen=True, kw_only=True)
class ComplaintClosed(Event):
    """A complaint was answered; `decision` is the outcome."""

    type: ClassVar[str] = "complaint.closed"
    requires: ClassVar[frozenset[str]] = frozenset({"decision"})


@dataclass(frozen=True, kw_only=True)
class ExitRaised(Event):
    """A recipient, `party`, has to return or destroy what it received. The system's act."""

    type: ClassVar[str] = "exit.raised"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class ExitEvidenced(Event):
    """A recipient showed what became of what it received; `evidence` is the digest of its certificate."""

    type: ClassVar[str] = "exit.evidenced"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "reason_code"})
