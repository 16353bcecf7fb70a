"""Every directed flow in memory, found by who holds, who receives and what category.

Flows with the same terms share one `Shape`, and equal texts are one object, which keeps 100,000 agreements
within some 80 MB. A question reads exactly one bucket, and a change replaces each bucket in one assignment:
no reader ever sees half of an agreement's change, and no lock stands in a reader's way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from sys import intern
from weakref import WeakValueDictionary

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.decisions.vocabulary import Vocabulary, everything, union

NEVER = float("inf")


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


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shape:
    """What a flow lets through.

    `bits` are all that a question may state or leave unstated; of the latter, `required` are those with
    which the flow cannot answer and `comply` those that come back as obligations. `items` are item codes by
    the bit of their category and identifiability, and again by that of their category with none stated.
    """

    bits: int
    required: int
    comply: int
    items: Mapping[int, frozenset[str]]
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    onward_recipients: frozenset[str]
    gateways: tuple[str, ...]
    obligations: tuple[tuple[str, dict[str, str]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One directed flow of one version. `begins_at`, `ends_at` and `live_at` are seconds since 1970 (UTC)."""

    ref: str
    version: int
    hash: str
    flow: str
    state: str
    ended_by: str | None
    begins_at: float
    ends_at: float
    live_at: float
    shape: Shape
    blocked_by: tuple[str, ...]
    awaiting: tuple[str, ...]


Pair = tuple[str, str]


