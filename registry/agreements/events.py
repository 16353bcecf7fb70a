"""What the log says of agreements. The table of fields is in `docs/log-entries.md`."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event

POLICY = frozenset({"policy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementDrafted(Event):
    """A draft of a first version was made."""

    type: ClassVar[str] = "agreement.drafted"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementEdited(Event):
    """The text of a draft was replaced."""

    type: ClassVar[str] = "agreement.edited"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementAmended(Event):
    """A draft of a further version was made from the present one."""

    type: ClassVar[str] = "agreement.amended"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSubmitted(Event):
    """The text was frozen and every gate of stage submit was met under the policy set named."""

    type: ClassVar[str] = "agreement.submitted"
    requires: ClassVar[frozenset[str]] = POLICY


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesRequested(Event):
    """A quality reviewer asked for changes."""

    type: ClassVar[str] = "agreement.changes_requested"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReviewed(Event):
    """A quality reviewer accepted the text."""

    type: ClassVar[str] = "agreement.reviewed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReady(Event):
    """Every gate that needs no signature is met: the version may be signed. The system's act."""

    type: ClassVar[str] = "agreement.ready"
    requires: ClassVar[frozenset[str]] = POLICY


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSigned(Event):
    """A body signed the frozen text in a role."""

    type: ClassVar[str] = "agreement.signed"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "decision", "policy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementRefused(Event):
    """A body refused to sign in a role."""

    type: ClassVar[str] = "agreement.refused"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "decision"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementConfirmed(Event):
    """A controller confirmed at review that the agreement goes on unchanged."""

    type: ClassVar[str] = "agreement.confirmed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementWithdrawn(Event):
    """The author's organisation withdrew a version that was not in force."""

    type: ClassVar[str] = "agreement.withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyLeft(Event):
    """A party ended the agreement for itself."""

    type: ClassVar[str] = "agreement.party_left"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementRejected(Event):
    """A refusal ended a version of which no flow had been live. The system's act."""

    type: ClassVar[str] = "agreement.rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementExecuted(Event):
    """Every signature is there and no flow is live yet. The system's act."""

    type: ClassVar[str] = "agreement.executed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementActivated(Event):
    """The first flow went live. The system's act."""

    type: ClassVar[str] = "agreement.activated"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewStarted(Event):
    """The review date is near. The system's act."""

    type: ClassVar[str] = "agreement.review_started"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSuspended(Event):
    """No flow is live and at least one is suspended. The system's act."""

    type: ClassVar[str] = "agreement.suspended"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementResumed(Event):
    """A flow is live again. The system's act."""

    type: ClassVar[str] = "agreement.resumed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSuperseded(Event):
    """A newer version is in force. The system's act."""

    type: ClassVar[str] = "agreement.superseded"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementExpired(Event):
    """The last day is over. The system's act."""

    type: ClassVar[str] = "agreement.expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementTerminated(Event):
    """No flow is left. The system's act."""

    type: ClassVar[str] = "agreement.terminated"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowEvent(Event):
    """Something happened to one flow of a version."""

    requires: ClassVar[frozenset[str]] = frozenset({"flow"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowLive(FlowEvent):
    """A flow went live: its own parties have signed, its start has come, no gate blocks. The system's act."""

    type: ClassVar[str] = "flow.live"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "policy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowSuspended(FlowEvent):
    """A body suspended a flow."""

    type: ClassVar[str] = "flow.suspended"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowResumed(FlowEvent):
    """A body lifted its suspension of a flow."""

    type: ClassVar[str] = "flow.resumed"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowLiftAsked(FlowEvent):
    """One person asked to lift a suspension; a second one must repeat it."""

    type: ClassVar[str] = "flow.lift_asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowBlocked(FlowEvent):
    """What blocks a live flow, or from which day on, has changed. The system's act."""

    type: ClassVar[str] = "flow.blocked"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "policy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowEnded(FlowEvent):
    """A flow ended; the reason code says by what."""

    type: ClassVar[str] = "flow.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "reason_code"})


SYSTEM_EVENTS: dict[str, type[Event]] = {
    event.type: event
    for event in (
        AgreementReady,
        AgreementRejected,
        AgreementExecuted,
        AgreementActivated,
        ReviewStarted,
        AgreementSuspended,
        AgreementResumed,
        AgreementSuperseded,
        AgreementExpired,
        AgreementTerminated,
    )
}
"""The events of the system's transitions, by the name the transition table gives them."""
