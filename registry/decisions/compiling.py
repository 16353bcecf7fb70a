"""From the flow of an agreement to what a decision compares: bits, seconds, sets.

Few lists of codes occur, in many agreements: what was made of one is kept and used again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from sys import intern
from typing import NamedTuple, TypeVar, cast

from registry import clock
from registry.agreements.sharing import SharedItem, SharingFlow
from registry.decisions.law.bars import Bars
from registry.decisions.vocabulary import Bits, Vocabulary, everything, union

Pair = tuple[str, str]
"""The primary identifiers of a holder and a recipient."""

Codes = tuple[str, ...]
Held = tuple[tuple[int, frozenset[str]], ...]
Obligations = tuple[tuple[str, dict[str, str]], ...]
Value = TypeVar("Value")
NEVER = float("inf")
LAPSED = "ET-01"
MAX_LATEST = 65_536
NO_CHECKS: Mapping[int, Codes] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """What decides about a flow and is alike in many; those that are equal are one object.

    Of the "not stated" bits, `required` are those with which the flow cannot answer and `comply` those that
    come back as obligations. `checks` are the obligations that statutory bars add, by the bit of a holding.
    """

    required: int
    comply: int
    obligations: Obligations
    checks: Mapping[int, Codes]
    onward_recipients: frozenset[str]
    blocked_by: Codes
    ended_by: str | None


class Told(NamedTuple):
    """What is told of a flow and decides nothing; no bodies in `known_to`: everyone may know of it."""

    methods: Codes = ()
    gateways: Codes = ()
    awaiting: Codes = ()
    attested_by: str = ""
    warned_of: Codes = ()
    shortcomings: Codes = ()
    protective: bool = False
    review_on: date | None = None
    leaves_on: date | None = None
    known_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One directed flow of one version, ready to be compared. What decides comes first, to lie together.

    `bits` are all that a question may state or leave unstated. `held` are item codes with the bits of the
    categories and identifiabilities, stated or not, of which it has exactly these. It can permit from
    `opens_at` until before `closes_at`, which are the same where it cannot. All instants are in seconds since
    1970 (UTC). `digest` is the hash of the version's frozen text as a number, which takes less room.
    """

    bits: int
    opens_at: float
    closes_at: float
    conditions: Conditions
    held: Held
    state: str
    begins_at: float
    ends_at: float
    live_at: float
    blocked_at: float
    pair: Pair
    ref: str
    version: int
    flow: str
    digest: int
    told: Told

    def items(self, holding: int) -> frozenset[str]:
        """The codes of its items of a category and identifiability, by their bit."""
        for bits, codes in self.held:
            if bits & holding:
                return codes
        return frozenset()

    @property
    def blocking(self) -> Codes:
        """The rules that block it: those named, or the one that bites when an ethics approval has lapsed."""
        return self.conditions.blocked_by or (LAPSED,)

    def is_known_to(self, organisation: str) -> bool:
        """Whether a body at its ends may know of it: where it is withheld, a party."""
        return not self.told.known_to or organisation in self.told.known_to

    @property
    def hash(self) -> str:
        """The hash of the version's frozen text."""
        return f"sha256:{self.digest:064x}"


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
        self._same: dict[object, object] = {}
        self._unions: dict[tuple[int, Codes], int] = {}
        self._checks: dict[object, Mapping[int, Codes]] = {}
        self._kept: dict[object, Conditions] = {}
        self._loaded: dict[object, object] = {}
        self._latest: dict[object, object] = {}
        self.item_codes: set[str] = set()

    def compile(self, flow: SharingFlow) -> Flow:
        """The flow, ready to be compared."""
        held = self._held(flow.items)
        begins_at, ends_at = _begins_at(flow.starts_on), _ends_at(flow.last_day)
        live_at = self._lately(flow.live_at.timestamp()) if flow.live_at else NEVER
        blocked_at = _begins_at(flow.blocked_from) if flow.blocked_from else NEVER
        can_permit = flow.state == "live" and not flow.blocked_by
        return Flow(
            bits=self._lately(self._bits(flow) | sum(bits for bits, _ in held)),
            opens_at=max(begins_at, live_at) if can_permit else NEVER,
            closes_at=min(ends_at, blocked_at) if can_permit else NEVER,
            conditions=self._conditions(flow),
            held=held,
            state=intern(flow.state),
            begins_at=begins_at,
            ends_at=ends_at,
            live_at=live_at,
            blocked_at=blocked_at,
            pair=self._while_loading(
                (intern(self._primary(flow.holder)), intern(self._primary(flow.recipient)))
            ),
            ref=self._lately(flow.ref),
            version=flow.version,
            flow=intern(flow.flow),
            digest=self._lately(int(flow.hash.removeprefix("sha256:"), 16)),
            told=self._told(flow),
        )

    def forget(self) -> None:
        """Forget which values of flows were equal: what is compiled later has few of them."""
        self._loaded, self._latest = {}, {}

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

    def _conditions(self, flow: SharingFlow) -> Conditions:
        """What decides about it; equal conditions are one object, found by the parts they are made of."""
        obligations, checks = self._obligations(flow), self._checks_of(flow)
        parts = (
            id(obligations),
            id(checks),
            self._required(flow),
            self._comply(flow),
            frozenset(map(self._primary, flow.onward_recipients)),
            flow.blocked_by,
            flow.ended_by,
        )
        found = self._kept.get(parts)
        if found is None:
            _, _, required, comply, onward_recipients, blocked_by, ended_by = parts
            found = self._kept[parts] = Conditions(
                required, comply, obligations, checks, onward_recipients, blocked_by, ended_by
            )
        return found

    def _required(self, flow: SharingFlow) -> int:
        """The "not stated" bits of what this flow constrains and the discloser cannot make up for."""
        codes = self._codes
        several_regimes = codes.regimes[None] if len(set(flow.regimes)) > 1 else 0
        age_bands = codes.age_bands[None] if flow.age_bands else 0
        return codes.always_required | several_regimes | age_bands

    def _comply(self, flow: SharingFlow) -> int:
        codes = self._codes
        return codes.comply if flow.methods else codes.comply & ~codes.methods[None]

    def _told(self, flow: SharingFlow) -> Told:
        known_to = frozenset(map(self._primary, flow.known_to))
        return self._one(
            Told(
                flow.methods,
                flow.gateways,
                flow.awaiting,
                flow.attested_by,
                flow.warned_of,
                flow.shortcomings,
                flow.protective,
                flow.review_on,
                flow.leaves_on,
                known_to,
            )
        )

    def _held(self, items: tuple[SharedItem, ...]) -> Held:
        by_bit: dict[int, set[str]] = {}
        for item in items:
            levels = self._codes.holdings.get(item.category, {})
            for level in (None, item.identifiability):
                if level in levels:
                    by_bit.setdefault(levels[level], set()).add(item.code)
            self.item_codes.add(item.code)
        held: dict[frozenset[str], int] = {}
        for bit, codes in by_bit.items():
            shared = frozenset(codes)
            held[shared] = held.get(shared, 0) | bit
        in_order = sorted(((bits, codes) for codes, bits in held.items()), key=itemgetter(0), reverse=True)
        return self._while_loading(tuple(map(self._one, in_order)))

    def _checks_of(self, flow: SharingFlow) -> Mapping[int, Codes]:
        """What bars add to each category."""
        nations = self._nations(flow.holder) | self._nations(flow.recipient)
        groups = frozenset(flow.subject_groups)
        added = tuple(
            (bit, bars)
            for category in sorted({item.category for item in flow.items} & self._codes.holdings.keys())
            if (bars := self._bars(category, groups, nations))
            for bit in self._codes.holdings[category].values()
        )
        return self._checks.setdefault(added, dict(added)) if added else NO_CHECKS

    def _obligations(self, flow: SharingFlow) -> Obligations:
        key = tuple((code, *params.items()) for code, params in flow.obligations)
        return cast(Obligations, self._same.setdefault(key, flow.obligations))

    def _union(self, dimension: Bits, codes: tuple[str, ...]) -> int:
        key = (dimension[None], codes)
        bits = self._unions.get(key)
        if bits is None:
            bits = self._unions[key] = union(dimension, codes)
        return bits

    def _one(self, value: Value) -> Value:
        """The one object that stands for all that are equal to it."""
        return cast(Value, self._same.setdefault(value, value))

    def _while_loading(self, value: Value) -> Value:
        """The same, of values that come often while everything is compiled, and seldom later."""
        return cast(Value, self._loaded.setdefault(value, value))

    def _lately(self, value: Value) -> Value:
        """The same, of values that are too many to keep: only those that came lately are compared."""
        if len(self._latest) >= MAX_LATEST:
            self._latest.clear()
        return cast(Value, self._latest.setdefault(value, value))


@lru_cache(maxsize=8192)
def _begins_at(day: date) -> float:
    return clock.day_start(day).timestamp()


@lru_cache(maxsize=8192)
def _ends_at(day: date) -> float:
    return clock.day_end(day).timestamp()
