"""How long one thing takes, over and over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """How many a second, and the time of the middle one and of the slowest in twenty and in a hundred."""

    per_second: float
    p50_us: float
    p95_us: float
    p99_us: float

    @classmethod
    def of(cls, each_ns: Sequence[int], *, total_ns: int) -> "Timing":
        """The timing of calls that took so long each, and so long together."""
        ordered = sorted(each_ns)
        return cls(
            per_second=len(ordered) * 1e9 / total_ns,
            p50_us=ordered[len(ordered) // 2] / 1000,
            p95_us=ordered[len(ordered) * 95 // 100] / 1000,
            p99_us=ordered[len(ordered) * 99 // 100] / 1000,
        )

    def __str__(self) -> str:
        return f"{self.per_second:>10,.0f}/s   p50 {self.p50_us:>9,.1f} us   p99 {self.p99_us:>9,.1f} us"


def time_each(call: Callable[[Any], object], arguments: Sequence[Any]) -> Timing:
    """The timing of one call for each argument, after a round that is not counted."""
    for argument in arguments[:1000]:
        call(argument)
    each = []
    for argument in arguments:
        began = perf_counter_ns()
        call(argument)
        each.append(perf_counter_ns() - began)
    return Timing.of(each, total_ns=sum(each))
