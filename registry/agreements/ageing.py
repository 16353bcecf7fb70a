"""What time and risk do to an agreement: review, notice, peers, what survives. Values in, values out."""

import calendar
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.agreements.facts import Standing
from registry.agreements.terms import Flow, Terms
from registry.policy import Lifecycle, Unmet

PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?", re.ASCII)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The rules for which the registry stops a flow, and those it goes on with as warnings."""

    stopped_by: tuple[str, ...] = ()
    warned_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surviving:
    """An obligation that binds a recipient after a flow has ended."""

    flow: str
    code: str
    params: Mapping[str, str]


def verdicts(flow: Flow, unmet: Iterable[Unmet]) -> Verdicts:
    """What the rules unmet today come to for a flow under way: one that protects someone never stops."""
    warns = {one.rule for one in unmet if one.severity == "warn"}
    stops = {one.rule for one in unmet if one.severity == "suspend"}
    if flow.protective:
        warns, stops = warns | stops, set()
    return Verdicts(tuple(sorted(stops)), tuple(sorted(warns)))


def next_look(review_on: date, today: date, lifecycle: Lifecycle) -> date | None:
    """The next day on which an overdue review changes anything."""
    days = (review_on + timedelta(days=1), lifecycle.stops_on(review_on))
    return next((day for day in days if day > today), None)


def is_high_risk(standing: Standing, lifecycle: Lifecycle) -> bool:
    """Whether it is of high risk: by its DPIA, by automation, biometrics, or sensitive data in bulk."""
    risk = lifecycle.high_risk
    by_tool = any(
        flow.automation in risk.automation or flow.biometrics in risk.biometrics
        for flow in standing.terms.flows
    )
    in_bulk = risk.sensitive_in_bulk and "large-scale-special" in standing.screening()
    return by_tool or in_bulk or standing.is_high_risk()


def is_peer(standing: Standing, author_organisation: str, organisation: str) -> bool:
    """Whether a body is another controller than the author's; where there is none, any body is."""
    others = set(standing.terms.controllers()) - {author_organisation}
    return not others or organisation in others


def notice_ends_on(terms: Terms, today: date) -> date:
    """The first day on which a party that gives notice today may have left."""
    return after(terms.governance.notice_period, today)


def after(period: str, day: date) -> date:
    """The day an ISO 8601 period later; in a month without that day, its last."""
    found = PERIOD.fullmatch(period)
    if found is None:
        return day
    weeks, years, months, days = (int(part or 0) for part in found.groups())
    year, month = divmod(day.year * MONTHS + day.month - 1 + years * MONTHS + months, MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days + 7 * weeks)


def surviving(terms: Terms, ended: Collection[str], lifecycle: Lifecycle) -> list[Surviving]:
    """The obligations that outlive flows that were live and have ended, in the order of the document."""
    return [
        Surviving(flow.id, code, params)
        for flow in terms.flows
        if flow.id in ended
        for code, params in _obligations(flow)
        if code in lifecycle.surviving_obligations
    ]


def _obligations(flow: Flow) -> list[tuple[str, dict[str, Any]]]:
    """What a flow obliges to, how long its data may be kept included."""
    own = [(one.code, one.params) for one in flow.obligations]
    period = flow.retention.period
    kept = {code for code, _ in own}
    return own if "retain-max" in kept or not period else [*own, ("retain-max", {"period": period})]
