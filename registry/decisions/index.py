"""Every directed flow in memory, found by who holds, who receives and what category.

Equal texts and equal lists of codes are one object, which keeps 100,000 agreements within some 80 MB. What a
decision waits for most is memory: a flow that is alone in its bucket stands there itself, and of several only
those are read that reach what is asked. A question reads exactly one bucket, and a change replaces each
bucket in one assignment: no reader ever sees half of an agreement's change, and no lock stands in a reader's
way.
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from sys import intern
from typing import Any, Literal

from registry.agreements.sharing import SharingFlow
from registry.asking.rules import Grants
from registry.decisions.flows.compiling import NEVER, Compiler, Flow, Pair
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.law.bars import Bars, no_bars

Flows = tuple[Flow, ...]
Crowd = tuple[Any, ...]
"""The flows of one bucket in order of preference, after the `reach` of each in the same order."""

Buckets = dict[str, dict[Pair, Flow | Crowd]]

SKEW_SECONDS = 5.0
"""How far two clocks may lie apart. By one that is further behind, nothing is decided."""
PastFault = Literal["known-at-unavailable", "history-unclear"]


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as the answers name it. `nations` are the letters of `policies/law/nations.yaml`."""

    id: str
    aliases: tuple[str, ...]
    name_en: str
    name_cy: str
    ig_contact: str
    duty_contact: str
    kind: str = ""
    nations: frozenset[str] = frozenset()


