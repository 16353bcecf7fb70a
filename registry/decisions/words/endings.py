"""What would end a permit first: a clause of its agreement, or a rule that time will bring to bear on it."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from registry import clock
from registry.decisions.flows.compiling import LAPSED, NEVER, Flow
from registry.policy import Lifecycle

OVERDUE = "RV-03"
"""The rule by which a review that is long overdue stops a flow that protects nobody."""

DAY = timedelta(days=1)


class Ending(NamedTuple):
    """What ends a flow: its last London day, by which clause, under which rule (empty: the text's own)."""

    last_day: date
    clause: str
    rule: str = ""


def first_ending(flow: Flow, lifecycle: Lifecycle) -> Ending:
    """The ending that comes first, if nobody acts before. Every flow expires at last."""
    return min(_endings(flow, lifecycle), key=lambda ending: ending.last_day)


def _endings(flow: Flow, lifecycle: Lifecycle) -> list[Ending]:
    told = flow.told
    last_day = _day_before(flow.ends_at)
    is_left = told.leaves_on is not None and told.leaves_on - DAY == last_day
    endings = [Ending(last_day, "notice" if is_left else "expiry")]
    if flow.blocked_at < NEVER:
        endings.append(Ending(_day_before(flow.blocked_at), "approval", LAPSED))
    if told.review_on and not told.protective:
        endings.append(Ending(lifecycle.stops_on(told.review_on) - DAY, "review", OVERDUE))
    return endings


def _day_before(seconds: float) -> date:
    """The London day before the one that begins at an instant."""
    return clock.london_day(datetime.fromtimestamp(seconds, UTC)) - DAY
