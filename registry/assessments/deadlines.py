"""When the regulator must have replied, a DPIA is due for review, a tool must have shown its effect."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from registry.assessments.approval import Approval
from registry.policy.clocks import AssessmentClocks, ConsultationClock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyClock:
    """The regulator's time on one day. `days_left` is below 0 once it is over; None after the reply."""

    due_on: date
    extended_due_on: date
    days_left: int | None
    overdue: bool
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClock:
    """How an approval stands in time: `current`, `called` (someone asked for a review), `due` or `lapsed`."""

    state: str
    age_days: int
    due_on: date
    lapses_on: date
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectClock:
    """The review of what a tool achieved: `reviewed`, `waiting` or `due`."""

    state: str
    due_on: date


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def reply_clock(
    clock: ConsultationClock,
    *,
    submitted_on: date,
    extended_on: date | None,
    replied_on: date | None,
    today: date,
) -> ReplyClock:
    """The clock of one consultation (UK GDPR Article 36(2); DPA 2018 s.65)."""
    due_on = submitted_on + timedelta(weeks=clock.weeks)
    extended_due_on = months_after(due_on, clock.extension_months) + timedelta(weeks=clock.extension_weeks)
    last = due_on if extended_on is None else extended_due_on
    open_ = replied_on is None
    return ReplyClock(
        due_on=due_on,
        extended_due_on=extended_due_on,
        days_left=(last - today).days if open_ else None,
        overdue=open_ and last < today,
        cite=clock.cite,
    )


def review_clock(clocks: AssessmentClocks, approval: Approval, today: date) -> ReviewClock | None:
    """How an approval stands on a day (UK GDPR Article 35(11)); None where there is none."""
    begins = approval.looked_at_on
    if begins is None:
        return None
    due_on = months_after(begins, clocks.review.dpia_due_months)
    lapses_on = months_after(begins, clocks.review.dpia_lapsed_months)
    if today > lapses_on:
        state = "lapsed"
    elif approval.open_reviews:
        state = "called"
    else:
        state = "due" if today > due_on else "current"
    return ReviewClock(
        state=state,
        age_days=(today - begins).days,
        due_on=due_on,
        lapses_on=lapses_on,
        triggers=approval.open_reviews,
    )


def effect_clock(clocks: AssessmentClocks, approval: Approval, today: date) -> EffectClock | None:
    """When the effect of a tool that was rolled out is to be reviewed; None before that."""
    if approval.rolled_out_on is None:
        return None
    due_on = months_after(approval.rolled_out_on, clocks.review.effect_months)
    if approval.effect_reviewed_on is not None:
        return EffectClock(state="reviewed", due_on=due_on)
    return EffectClock(state="due" if today >= due_on else "waiting", due_on=due_on)
