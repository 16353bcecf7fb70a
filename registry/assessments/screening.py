"""Whether a DPIA is needed, with the reasons: three lists of criteria, and Part 3 (DOMAIN 4.1)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from registry.policy import Law
from registry.policy.entries import Criterion, ScreeningList

LISTS = {"art35_3": "article-35-3", "ico": "ico", "wp248": "wp248", "part3": "part3"}
"""Members of a document's `screening`, and the list of `dpia-screening.yaml` that each answers."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion that was answered yes, and whether it counts: some do only with one of WP248."""

    list: str
    code: str
    en: str
    cy: str
    cite: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """One list: how many of its criteria count, how many it takes, and whether it is met."""

    code: str
    en: str
    cy: str
    cite: str
    counted: int
    threshold: int
    met: bool


@dataclass(frozen=True, slots=True)
class ScreeningAnswer:
    """Whether a DPIA is needed. `presumed`: only because two or more of WP248 apply."""

    needed: bool
    presumed: bool
    lists: tuple[ListAnswer, ...]
    reasons: tuple[Reason, ...]


def screen(law: Law, criteria: Collection[str]) -> ScreeningAnswer:
    """The answer to a screening in which these criteria apply."""
    wp248 = any(criterion.code in criteria for criterion in law.dpia_screening["wp248"].criteria)
    lists = tuple(_judge(listed, criteria, wp248=wp248) for listed in law.dpia_screening.values())
    met = {listed.code for listed in lists if listed.met}
    reasons = tuple(
        reason for listed in law.dpia_screening.values() for reason in _reasons(listed, criteria, wp248=wp248)
    )
    return ScreeningAnswer(needed=bool(met), presumed=met == {"wp248"}, lists=lists, reasons=reasons)


def unknown_criteria(law: Law, criteria: Collection[str]) -> list[str]:
    """Those that are in no list."""
    known = {criterion.code for listed in law.dpia_screening.values() for criterion in listed.criteria}
    return sorted(set(criteria) - known)


def _judge(listed: ScreeningList, criteria: Collection[str], *, wp248: bool) -> ListAnswer:
    counted = listed.count(criteria, wp248=wp248)
    met = counted >= listed.threshold
    return ListAnswer(listed.code, listed.en, listed.cy, listed.cite, counted, listed.threshold, met)


def _reasons(listed: ScreeningList, criteria: Collection[str], *, wp248: bool) -> Iterator[Reason]:
    return (
        Reason(listed.code, one.code, one.en, one.cy, listed.cite, counts=_counts(one, wp248=wp248))
        for one in listed.criteria
        if one.code in criteria
    )


def _counts(criterion: Criterion, *, wp248: bool) -> bool:
    return wp248 or not criterion.plus_wp248
