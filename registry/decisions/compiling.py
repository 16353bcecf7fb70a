"""From the flow of an agreement to what a decision compares: bits, seconds, sets.

Few lists of codes occur, in many agreements: what was made of one is kept and used again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from sys import intern
from typing import NamedTuple, TypeVar, cast

from registry import clock
from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.bars import Bars
from registry.decisions.vocabulary import Bits, Vocabulary, everything, union

Pair = tuple[str, str]
"""The primary identifiers of a holder and a recipient."""

Categories = tuple[str, ...]
Items = Mapping[int, frozenset[str]]
Value = TypeVar("Value")
Checks = Mapping[int, tuple[str, ...]]
NEVER = float("inf")
LAPSED = "ET-01"


class Told(NamedTuple):
    """What is told of a flow and decides nothing; no bodies in `known_to`: everyone may know of it."""

    protective: bool = False
    review_on: date | None = None
    leaves_on: date | None = None
    known_to: frozenset[str] = frozenset()


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One directed flow of one version, ready to be compared.

    `bits` are all that a question may state or leave unstated; of the latter, `required` are those with
    which the flow cannot answer and `comply` those that come back as obligations. `items` are item codes by
    the bit of their category and identifiability, and again by that of their category with none stated;
    `checks` are the obligations that statutory bars add, by the same bits.
    `begins_at`, `ends_at`, `live_at` and `blocked_at` are in seconds since 1970 (UTC).
    """

    ref: str
    version: int
    digest: bytes
    flow: str
    pair: Pair
    state: str
    ended_by: str | None
    begins_at: float
    ends_at: float
    live_at: float
    bits: int
    required: int
    comply: int
    items: Items
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    onward_recipients: frozenset[str]
    gateways: tuple[str, ...]
    obligations: tuple[tuple[str, dict[str, str]], ...]
    checks: Checks
    blocked_by: tuple[str, ...]
    blocked_at: float
    awaiting: tuple[str, ...]
    attested_by: str
    warned_of: tuple[str, ...] = ()
    shortcomings: tuple[str, ...] = ()
    told: Told = NOTHING_TOLD

    @property
    def blocking(self) -> tuple[str, ...]:
        """The rules that block it: those named, or the one that bites when an ethics approval has lapsed."""
        return self.blocked_by or (LAPSED,)

    def is_known_to(self, organisation: str) -> bool:
        """Whether a body at its ends may know of it: where it is withheld, a party."""
        return not self.told.known_to or organisation in self.told.known_to

    @property
    def hash(self) -> str:
        """The hash of the version's frozen text."""
        return f"sha256:{self.digest.hex()}"


