"""What refuses a record, when its clocks run out, and which tasks the state of things calls for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from registry.errors import Conflict, Forbidden, NotFound

Severity = Literal["low", "medium", "high", "severe"]

SEVERE = frozenset({"high", "severe"})
"""Severities that rule BR-01 looks at."""

USES_BEFORE_AGREEMENT = 3
"""Emergency decisions of one pair for one purpose after which an agreement is proposed (DOMAIN 7.4)."""


class NoSuchRecord(NotFound):
    """There is no record or agreement under this id, or none the caller may see."""

    code = "no-such-record"


class RecordMayNot(Forbidden):
    """The caller's roles, scopes and organisation do not allow this action on this record."""

    code = "record-may-not"


class WrongRecordStatus(Conflict):
    """The record is not in a status in which this can be done; `status_now` says in which it is."""

    code = "wrong-record-status"

    def extensions(self) -> dict[str, Any]:
        """The present status."""
        return {"status_now": self.facts["status"]}


class ClockStillRuns(Conflict):
    """The partners or the regulator have not been told of the incident yet: it cannot be closed."""

    code = "clock-still-runs"


class FlowNotYours(Forbidden):
    """The caller's organisation is no end of the flow whose disclosures it reports."""

    code = "flow-not-yours"


class AlreadyReported(Conflict):
    """The organisation has reported the disclosures of this evaluation before."""

    code = "disclosures-already-reported"


class RecorderReviews(Forbidden):
    """Whoever recorded an emergency decision does not review it."""

    code = "recorder-reviews"


class WordsErased(Conflict):
    """The words of the emergency decision were erased when their retention was over."""

    code = "words-erased"


class RetentionRuns(Conflict):
    """The words of the emergency decision are evidence until the last day of their retention."""

    code = "retention-runs"


class TaskEndsItself(Conflict):
    """The task is done when what it asks for is done; nobody ticks it off."""

    code = "task-ends-itself"


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """A task that the state of things calls for: one organisation, one role, one thing, one day."""

    organisation: str
    role: str
    kind: str
    subject_kind: str
    subject: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Running:
    """A clock: when it runs out, and when it was met."""

    due_at: datetime | None
    met_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it ran out before it was met."""
        return self.due_at is not None and self.due_at < (self.met_at or now)

    @property
    def is_open(self) -> bool:
        """Whether it still has to be met."""
        return self.due_at is not None and self.met_at is None


TICKED_OFF = frozenset({"break-glass-record", "duty-alert", "propose-agreement"})
"""Kinds of task that a person ticks off. Every other ends when what it asks for is done."""

LASTING = frozenset({"propose-agreement", "webhook-disabled"})
"""Kinds of task that the daily pass never ends: what called for them is over at once, or ends them itself."""


def check_status(status: str, *allowed: str) -> None:
    """Refuse an act that the status does not allow.

    Raises:
        WrongRecordStatus: naming the present one.
    """
    if status not in allowed:
        raise WrongRecordStatus(status=status)


def check_told(*clocks: Running) -> None:
    """Refuse to close an incident of which someone has still to be told.

    Raises:
        ClockStillRuns: a clock has not been met.
    """
    if any(clock.is_open for clock in clocks):
        raise ClockStillRuns


def check_reviewer(recorder: str | None, reviewer: str | None) -> None:
    """Keep recorder and reviewer apart.

    Raises:
        RecorderReviews: they are one person.
    """
    if reviewer is not None and recorder == reviewer:
        raise RecorderReviews


def check_kept(until: date, today: date) -> None:
    """Refuse to erase words before they have been kept long enough.

    Raises:
        RetentionRuns: naming the last day on which they are kept.
    """
    if today <= until:
        raise RetentionRuns(until=until.isoformat())


def check_ticked_off(kind: str) -> None:
    """Refuse to tick off a task that ends with its cause.

    Raises:
        TaskEndsItself: naming its kind.
    """
    if kind not in TICKED_OFF:
        raise TaskEndsItself(kind=kind)


def review_kind(review_on: date, today: date, *, soon: date) -> str:
    """Which reminder a review date calls for: three months ahead, one month ahead, overdue."""
    if review_on < today:
        return "review-overdue"
    return "review-in-1-month" if review_on <= soon else "review-in-3-months"
