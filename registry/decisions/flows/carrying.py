"""What a flow carries: its item codes, by the bits of category and identifiability."""

from collections.abc import Mapping, Set
from functools import partial
from typing import NamedTuple

from registry.agreements.sharing import SharedItem
from registry.decisions.flows.making import Made, itself
from registry.decisions.flows.vocabulary import Vocabulary

Part = tuple[int, frozenset[str]]
Held = tuple[Part, ...]
"""Item codes, each set with the bits of the categories and identifiabilities that have exactly these."""

LATELY = 4_096
"""How many lists of items are kept to be compared with the next: equal ones are mostly near each other."""


class Carried(NamedTuple):
    """What a flow carries, with all the bits of it and its categories."""

    held: Held
    bits: int
    categories: tuple[str, ...]


class Carrying:
    """Makes of lists of items what flows carry. Equal parts are one object until it forgets."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._codes = vocabulary
        self._bits = Made(partial(_bits, vocabulary))
        self._parts: Made[Part, Part] = Made(itself)
        self._helds: Made[Held, Held] = Made(itself)
        self._every: Made[int, int] = Made(itself)
        self._lately: dict[tuple[SharedItem, ...], Carried] = {}
        self.item_codes: set[str] = set()

    def carried(self, items: tuple[SharedItem, ...]) -> Carried:
        """What a flow of these items carries."""
        found = self._lately.get(items)
        if found is None:
            if len(self._lately) >= LATELY:
                self._lately.clear()
            found = self._lately[items] = self._made(items)
        return found

    def forget(self) -> None:
        """Forget which values were equal."""
        self._parts.clear()
        self._helds.clear()
        self._every.clear()
        self._lately.clear()

    def _made(self, items: tuple[SharedItem, ...]) -> Carried:
        by_bits: dict[int, set[str]] = {}
        for code, category, identifiability in items:
            by_bits.setdefault(self._bits[category, identifiability], set()).add(code)
        every, several = 0, 0  # several identifiabilities of one category share a bit: that of none stated
        for bits, codes in by_bits.items():
            several |= every & bits
            every |= bits
            self.item_codes |= codes
        held = _merged(by_bits, several)
        parts = sorted([(bits, codes) for codes, bits in held.items() if bits], reverse=True)
        in_order = self._helds[tuple([self._parts[part] for part in parts])]
        return Carried(in_order, self._every[every], self._codes.categories(every))


def _merged(by_bits: Mapping[int, Set[str]], several: int) -> Mapping[frozenset[str], int]:
    """The bits that have exactly the same codes, by these; those of `several` keys have the codes of all."""
    held: dict[frozenset[str], int] = {}
    shared: dict[int, frozenset[str]] = {}
    for bits, codes in by_bits.items():
        together = frozenset(codes)
        held[together] = held.get(together, 0) | bits & ~several
        if bits & several:
            shared[bits & several] = shared.get(bits & several, together) | together
    for bits, together in shared.items():
        held[together] = held.get(together, 0) | bits
    return held


def _bits(codes: Vocabulary, of: tuple[str, str]) -> int:
    """The bits of a category, stated alone and with an identifiability."""
    category, identifiability = of
    levels = codes.holdings.get(category, {})
    return levels.get(None, 0) | levels.get(identifiability, 0)
