"""What the log says of agreements. The table of fields is in `docs/log-entries.md`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event

POLICY = frozenset({"policy"})
INTERESTS = frozenset({"reason_code"})
ANSWERS = frozenset({"evidence", "reason_code"})
PROOF = frozenset({"evidence", "reason_code", "strength"})
"""How strongly an approval is known, what proves it, and what makes it doubtful all the same."""

PROVED = frozenset({"decision", "evidence", "role", "strength"})
"""What the first entry of an act says that a person proved to be their own, though it is no approval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementDrafted(Event):
    """A draft of a first version was made; the evidence is the text or template that it was made from."""

    type: ClassVar[str] = "agreement.drafted"
    permits: ClassVar[frozenset[str]] = frozenset({"evidence"})


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
    """A quality reviewer asked for changes. The reason code says whether they declared an interest."""

    type: ClassVar[str] = "agreement.changes_requested"
    permits: ClassVar[frozenset[str]] = INTERESTS


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReviewed(Event):
    """A quality reviewer accepted the text. The reason code says whether they declared an interest."""

    type: ClassVar[str] = "agreement.reviewed"
    permits: ClassVar[frozenset[str]] = INTERESTS


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementReady(Event):
    """Every gate that needs no signature is met: the version may be signed. The system's act."""

    type: ClassVar[str] = "agreement.ready"
    requires: ClassVar[frozenset[str]] = POLICY


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSigned(Event):
    """A body signed the frozen text in a role; `evidence` digests what proves it, where it is stronger."""

    type: ClassVar[str] = "agreement.signed"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "decision", "policy"})
    permits: ClassVar[frozenset[str]] = PROOF


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureCarried(Event):
    """A signature on the earlier text named by `evidence` counts for this one too. The system's act."""

    type: ClassVar[str] = "agreement.signature_carried"
    requires: ClassVar[frozenset[str]] = frozenset({"party", "role", "evidence", "policy"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementRefused(Event):
    """A body refused to sign in a role; `evidence` digests what proves it, where it is stronger."""

    type: ClassVar[str] = "agreement.refused"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "decision"})
    permits: ClassVar[frozenset[str]] = PROOF


@dataclass(frozen=True, kw_only=True, slots=True)
class AttestationBegun(Event):
    """A first person attested which document, signed outside, the text is; a second one must say the same."""

    type: ClassVar[str] = "agreement.attestation_begun"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementAttested(Event):
    """Two people attested a body's signature in a role, given outside; `evidence` digests what was signed."""

    type: ClassVar[str] = "agreement.attested"
    requires: ClassVar[frozenset[str]] = frozenset({"decision", "party", "role", "evidence", "policy"})
    permits: ClassVar[frozenset[str]] = frozenset({"strength"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortcomingsFound(Event):
    """Which rules would refuse a text signed outside has changed; `evidence` digests their ids.

    The system's act.
    """

    type: ClassVar[str] = "agreement.shortcomings_found"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "policy"})
    permits: ClassVar[frozenset[str]] = frozenset({"rules"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementConfirmed(Event):
    """A controller confirmed at review that the agreement goes on unchanged; its answers are the evidence."""

    type: ClassVar[str] = "agreement.confirmed"
    permits: ClassVar[frozenset[str]] = ANSWERS


@dataclass(frozen=True, kw_only=True, slots=True)
class ContinuationDoubted(Event):
    """A controller answered at review that the agreement should not go on; its answers are the evidence."""

    type: ClassVar[str] = "agreement.continuation_doubted"
    requires: ClassVar[frozenset[str]] = ANSWERS


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewCalled(Event):
    """A party called a review before its date, for the reason named."""

    type: ClassVar[str] = "agreement.review_called"
    requires: ClassVar[frozenset[str]] = frozenset({"reason_code"})


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeWasGiven(Event):
    """A party gave notice that it will leave; `effective_on` is the day from which nothing of it flows."""

    type: ClassVar[str] = "agreement.notice_given"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})
    permits: ClassVar[frozenset[str]] = PROVED | {"effective_on"}


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessionProposed(Event):
    """A further version was drafted that does no more than let a party join."""

    type: ClassVar[str] = "agreement.accession_proposed"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementArchived(Event):
    """A version that is over left the register after its retention; its log entries stay."""

    type: ClassVar[str] = "agreement.archived"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementWithdrawn(Event):
    """The author's organisation withdrew a version that was not in force."""

    type: ClassVar[str] = "agreement.withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyLeft(Event):
    """A party ended the agreement for itself; the reason code says whether its notice had run out."""

    type: ClassVar[str] = "agreement.party_left"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})
    permits: ClassVar[frozenset[str]] = PROVED | {"reason_code"}


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
    """A body suspended a flow, or the registry did, under the rule that the reason code names."""

    type: ClassVar[str] = "flow.suspended"
    permits: ClassVar[frozenset[str]] = PROVED | {"reason_code"}


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowResumed(FlowEvent):
    """A body lifted its suspension of a flow, or the registry did, as no rule demands it any more."""

    type: ClassVar[str] = "flow.resumed"
    permits: ClassVar[frozenset[str]] = PROVED


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowLiftAsked(FlowEvent):
    """One person asked to lift a suspension; a second one must repeat it."""

    type: ClassVar[str] = "flow.lift_asked"
    permits: ClassVar[frozenset[str]] = PROVED


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowBlocked(FlowEvent):
    """The `rules` that block a live flow have changed, or the day from which ET-01 will. The system's act."""

    type: ClassVar[str] = "flow.blocked"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "policy"})
    permits: ClassVar[frozenset[str]] = frozenset({"rules", "effective_on"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowDegraded(FlowEvent):
    """A live flow goes on with a warning: the reason code names a rule it does not meet. The system's act."""

    type: ClassVar[str] = "flow.degraded"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "reason_code"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowRestored(FlowEvent):
    """A flow meets a rule again of which it was warned, or for which it stopped. The system's act."""

    type: ClassVar[str] = "flow.restored"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "reason_code"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowEnded(FlowEvent):
    """A flow ended; the reason code says by what."""

    type: ClassVar[str] = "flow.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"flow", "reason_code"})


def rule_codes(rules: Iterable[str]) -> str:
    """Rules as an entry names them: their ids in lower case, in order, a comma between."""
    return ",".join(rules).lower()


def rules_named(codes: str) -> tuple[str, ...]:
    """The rules that an entry names so."""
    return tuple(codes.upper().split(",")) if codes else ()


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