class Index:
    """The flows of one register at one log size. `log_size` is None while it loads: then nothing permits.

    Any number of threads may read; one at a time may change it (the follower sees to that).
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.log_size: int | None = None
        self.bodies: dict[str, Body] = {}
        self.aliases: dict[str, str] = {}
        self._buckets: dict[str, dict[Pair, tuple[Flow, ...]]] = {code: {} for code in vocabulary.holdings}
        self._agreements: dict[str, tuple[tuple[Pair, Flow], ...]] = {}
        self._shapes: WeakValueDictionary[object, Shape] = WeakValueDictionary()

    def __len__(self) -> int:
        """How many agreements it knows."""
        return len(self._agreements)

    def primary(self, organisation: str) -> str:
        """The primary identifier of the organisation that any alias names; an unknown one stays as it is."""
        return self.aliases.get(organisation, organisation)

    def flows(self, holder: str, recipient: str, category: str) -> tuple[Flow, ...]:
        """The flows between two primary identifiers that carry a category, in order of preference."""
        return self._buckets[category].get((holder, recipient), ())

    def know(self, bodies: Iterable[Body]) -> None:
        """Replace what is known of organisations."""
        known = {body.id: body for body in bodies}
        aliases = {alias: body.id for body in known.values() for alias in (body.id, *body.aliases)}
        self.bodies, self.aliases = known, aliases

    def is_filed_by_primaries(self) -> bool:
        """Whether every flow is where its present primary identifiers say; if not, load everything anew."""
        ends = {end for entries in self._agreements.values() for pair, _ in entries for end in pair}
        ends |= {end for shape in self._shapes.values() for end in shape.onward_recipients}
        return all(self.primary(end) == end for end in ends)

    def load(self, flows: Iterable[SharingFlow], *, log_size: int) -> None:
        """Replace everything by the flows of the register as it stood at a log size."""
        fresh = Index(self.vocabulary)
        fresh.know(self.bodies.values())
        fresh._add(flows)
        self._buckets, self._agreements = fresh._buckets, fresh._agreements
        self._shapes = fresh._shapes
        self.log_size = log_size

    def replace(self, ref: str, flows: Iterable[SharingFlow]) -> None:
        """Replace all flows of one agreement."""
        before = self._agreements.pop(ref, ())
        after = tuple((self._pair(each), self._compile(each)) for each in flows)
        if after:
            self._agreements[ref] = after
        for category, pair in {spot for entry in (*before, *after) for spot in _spots(entry)}:
            self._refill(category, pair, {id(old) for _, old in before}, after)

    def _refill(
        self, category: str, pair: Pair, gone: set[int], after: tuple[tuple[Pair, Flow], ...]
    ) -> None:
        kept = [flow for flow in self._buckets[category].get(pair, ()) if id(flow) not in gone]
        new = [flow for where, flow in after if where == pair and category in flow.shape.categories]
        if kept or new:
            self._buckets[category][pair] = tuple(sorted(kept + new, key=_preference))
        else:
            self._buckets[category].pop(pair, None)

    def _add(self, flows: Iterable[SharingFlow]) -> None:
        """Add many flows at once: buckets are sorted when all are in."""
        buckets: dict[str, dict[Pair, list[Flow]]] = {code: {} for code in self._buckets}
        agreements: dict[str, list[tuple[Pair, Flow]]] = {}
        pairs: dict[Pair, Pair] = {}
        for each in flows:
            pair = pairs.setdefault(found := self._pair(each), found)
            flow = self._compile(each)
            agreements.setdefault(flow.ref, []).append((pair, flow))
            for category in flow.shape.categories:
                buckets[category].setdefault(pair, []).append(flow)
        self._agreements = {ref: tuple(entries) for ref, entries in agreements.items()}
        self._buckets = {
            category: {pair: tuple(sorted(found, key=_preference)) for pair, found in by_pair.items()}
            for category, by_pair in buckets.items()
        }

    def _pair(self, flow: SharingFlow) -> Pair:
        return (intern(self.primary(flow.holder)), intern(self.primary(flow.recipient)))

    def _compile(self, flow: SharingFlow) -> Flow:
        return Flow(
            ref=flow.ref,
            version=flow.version,
            hash=flow.hash,
            flow=intern(flow.flow),
            state=intern(flow.state),
            ended_by=flow.ended_by and intern(flow.ended_by),
            begins_at=_begins_at(flow.starts_on),
            ends_at=_ends_at(flow.expires_on),
            live_at=flow.live_at.timestamp() if flow.live_at else NEVER,
            shape=self._shape(flow),
            blocked_by=flow.blocked_by,
            awaiting=flow.awaiting,
        )

    def _shape(self, flow: SharingFlow) -> Shape:
        key = (
            flow.actions,
            flow.items,
            flow.purposes,
            flow.subject_groups,
            flow.volume,
            flow.methods,
            flow.regimes,
            flow.age_bands,
            flow.onward_recipients,
            flow.gateways,
            tuple((code, *params.items()) for code, params in flow.obligations),
        )
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._new_shape(flow)
        return shape

    def _new_shape(self, flow: SharingFlow) -> Shape:
        codes, items = self.vocabulary, self._items(flow)
        return Shape(
            bits=self._bits(flow) | sum(items),
            required=self._required(flow),
            comply=codes.comply if flow.methods else codes.comply & ~codes.methods[None],
            items=items,
            categories=tuple(sorted({item.category for item in flow.items} & self._buckets.keys())),
            methods=flow.methods,
            onward_recipients=frozenset(map(self.primary, flow.onward_recipients)),
            gateways=flow.gateways,
            obligations=flow.obligations,
        )

    def _bits(self, flow: SharingFlow) -> int:
        codes = self.vocabulary
        return (
            union(codes.purposes, flow.purposes)
            | union(codes.subject_groups, flow.subject_groups)
            | union(codes.volumes, (flow.volume,))
            | union(codes.regimes, flow.regimes)
            | (union(codes.age_bands, flow.age_bands) if flow.age_bands else everything(codes.age_bands))
            | union(codes.methods, flow.methods)
            | union(codes.actions, flow.actions)
            | codes.no_items
        )

    def _required(self, flow: SharingFlow) -> int:
        """The "not stated" bits of what this flow constrains and the discloser cannot make up for."""
        codes = self.vocabulary
        return (
            codes.purposes[None]
            | codes.subject_groups[None]
            | codes.volumes[None]
            | (codes.regimes[None] if len(set(flow.regimes)) > 1 else 0)
            | (codes.age_bands[None] if flow.age_bands else 0)
        )

    def _items(self, flow: SharingFlow) -> dict[int, frozenset[str]]:
        """Item codes by the bit of their category at their identifiability, and at none stated."""
        found: dict[int, set[str]] = {}
        for item in flow.items:
            levels = self.vocabulary.holdings.get(item.category, {})
            for level in (None, item.identifiability):
                if level in levels:
                    found.setdefault(levels[level], set()).add(item.code)
        return {bit: frozenset(codes) for bit, codes in found.items()}


def _spots(entry: tuple[Pair, Flow]) -> list[tuple[str, Pair]]:
    pair, flow = entry
    return [(category, pair) for category in flow.shape.categories]


def _preference(flow: Flow) -> tuple[float, str, int, str]:
    """Of two permits the one ending later is named, then the lower ref."""
    return (-flow.ends_at, flow.ref, -flow.version, flow.flow)


@lru_cache(maxsize=8192)
def _begins_at(day: date) -> float:
    return clock.day_start(day).timestamp()


@lru_cache(maxsize=8192)
def _ends_at(day: date) -> float:
    return clock.day_end(day).timestamp()
