"""The bits that stand for codes: a question is a set of bits, and a flow covers it when it has them all.

Every fact a question may state has a dimension of its own. In each, one bit stands for "not stated"; every
flow has that bit, so that an omitted fact never makes a flow disappear. Whether omitting it is allowed is
decided afterwards: `Flow.required` holds the "not stated" bits that leave a flow unable to answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import count

from registry.decisions.flows.making import Made
from registry.policy import Law

Bits = Mapping[str | None, int]

FIRST_ACTIONS = {"disclose": "receive"}
"""`disclose` is the `receive` question from the holder's end: a flow listing either covers both."""


class Vocabulary:
    """The bit of every code of the law's lists; `None` is the bit of a fact that is not stated."""

    def __init__(self, law: Law) -> None:
        bits = (1 << position for position in count())
        self.law = law
        self.purposes = _dimension(bits, law.purposes)
        self.subject_groups = _dimension(bits, law.subject_groups)
        self.volumes = _dimension(bits, law.volumes)
        self.regimes = _dimension(bits, law.regimes)
        self.age_bands = _dimension(bits, law.age_bands)
        self.methods = _dimension(bits, law.methods)
        self.actions = _actions(bits, law.actions)
        self.holdings = {category: _dimension(bits, law.identifiability) for category in law.categories}
        self.no_items = next(bits)
        self.uncatalogued = {code for code, nation in law.nations.items() if not nation.catalogued}
        self._held_as = {
            bit: (category, level)
            for category, levels in self.holdings.items()
            for level, bit in levels.items()
        }
        self._levels = {bit: levels for levels in self.holdings.values() for bit in levels.values()}

        self.every_purpose = everything(self.purposes)
        self.stated = {category: self._stated(category) for category in self.holdings}
        unstated = {levels[None]: category for category, levels in self.holdings.items()}
        self._unstated_holdings = sum(unstated)
        self._categories = Made(partial(_listed, unstated), most=4096)
        self.always_required = self.purposes[None] | self.subject_groups[None] | self.volumes[None]
        """Bits of omitted facts with which no flow can answer."""
        self.comply = self.methods[None] | self.no_items | self._unstated_holdings
        """Bits of omitted facts with which the discloser can comply: they come back as obligations."""
        self.facts = {
            "purpose": self.purposes[None],
            "subject_group": self.subject_groups[None],
            "volume": self.volumes[None],
            "regime": self.regimes[None],
            "age_band": self.age_bands[None],
            "method": self.methods[None],
            "identifiability": self._unstated_holdings,
            "items": self.no_items,
        }

    def _stated(self, category: str) -> tuple[tuple[str, Bits], ...]:
        """The members of a question's context that state a code, each with its dimension."""
        return (
            ("purpose", self.purposes),
            ("subject_group", self.subject_groups),
            ("volume", self.volumes),
            ("regime", self.regimes),
            ("age_band", self.age_bands),
            ("method", self.methods),
            ("identifiability", self.holdings[category]),
        )

    def held_as(self, holdings: int) -> Iterator[tuple[str, str | None]]:
        """The category and identifiability that each bit of some holdings stands for."""
        while holdings:
            bit = holdings & -holdings
            yield self._held_as[bit]
            holdings ^= bit

    def categories(self, bits: int) -> tuple[str, ...]:
        """The categories that some bits hold: each has the bit of no stated identifiability."""
        return self._categories[bits & self._unstated_holdings]

    def levels(self, holding: int) -> Bits:
        """The identifiabilities, each with its bit, of the category that a holding's bit stands for."""
        return self._levels[holding]

    def names(self, unstated: int) -> tuple[str, ...]:
        """The names of the facts whose "not stated" bits are set."""
        return tuple(name for name, bit in self.facts.items() if bit & unstated)


def union(dimension: Bits, codes: Iterable[str]) -> int:
    """The bits of the codes and of "not stated". A code that is no longer in the law covers nothing."""
    bits = dimension[None]
    for code in codes:
        bits |= dimension.get(code, 0)
    return bits


def everything(dimension: Bits) -> int:
    """Every bit of a dimension: for a flow that does not constrain it."""
    return union(dimension, (code for code in dimension if code is not None))


def _listed(names: Mapping[int, str], bits: int) -> tuple[str, ...]:
    """What the bits that are set stand for."""
    return tuple([name for bit, name in names.items() if bit & bits])


def _dimension(bits: Iterator[int], codes: Iterable[str]) -> Bits:
    return {code: next(bits) for code in (None, *codes)}


def _actions(bits: Iterator[int], codes: Iterable[str]) -> Bits:
    dimension = dict(_dimension(bits, codes))
    return dimension | {code: dimension[same] for code, same in FIRST_ACTIONS.items()}
