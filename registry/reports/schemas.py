"""What goes over the wire of reports: one line a fact, the same in JSON and CSV."""

from datetime import date

from pydantic import BaseModel


class ApprovalLine(BaseModel):
    """One approval: of an agreement, or of an assessment, whose id `ref` then is.

    `person` is a name for this report alone; `seconds` is null where nothing was recorded.

    `since` says from when the seconds count: `possible`, the instant at which the act could first be done, or
    `previous-act`, the same person's approval before it.
    """

    ref: str
    version: int
    act: str
    organisation: str
    person: str
    approved: bool
    at: str
    seconds: int | None
    since: str
    quick: bool


class PairLine(BaseModel):
    """Two people each of whom approved everything that the other wrote, and how many texts each way."""

    first: str
    second: str
    first_approved: int
    second_approved: int


class ApprovalsOut(BaseModel):
    """The approvals of one organisation's people, the quick ones marked, and the pairs who always agree."""

    quick_seconds: int
    approvals: list[ApprovalLine]
    pairs: list[PairLine]


class SignatureLine(BaseModel):
    """One signature that a version asks for: days from submission to it, or how long it is waited for."""

    ref: str
    version: int
    status: str
    organisation: str
    role: str
    decision: str
    submitted_at: str
    ready_at: str
    answered_at: str
    days_from_submission: float | None
    days_waiting: float | None
    blocking: bool


class TimeToSignOut(BaseModel):
    """The signatures of one organisation's agreements; `next` is the cursor of the following page."""

    results: list[SignatureLine]
    next: str | None


class OverdueLine(BaseModel):
    """A version in force whose review is overdue; flows that rest for it, and those that go on, warned."""

    ref: str
    version: int
    status: str
    review_on: date
    days_overdue: int
    expires_on: date
    flows_stopped: list[str]
    flows_warned: list[str]


class OverdueOut(BaseModel):
    """The overdue reviews of one organisation's agreements; `next` is the cursor of the following page."""

    results: list[OverdueLine]
    next: str | None
