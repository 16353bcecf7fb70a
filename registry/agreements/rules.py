"""What may happen to an agreement: statuses, the transition table, flows. Values in, values out.

Two things move. A *version* has a status: how far this text has come, from draft to its end. A *flow* of that
version has a state: whether data may move along it now. A flow goes live when its own parties have signed,
its start has come and no activation gate blocks it; the first live flow makes the version active, and an
active version still takes the signatures that are missing. Status is reachable through `TRANSITIONS` alone,
on every route: page, API, import, command, daily pass.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from registry.errors import Conflict, Forbidden, NotFound
from registry.policy import Unmet


class Status(StrEnum):
    """How far a version has come (DOMAIN 3.5)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    ASSESSMENTS_PENDING = "assessments_pending"
    READY_TO_SIGN = "ready_to_sign"
    PART_SIGNED = "part_signed"
    EXECUTED = "executed"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    ARCHIVED = "archived"


class FlowState(StrEnum):
    """Whether data may move along a flow."""

    WAITING = "waiting"
    LIVE = "live"
    SUSPENDED = "suspended"
    ENDED = "ended"


S = Status
Role = Literal["author", "reviewer", "signer", "suspender", "party", "records_manager", "system"]

EDITABLE = frozenset({S.DRAFT, S.CHANGES_REQUESTED})
SIGNABLE = frozenset({S.READY_TO_SIGN, S.PART_SIGNED, S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED})
IN_FORCE = frozenset({S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED})
BEFORE_FORCE = frozenset(
    {
        S.DRAFT,
        S.IN_REVIEW,
        S.CHANGES_REQUESTED,
        S.ASSESSMENTS_PENDING,
        S.READY_TO_SIGN,
        S.PART_SIGNED,
        S.EXECUTED,
    }
)
SIGNED = frozenset(
    {S.EXECUTED, S.ACTIVE, S.UNDER_REVIEW, S.SUSPENDED, S.EXPIRED, S.TERMINATED, S.SUPERSEDED, S.ARCHIVED}
)
"""From here on a partner system may know of a version (`policies/access`); before, people only."""
OVER = frozenset({S.EXPIRED, S.TERMINATED, S.SUPERSEDED, S.WITHDRAWN, S.REJECTED, S.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from which status, by which action of which role, under which guard, to which."""

    source: Status
    action: str
    role: Role
    guard: str
    target: Status
    event: str


def _rows(
    sources: Collection[Status], action: str, role: Role, guard: str, target: Status, event: str
) -> tuple[Transition, ...]:
    return tuple(
        Transition(source, action, role, guard, target, f"agreement.{event}") for source in sorted(sources)
    )


TRANSITIONS: tuple[Transition, ...] = (
    *_rows(EDITABLE, "submit", "author", "gates of stage submit", S.IN_REVIEW, "submitted"),
    *_rows({S.IN_REVIEW}, "accept", "reviewer", "not an author", S.ASSESSMENTS_PENDING, "reviewed"),
    *_rows(
        {S.IN_REVIEW}, "request_changes", "reviewer", "comments", S.CHANGES_REQUESTED, "changes_requested"
    ),
    *_rows(
        {S.ASSESSMENTS_PENDING},
        "clear",
        "system",
        "gates of stages submit and activate, signatures left out",
        S.READY_TO_SIGN,
        "ready",
    ),
    *_rows({S.DRAFT}, "attest", "signer", "two people, one no author", S.EXECUTED, "attested"),
    *_rows({S.READY_TO_SIGN}, "sign", "signer", "gates of stage sign", S.PART_SIGNED, "signed"),
    *_rows({S.READY_TO_SIGN, S.PART_SIGNED}, "complete", "system", "all signed", S.EXECUTED, "executed"),
    *_rows(
        {S.READY_TO_SIGN, S.PART_SIGNED, S.EXECUTED},
        "go_live",
        "system",
        "a flow is live",
        S.ACTIVE,
        "activated",
    ),
    *_rows({S.READY_TO_SIGN, S.PART_SIGNED}, "refuse", "signer", "no flow is live", S.REJECTED, "rejected"),
    *_rows(
        {S.ACTIVE}, "start_review", "system", "review date within 90 days", S.UNDER_REVIEW, "review_started"
    ),
    *_rows({S.ACTIVE}, "call_review", "party", "a trigger", S.UNDER_REVIEW, "review_called"),
    *_rows({S.UNDER_REVIEW}, "confirm", "reviewer", "every controller", S.ACTIVE, "confirmed"),
    *_rows({S.SUSPENDED}, "confirm", "reviewer", "every controller", S.SUSPENDED, "confirmed"),
    *_rows(IN_FORCE, "supersede", "system", "new version in force", S.SUPERSEDED, "superseded"),
    *_rows(
        {S.ACTIVE, S.UNDER_REVIEW},
        "suspend",
        "suspender",
        "no flow is live, one is suspended",
        S.SUSPENDED,
        "suspended",
    ),
    *_rows({S.SUSPENDED}, "resume", "suspender", "a flow is live again", S.ACTIVE, "resumed"),
    *_rows(
        IN_FORCE | {S.EXECUTED, S.PART_SIGNED, S.READY_TO_SIGN},
        "expire",
        "system",
        "expiry day over, and in force the days of grace",
        S.EXPIRED,
        "expired",
    ),
    *_rows(IN_FORCE, "terminate", "party", "no flow is left", S.TERMINATED, "terminated"),
    *_rows(BEFORE_FORCE, "withdraw", "author", "reason", S.WITHDRAWN, "withdrawn"),
    *_rows(OVER - {S.ARCHIVED}, "archive", "records_manager", "retention rule", S.ARCHIVED, "archived"),
)

NEXT: dict[tuple[Status, str], Transition] = {(row.source, row.action): row for row in TRANSITIONS}

FLOW_TRANSITIONS: dict[tuple[FlowState, str], FlowState] = {
    (FlowState.WAITING, "go_live"): FlowState.LIVE,
    (FlowState.WAITING, "end"): FlowState.ENDED,
    (FlowState.LIVE, "suspend"): FlowState.SUSPENDED,
    (FlowState.LIVE, "end"): FlowState.ENDED,
    (FlowState.SUSPENDED, "resume"): FlowState.LIVE,
    (FlowState.SUSPENDED, "end"): FlowState.ENDED,
}


class NoSuchAgreement(NotFound):
    """There is no agreement under this reference, or none the caller may see."""

    code = "no-such-agreement"


class WrongStatus(Conflict):
    """The version is not in a status in which this can be done; `status` says in which it is."""

    code = "wrong-status"

    def extensions(self) -> dict[str, Any]:
        """The present status."""
        return {"status_now": self.facts["status"]}


class MayNot(Forbidden):
    """The caller's roles and organisation do not allow this action."""

    code = "may-not"


class NotYourOrganisation(Forbidden):
    """The caller named another organisation than the one the token speaks for."""

    code = "not-your-organisation"


class NotASigner(Forbidden):
    """This version does not ask the named organisation for a signature in this role."""

    code = "not-a-signer"


class AlreadySigned(Conflict):
    """This organisation has already signed or refused this version in this role."""

    code = "already-signed"


class NothingToSuspend(Conflict):
    """No flow in the scope given is live, or suspended by other organisations alone."""

    code = "nothing-to-suspend"


class NothingToResume(Conflict):
    """The caller's organisation has no suspension in force in the scope given."""

    code = "nothing-to-resume"


class SecondPersonNeeded(Conflict):
    """The same person asked twice: another person of the organisation must repeat the call."""

    code = "second-person-needed"


class PeerNeeded(Conflict):
    """The text is of high risk: its quality reviewer comes from another controller than its author."""

    code = "peer-needed"


class RetentionNotOver(Conflict):
    """The version is over, but not long enough to leave the register; `until` says to which day it stays."""

    code = "retention-not-over"


class NoticeGiven(Conflict):
    """This organisation has given notice already; `effective_on` says for which day."""

    code = "notice-given"


class AttestationDiffers(Conflict):
    """The second person attests another document or other signatures than the first."""

    code = "attestation-differs"


class SignedOutside(Conflict):
    """The agreement was signed outside: at its review it is not confirmed but signed anew, here."""

    code = "signed-outside"


class NoChange(Conflict):
    """The terms sent are those of the version in force."""

    code = "no-change"


class GatesUnmet(Conflict):
    """One or more rules are not met; `unmet` tells every one, where it bites and how to put it right."""

    code = "gates-unmet"

    def __init__(self, unmet: Collection[Unmet]) -> None:
        super().__init__(count=len(unmet))
        self.unmet = tuple(unmet)

    def extensions(self) -> dict[str, Any]:
        """Every unmet rule."""
        names = ("rule", "severity", "pointer", "en", "cy", "fix_en", "fix_cy", "cite")
        return {"unmet": [{name: getattr(one, name) for name in names} for one in self.unmet]}


def move(status: Status, action: str) -> Transition:
    """The transition an action makes.

    Raises:
        WrongStatus: the table has none from this status.
    """
    transition = NEXT.get((status, action))
    if transition is None:
        raise WrongStatus(status=status.value, action=action)
    return transition


def move_flow(state: FlowState, action: str) -> FlowState:
    """The state an action brings a flow to. A missing row is a bug in the caller, not a refusal."""
    return FLOW_TRANSITIONS[state, action]


def check_status(status: Status, allowed: Collection[Status], *, action: str) -> None:
    """Refuse an action that leaves the status as it is, from a status that does not allow it.

    Raises:
        WrongStatus: `status` is not among those allowed.
    """
    if status not in allowed:
        raise WrongStatus(status=status.value, action=action)


def check_blocked(unmet: Collection[Unmet]) -> None:
    """Refuse when a rule of severity block is unmet, telling the warnings too.

    Raises:
        GatesUnmet: at least one rule blocks.
    """
    if any(one.severity == "block" for one in unmet):
        raise GatesUnmet(unmet)


def settled_transition(
    status: Status, flows: Mapping[str, FlowState], *, all_signed: bool
) -> Transition | None:
    """The system's transition that a change of flows or signatures brings about, if any.

    Args:
        status: the status before.
        flows: every flow's state after the change.
        all_signed: whether every signature that the version asks for is there.
    """
    states = set(flows.values())
    if FlowState.LIVE in states:
        wanted = {
            S.READY_TO_SIGN: "go_live",
            S.PART_SIGNED: "go_live",
            S.EXECUTED: "go_live",
            S.SUSPENDED: "resume",
        }
    elif FlowState.SUSPENDED in states:
        wanted = {S.ACTIVE: "suspend", S.UNDER_REVIEW: "suspend"}
    elif states == {FlowState.ENDED}:
        wanted = dict.fromkeys(IN_FORCE, "terminate")
    else:
        wanted = {S.READY_TO_SIGN: "complete", S.PART_SIGNED: "complete"} if all_signed else {}
    action = wanted.get(status)
    return NEXT[status, action] if action else None
