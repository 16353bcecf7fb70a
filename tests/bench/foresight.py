"""Asking what a change would touch, on a large register over HTTP, page by page until all was looked at."""

import time
from dataclasses import dataclass
from typing import Any

from tests.journeys.world import World

ORGANISATION = "gss:E10000017"
PAGE = 500
CHANGES: dict[str, dict[str, Any]] = {
    "a gateway ends": {"gateway": {"code": "LA11-1", "in_force_until": "2020-01-01"}},
    "a body's assurance lapses": {"assurance": {"organisation": ORGANISATION, "assurance": "dspt"}},
    "a rule is not asked": {"rule": {"rule": "GW-02", "enabled": False}},
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many versions were looked at and touched, in how many pages; `slowest` is of one page."""

    looked_at: int
    touched: int
    pages: int
    seconds: float
    slowest: float
    whole: bool

    def __str__(self) -> str:
        share = "all" if self.whole else "the first"
        return (
            f"{share} {self.looked_at:,} looked at, {self.touched:,} touched, {self.seconds:.1f} s, "
            f"{self.looked_at / self.seconds:,.0f}/s, slowest of {self.pages} pages {self.slowest:.2f} s"
        )


def measure(world: World, *, seconds: float) -> dict[str, Foreseen]:
    """Ask each change as a data protection officer, for at most so long."""
    officer = world.officer(ORGANISATION, "dpo")
    return {name: _ask(officer, change, seconds) for name, change in CHANGES.items()}


def _ask(officer: Any, change: dict[str, Any], seconds: float) -> Foreseen:
    looked_at = touched = pages = 0
    slowest, cursor, start = 0.0, "", time.perf_counter()
    while cursor is not None and time.perf_counter() - start < seconds:
        before = time.perf_counter()
        page = officer.do("/what-if", {"change": change, "cursor": cursor, "limit": PAGE})
        slowest = max(slowest, time.perf_counter() - before)
        looked_at, touched = looked_at + page["looked_at"], touched + len(page["agreements"])
        pages, cursor = pages + 1, page["next"]
    return Foreseen(looked_at, touched, pages, time.perf_counter() - start, slowest, cursor is None)
