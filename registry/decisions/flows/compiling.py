"""From the flow of an agreement to what a decision compares: bits, seconds, sets.

Few lists of codes occur, in many agreements: what was made of one is kept and used again.
"""

from collections.abc import Callable, Mapping, Set
from datetime import date, datetime
from functools import lru_cache, partial
from sys import intern
from typing import Any, NamedTuple

import msgspec

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.decisions.flows.carrying import Carrying, Held
from registry.decisions.flows.making import Made, itself
from registry.decisions.flows.parts import Body, Codes, Manner, manner_of
from registry.decisions.flows.vocabulary import Vocabulary, union
from registry.decisions.law.bars import Bars

Pair = tuple[str, str]
"""The primary identifiers of a holder and a recipient."""

Obligations = tuple[tuple[str, dict[str, str]], ...]
NEVER = float("inf")
LAPSED = "ET-01"
FEW, SOME = 4_096, 16_384
NONE: frozenset[str] = frozenset()
NO_CHECKS: Mapping[int, Codes] = {}


class Conditions(msgspec.Struct, frozen=True, eq=False, gc=False):
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


class Flow(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One directed flow of one version, ready to be compared. What decides comes first, to lie together.

    `reach`, `purposes` and `holdings` are the bits of all that a question may state or leave unstated: about
    whom and in what manner, what for, and of which categories and identifiabilities. Equal ones are one
    object. `held` are item codes with the bits of the holdings that have exactly these. It can permit from
    `opens_at` until before `closes_at`, which are the same where it cannot. All instants are in seconds since
    1970 (UTC). `digest` is the hash of the version's frozen text as a number, which takes less room.
    """

    reach: int
    purposes: int
    holdings: int
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
    def bits(self) -> int:
        """The bits of all that a question may state or leave unstated."""
        return self.reach | self.purposes | self.holdings

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


class Alike:
    """Makes one object of equal values that flows had lately: equal ones are mostly near each other."""

    def __init__(self) -> None:
        self.refs: Made[str, str] = Made(itself, most=FEW)
        self.digests = Made(_digest, most=FEW)
        self.instants = Made(datetime.timestamp, most=SOME)
        self.reaches: Made[int, int] = Made(itself, most=FEW)
        self.pairs: Made[Pair, Pair] = Made(itself)


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
        self._bodies: Made[str, Body] = Made(lambda name: Body(intern(primary(name)), nations(name)))
        self._purposes = Made(partial(union, vocabulary.purposes))
        self._subject_groups = Made(partial(union, vocabulary.subject_groups))
        self._manners = Made(partial(manner_of, vocabulary))
        self._carrying = Carrying(vocabulary)
        self._barring = Made(self._checks_of, most=SOME)
        self._bars = bars
        self._alike = Alike()
        self._obligations: dict[object, Obligations] = {}
        self._checks: dict[object, Mapping[int, Codes]] = {}
        self._conditions: dict[object, Conditions] = {}
        self._told: dict[tuple[Any, ...], Told] = {}

    @property
    def item_codes(self) -> Set[str]:
        """The codes of all items it has seen."""
        return self._carrying.item_codes

    def compile(self, flow: SharingFlow) -> Flow:
        """The flow, ready to be compared."""
        holder, recipient = self._bodies[flow.holder], self._bodies[flow.recipient]
        manner = self._manners[flow.volume, flow.regimes, flow.age_bands, flow.methods, flow.actions]
        carried, alike = self._carrying.carried(flow.items), self._alike
        checks = self._barring[carried.categories, flow.subject_groups, holder.nations, recipient.nations]
        begins_at, ends_at = _begins_at(flow.starts_on), _ends_at(flow.last_day)
        live_at = alike.instants[flow.live_at] if flow.live_at else NEVER
        blocked_at = _begins_at(flow.blocked_from) if flow.blocked_from else NEVER
        can_permit = flow.state == "live" and not flow.blocked_by
        return Flow(
            reach=alike.reaches[self._subject_groups[flow.subject_groups] | manner.bits],
            purposes=self._purposes[flow.purposes],
            holdings=carried.bits,
            opens_at=max(begins_at, live_at) if can_permit else NEVER,
            closes_at=min(ends_at, blocked_at) if can_permit else NEVER,
            conditions=self._conditions_of(flow, manner, checks),
            held=carried.held,
            state=intern(flow.state),
            begins_at=begins_at,
            ends_at=ends_at,
            live_at=live_at,
            blocked_at=blocked_at,
            pair=alike.pairs[holder.id, recipient.id],
            ref=alike.refs[flow.ref],
            version=flow.version,
            flow=intern(flow.flow),
            digest=alike.digests[flow.hash],
            told=self._told_of(flow),
        )

    def forget(self) -> None:
        """Forget the bodies, and which values of flows were equal: what is compiled later has few of them."""
        self._bodies.clear()
        self._carrying.forget()
        self._alike = Alike()

    def _conditions_of(self, flow: SharingFlow, manner: Manner, checks: Mapping[int, Codes]) -> Conditions:
        """What decides about it; equal conditions are one object, found by the parts they are made of."""
        obligations = self._obligations_of(flow.obligations)
        onward_recipients = self._ids(flow.onward_recipients)
        parts = (
            id(obligations),
            id(checks),
            manner.required,
            manner.comply,
            onward_recipients,
            flow.blocked_by,
            flow.ended_by,
        )
        found = self._conditions.get(parts)
        if found is None:
            found = self._conditions[parts] = Conditions(
                manner.required,
                manner.comply,
                obligations,
                checks,
                onward_recipients,
                flow.blocked_by,
                flow.ended_by,
            )
        return found

    def _told_of(self, flow: SharingFlow) -> Told:
        parts = (
            flow.methods,
            flow.gateways,
            flow.awaiting,
            flow.attested_by,
            flow.warned_of,
            flow.shortcomings,
            flow.protective,
            flow.review_on,
            flow.leaves_on,
            self._ids(flow.known_to),
        )
        found = self._told.get(parts)
        if found is None:
            found = Told(*parts)
            self._told[found] = found
        return found

    def _ids(self, names: tuple[str, ...]) -> frozenset[str]:
        """The primary identifiers of bodies."""
        return frozenset([self._bodies[name].id for name in names]) if names else NONE

    def _checks_of(self, about: tuple[Codes, Codes, frozenset[str], frozenset[str]]) -> Mapping[int, Codes]:
        """What bars add to each category, about subject groups shared between two bodies."""
        categories, groups, holders, recipients = about
        everyone, nations = frozenset(groups), holders | recipients
        barred = {category: self._bars(category, everyone, nations) for category in categories}
        added = tuple(
            (bit, codes)
            for category, codes in barred.items()
            if codes
            for bit in self._codes.holdings[category].values()
        )
        return self._checks.setdefault(added, dict(added)) if added else NO_CHECKS

    def _obligations_of(self, obligations: Obligations) -> Obligations:
        key = tuple([(code, *params.items()) for code, params in obligations])
        return self._obligations.setdefault(key, obligations)


def _digest(text: str) -> int:
    return int(text.removeprefix("sha256:"), 16)


@lru_cache(maxsize=8192)
def _begins_at(day: date) -> float:
    return clock.day_start(day).timestamp()


@lru_cache(maxsize=8192)
def _ends_at(day: date) -> float:
    return clock.day_end(day).timestamp()