class Index:
    """The flows of one register at one log size. `log_size` is None while it loads: then nothing permits.

    `not_before` is the latest instant known to have been, before which no clock may lie; `good_until` is when
    it has not been kept up for too long (both in seconds since 1970).
    `edition` counts its changes, each when it is done and before `log_size` tells of it.
    `past_fault` is why it does not answer what was known at an instant; an index of that instant has none.
    `uncatalogued` are the bodies that act only where the law is not catalogued, by primary identifier.
    Any number of threads may read; one at a time may change it (the follower sees to that).
    """

    def __init__(self, vocabulary: Vocabulary, bars: Bars = no_bars) -> None:
        self.vocabulary = vocabulary
        self._bars = bars
        self.log_size: int | None = None
        self.past_fault: PastFault | None = "known-at-unavailable"
        self.edition = 0
        self.not_before, self.good_until = 0.0, NEVER
        self.bodies: Mapping[str, Body] = {}
        self.grants = Grants()
        self.uncatalogued: frozenset[str] = frozenset()
        self._aliases: Mapping[str, str] = {}
        self._compiler = self._new_compiler()
        self._buckets: Buckets = {category: {} for category in vocabulary.holdings}
        self._agreements: dict[str, Flows] = {}

    def __len__(self) -> int:
        """How many agreements it knows."""
        return len(self._agreements)

    def primary(self, organisation: str) -> str:
        """The primary identifier of the organisation that any alias names; an unknown one stays as it is."""
        return self._aliases.get(organisation, organisation)

    def nations(self, organisation: str) -> frozenset[str]:
        """The nations in which an organisation acts; none where it is not known."""
        body = self.bodies.get(self.primary(organisation))
        return body.nations if body else frozenset()

    def is_good(self, now: float) -> bool:
        """Whether it is kept up at an instant, and the instant no earlier than what has been."""
        return self.not_before - SKEW_SECONDS <= now < self.good_until

    def flows(self, pair: Pair, category: str) -> Flows:
        """The flows from a holder to a recipient that carry a category, in order of preference."""
        found = self._buckets[category].get(pair, ())
        return (found,) if isinstance(found, Flow) else found[len(found) // 2 :]

    def reaching(self, pair: Pair, category: str, need: int) -> Sequence[Flow]:
        """Those of `flows` whose `reach` has all the bits of another."""
        found = self._buckets[category].get(pair, ())
        if isinstance(found, Flow):
            return (found,) if found.reach & need == need else ()
        place = half = len(found) // 2
        flows = []
        for reach in found[:half]:
            if reach & need == need:
                flows.append(found[place])
            place += 1
        return flows

    def between(self, pair: Pair) -> Flows:
        """Every flow from a holder to a recipient, whatever it carries."""
        found = (flow for category in self._buckets for flow in self.flows(pair, category))
        return tuple(dict.fromkeys(found))

    def has_items(self, codes: Set[str]) -> bool:
        """Whether agreements have items of all these codes."""
        return codes <= self._compiler.item_codes

    def know(self, bodies: Iterable[Body]) -> None:
        """Replace what is known of organisations."""
        known = {intern(body.id): body for body in bodies}
        self.bodies = known
        self.uncatalogued = frozenset(map(intern, self._acting_only_in(self.vocabulary.uncatalogued)))
        self._aliases = {
            alias: intern(body.id) for body in known.values() for alias in (body.id, *body.aliases)
        }
        self._compiler.forget()
        self.edition += 1

    def _acting_only_in(self, nations: Set[str]) -> Iterable[str]:
        return (body.id for body in self.bodies.values() if body.nations and body.nations <= nations)

    def is_filed_by_primaries(self) -> bool:
        """Whether every flow is where its present primary identifiers say; if not, load everything anew."""
        return all(
            self.primary(end) == end
            for flows in self._agreements.values()
            for flow in flows
            for end in (*flow.pair, *flow.conditions.onward_recipients)
        )

    def emptied(self) -> "Index":
        """An index with the same codes, bars and grants, of which nothing else is known yet."""
        empty = Index(self.vocabulary, self._bars)
        empty.grants = self.grants
        return empty

    def load(self, flows: Iterable[SharingFlow], *, log_size: int) -> None:
        """Replace everything by the flows of the register as it stood at a log size, in any order."""
        agreements: dict[str, Flows] = {}
        buckets: dict[str, dict[Pair, Any]] = {category: {} for category in self._buckets}
        compiler = self._new_compiler()
        for ref, versions in groupby(flows, key=attrgetter("ref")):
            compiled = tuple(map(compiler.compile, versions))
            agreements[compiled[0].ref] = agreements.get(ref, ()) + compiled
            for flow in compiled:
                for category in self.vocabulary.categories(flow.holdings):
                    found = buckets[category].setdefault(flow.pair, flow)
                    if isinstance(found, list):
                        found.append(flow)
                    elif found is not flow:
                        buckets[category][flow.pair] = [found, flow]
        for bucket in buckets.values():
            crowded = ((pair, found) for pair, found in bucket.items() if isinstance(found, list))
            bucket.update({pair: _crowd(sorted(found, key=_order)) for pair, found in crowded})
        compiler.forget()
        self._compiler, self._agreements, self._buckets = compiler, agreements, buckets
        self.edition += 1
        self.log_size = log_size

    def replace(self, ref: str, flows: Iterable[SharingFlow]) -> None:
        """Replace all flows of one agreement."""
        after = tuple(map(self._compiler.compile, flows))  # first: what cannot be read changes nothing
        before = self._agreements.pop(ref, ())
        if after:
            self._agreements[ref] = after
        touched = {
            (category, flow.pair)
            for flow in before + after
            for category in self.vocabulary.categories(flow.holdings)
        }
        for category, pair in touched:
            self._refill(category, pair, before, after)
        self.edition += 1

    def _new_compiler(self) -> Compiler:
        return Compiler(self.vocabulary, self.primary, self.nations, self._bars)

    def _refill(self, category: str, pair: Pair, before: Flows, after: Flows) -> None:
        bucket = self._buckets[category]
        flows = [flow for flow in self.flows(pair, category) if flow not in before]
        for flow in after:
            if flow.pair == pair and category in self.vocabulary.categories(flow.holdings):
                insort(flows, flow, key=_order)  # where it belongs: the others are in order
        if flows:  # one alone stands in its bucket as it is
            bucket[pair] = flows[0] if len(flows) == 1 else _crowd(flows)
        else:
            bucket.pop(pair, None)


def _crowd(flows: Sequence[Flow]) -> Crowd:
    return (*[flow.reach for flow in flows], *flows)


def _order(flow: Flow) -> tuple[float, str, int, str]:
    """Those ending later come first, then by ref, the newest version first."""
    return (-flow.ends_at, flow.ref, -flow.version, flow.flow)
