"""What became of an approval: what it departs from, its conditions, the reviews it is waiting for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry import clock

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """One condition of an approval, and what shows that it is met. Numbers begin with 1."""

    number: int
    text: str
    owner: str
    due_on: date | None
    met_on: date | None = None
    evidence: str = ""

    def is_overdue(self, day: date) -> bool:
        """Whether it should have been met before a London day and is not."""
        return self.met_on is None and self.due_on is not None and self.due_on < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The last approval of the present text. Without one every field is empty.

    `looked_at_on` is the day it was given, or last confirmed at a review. `departs`: it goes against the
    advice; `departure` says why.
    """

    looked_at_on: date | None = None
    departs: bool = False
    departure: str = ""
    conditions: tuple[ConditionState, ...] = ()
    open_reviews: tuple[str, ...] = ()
    rolled_out_on: date | None = None
    effect_reviewed_on: date | None = None


def approval_of(
    digest: str, decisions: Sequence[Row], follow_ups: Sequence[Row], stated: Iterable[Row]
) -> Approval:
    """The approval that acts, oldest first, leave of a text; `stated` are the conditions in that text."""
    given = [row for row in decisions if row["hash"] == digest and row["decision"].startswith("approve")]
    if not given:
        return Approval()
    last = given[-1]
    later = [row for row in follow_ups if row["hash"] == digest and row["recorded_at"] >= last["decided_at"]]
    held = _days(later, "review-held")
    return Approval(
        looked_at_on=held[-1] if held else clock.london_day(last["decided_at"]),
        departs=last["departs"],
        departure=last["departure"],
        conditions=_conditions([*stated, *last["conditions"]], later),
        open_reviews=_open_reviews(later),
        rolled_out_on=next(iter(_days(later, "rolled-out")), None),
        effect_reviewed_on=next(reversed(_days(later, "effect")), None),
    )


def _days(later: Sequence[Row], kind: str) -> list[date]:
    return [row["happened_on"] for row in later if row["kind"] == kind]


def _conditions(asked: Sequence[Row], later: Sequence[Row]) -> tuple[ConditionState, ...]:
    met = {row["number"]: row for row in later if row["kind"] == "condition-met"}
    return tuple(_condition(number, one, met.get(number)) for number, one in enumerate(asked, start=1))


def _condition(number: int, asked: Row, met: Row | None) -> ConditionState:
    due_on = asked.get("due_on")
    return ConditionState(
        number=number,
        text=asked["text"],
        owner=asked["owner"],
        due_on=date.fromisoformat(due_on) if isinstance(due_on, str) else due_on,
        met_on=met["happened_on"] if met else None,
        evidence=met["evidence"] if met else "",
    )


def _open_reviews(later: Sequence[Row]) -> tuple[str, ...]:
    """The triggers that were called since a review was last held, each once."""
    called: dict[str, None] = {}
    for row in later:
        if row["kind"] == "review-held":
            called.clear()
        elif row["kind"] == "review-called":
            called[row["code"]] = None
    return tuple(called)