class Compiler:
    """Compiles flows with the bits of one vocabulary.

    `primary` finds a primary identifier, `nations` those of an organisation; `bars` is asked what statutory
    bars add.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        primary: Callable[[str], str],
        nations: Callable[[str], frozenset[str]],
        bars: Bars,
    ) -> None:
        self._codes = vocabulary
        self._primary = primary
        self._nations = nations
        self._bars = bars
        self._checks: dict[tuple[Categories, Categories, frozenset[str]], Checks] = {}
        self._unions: dict[tuple[int, tuple[str, ...]], int] = {}
        self.item_codes: set[str] = set()
        self._items: dict[tuple[SharedItem, ...], tuple[Items, int, tuple[str, ...]]] = {}
        self._same: dict[object, object] = {}

    def compile(self, flow: SharingFlow) -> Flow:
        """The flow, ready to be compared."""
        items, holdings, categories = self._holdings(flow.items)
        return Flow(
            ref=flow.ref,
            version=flow.version,
            digest=bytes.fromhex(flow.hash.removeprefix("sha256:")),
            flow=intern(flow.flow),
            pair=self._one((intern(self._primary(flow.holder)), intern(self._primary(flow.recipient)))),
            state=intern(flow.state),
            ended_by=flow.ended_by and intern(flow.ended_by),
            begins_at=_begins_at(flow.starts_on),
            ends_at=_ends_at(flow.expires_on),
            live_at=flow.live_at.timestamp() if flow.live_at else NEVER,
            bits=self._bits(flow) | holdings,
            required=self._required(flow),
            comply=self._comply(flow),
            items=items,
            categories=categories,
            methods=self._one(flow.methods),
            onward_recipients=self._one(frozenset(map(self._primary, flow.onward_recipients))),
            gateways=self._one(flow.gateways),
            obligations=self._obligations(flow),
            checks=self._checks_of(categories, flow),
            blocked_by=self._one(flow.blocked_by),
            blocked_at=_begins_at(flow.blocked_from) if flow.blocked_from else NEVER,
            awaiting=self._one(flow.awaiting),
            attested_by=intern(flow.attested_by),
            warned_of=self._one(flow.warned_of),
            shortcomings=self._one(flow.shortcomings),
            told=self._told(flow),
        )

    def _told(self, flow: SharingFlow) -> Told:
        known_to = frozenset(map(self._primary, flow.known_to))
        return self._one(Told(flow.protective, flow.review_on, flow.leaves_on, known_to))

    def _bits(self, flow: SharingFlow) -> int:
        codes, union_of = self._codes, self._union
        return (
            union_of(codes.purposes, flow.purposes)
            | union_of(codes.subject_groups, flow.subject_groups)
            | union_of(codes.volumes, (flow.volume,))
            | union_of(codes.regimes, flow.regimes)
            | (union_of(codes.age_bands, flow.age_bands) if flow.age_bands else everything(codes.age_bands))
            | union_of(codes.methods, flow.methods)
            | union_of(codes.actions, flow.actions)
            | codes.no_items
        )

    def _required(self, flow: SharingFlow) -> int:
        """The "not stated" bits of what this flow constrains and the discloser cannot make up for."""
        codes = self._codes
        several_regimes = codes.regimes[None] if len(set(flow.regimes)) > 1 else 0
        age_bands = codes.age_bands[None] if flow.age_bands else 0
        return self._one(codes.always_required | several_regimes | age_bands)

    def _comply(self, flow: SharingFlow) -> int:
        codes = self._codes
        return self._one(codes.comply if flow.methods else codes.comply & ~codes.methods[None])

    def _holdings(self, items: tuple[SharedItem, ...]) -> tuple[Items, int, tuple[str, ...]]:
        """Item codes by bit, all those bits together, and the categories."""
        found = self._items.get(items)
        if found is None:
            by_bit = self._by_bit(items)
            categories = {item.category for item in items} & self._codes.holdings.keys()
            found = self._items[items] = (by_bit, sum(by_bit), tuple(sorted(categories)))
        return found

    def _by_bit(self, items: Iterable[SharedItem]) -> Items:
        found: dict[int, set[str]] = {}
        for item in items:
            levels = self._codes.holdings.get(item.category, {})
            for level in (None, item.identifiability):
                if level in levels:
                    found.setdefault(levels[level], set()).add(item.code)
            self.item_codes.add(item.code)
        return {bit: self._one(frozenset(codes)) for bit, codes in found.items()}

    def _checks_of(self, categories: Categories, flow: SharingFlow) -> Checks:
        """What bars add to each category; flows of equal categories, groups and nations share one answer."""
        nations = self._nations(flow.holder) | self._nations(flow.recipient)
        key = (categories, flow.subject_groups, nations)
        if key not in self._checks:
            groups = frozenset(flow.subject_groups)
            self._checks[key] = {
                bit: added
                for category in categories
                if (added := self._bars(category, groups, nations))
                for bit in self._codes.holdings[category].values()
            }
        return self._checks[key]

    def _obligations(self, flow: SharingFlow) -> tuple[tuple[str, dict[str, str]], ...]:
        key = tuple((code, *params.items()) for code, params in flow.obligations)
        self._same.setdefault(key, flow.obligations)
        return cast(tuple[tuple[str, dict[str, str]], ...], self._same[key])

    def _union(self, dimension: Bits, codes: tuple[str, ...]) -> int:
        key = (dimension[None], codes)
        bits = self._unions.get(key)
        if bits is None:
            bits = self._unions[key] = union(dimension, codes)
        return bits

    def _one(self, value: Value) -> Value:
        """The one object that stands for all that are equal to it."""
        return cast(Value, self._same.setdefault(value, value))


@lru_cache(maxsize=8192)
def _begins_at(day: date) -> float:
    return clock.day_start(day).timestamp()


@lru_cache(maxsize=8192)
def _ends_at(day: date) -> float:
    return clock.day_end(day).timestamp()
