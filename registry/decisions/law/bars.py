"""Where a statutory bar may touch what is shared: every permit of it says to look first (BAR-01).

The registry cannot know whether a bar applies to a person, so it never refuses for one. Which categories a
bar may touch is law as data; that a permit then carries an obligation is a rule of stage `disclose`.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from registry.policy import Policies, Unit

Bars: TypeAlias = Callable[[str, frozenset[str], frozenset[str]], tuple[str, ...]]
"""The obligations that bars add to a category, shared about subject groups in nations."""


def no_bars(_category: str, _groups: frozenset[str], _nations: frozenset[str]) -> tuple[str, ...]:
    """No obligation, whatever is shared."""
    return ()


def bars_of(policies: Policies, today: date) -> Bars:
    """What the rules and the catalogue of bars say on a London day; where no nation is known, any may."""

    @lru_cache(maxsize=4096)
    def obligations(category: str, groups: frozenset[str], nations: frozenset[str]) -> tuple[str, ...]:
        bars = _touching(policies, category, groups, nations or frozenset(policies.law.nations))
        holding = Unit("holding", "", {"category": category, "bars": bars}, nations)
        unmet = policies.gates.judge("disclose", [holding], today)
        return tuple(sorted({policies.gates.rules[one.rule].obligation for one in unmet} - {""}))

    return obligations


def _touching(policies: Policies, category: str, groups: Iterable[str], nations: Iterable[str]) -> list[str]:
    return [
        bar.code
        for bar in policies.law.bars.values()
        if bar.may_touch(categories={category}, subject_groups=set(groups), nations=set(nations))
    ]
