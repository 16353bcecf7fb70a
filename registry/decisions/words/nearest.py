"""The nearest miss: the smallest change after which a question that was refused would be permitted.

A change is one of the question (what is said, shared, or waited for) or of the agreement (what its parties
would have to do). One flow has to answer alone, so the changes of one flow are never mixed with another's;
a flow that did not end by its date is as if it were not there, as it is to a decision.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Literal, NamedTuple

from registry import clock
from registry.decisions.flows.compiling import NEVER, Flow
from registry.decisions.flows.vocabulary import Vocabulary, everything
from registry.decisions.question import Question

SAY, ADJUST, WAIT, AGREE, DIFFER = range(5)
"""What a change takes, least first: stating a fact, sharing less or otherwise, waiting for a day, an act of
the parties; last, a fact that would make it another case."""

QUESTION: Literal["question"] = "question"
AGREEMENT: Literal["agreement"] = "agreement"
REGISTRY: Literal["registry"] = "registry"


class Change(NamedTuple):
    """One fact and what it would have to be: any of the codes in `to`; none, where it must be left out."""

    of: Literal["question", "agreement", "registry"]
    fact: str
    to: tuple[str, ...]
    effort: int


class Nearest(NamedTuple):
    """The flow that comes nearest, if any does, and everything that would have to change."""

    flow: Flow | None
    changes: tuple[Change, ...]


NO_FLOW = Nearest(None, (Change(AGREEMENT, "agreement", (), AGREE),))


class Nearness:
    """Measures how near flows come to questions, with the bits of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._codes = vocabulary
        self._every_action = everything(vocabulary.actions)
        self._stated = {
            category: [
                (name, codes, everything(codes)) for name, codes in stated if name != "identifiability"
            ]
            for category, stated in vocabulary.stated.items()
        }

    def nearest(self, flows: Iterable[Flow], question: Question, at: float) -> Nearest:
        """The flow with the fewest changes to a question asked about an instant, the easier ones first."""
        near = [
            (flow, self._changes(flow, question, at))
            for flow in flows
            if flow.state != "ended" or flow.conditions.ended_by == "expired"
        ]
        return Nearest(*min(near, key=_distance)) if near else NO_FLOW

    def _changes(self, flow: Flow, question: Question, at: float) -> tuple[Change, ...]:
        changes = [
            *self._facts(flow, question),
            *self._holding(flow, question),
            *self._acts(flow, question),
            *_standing(flow, at),
        ]
        return tuple(sorted(changes, key=lambda change: change.effort))

    def _facts(self, flow: Flow, question: Question) -> Iterator[Change]:
        """The facts that are stated otherwise than the flow has them, or that it needs stated."""
        asked = question.bits | question.purpose
        for name, dimension, whole in self._stated[question.category]:
            stated = asked & whole
            if not stated & flow.bits or stated & flow.conditions.required:
                codes = tuple(code for code, bit in dimension.items() if code and bit & flow.bits)
                effort = SAY if stated & dimension[None] else ADJUST if name == "method" else DIFFER
                yield Change(QUESTION, name, codes, effort)

    def _holding(self, flow: Flow, question: Question) -> tuple[Change, ...]:
        """What would have to be shared: the fewest changes of category, identifiability and items."""
        ((category, level),) = self._codes.held_as(question.holding)
        held = ((holding, items) for bits, items in flow.held for holding in self._codes.held_as(bits))
        ways = []
        for (other, form), items in held:
            if (form is None) is not (level is None):
                continue
            changes = []
            if other != category:
                changes.append(Change(QUESTION, "category", (other,), DIFFER))
            if form is not None and form != level:
                changes.append(Change(QUESTION, "identifiability", (form,), ADJUST))
            if question.items is not None and not question.items <= items:
                some = question.items & items
                effort = ADJUST if some else DIFFER
                changes.append(Change(QUESTION, "items", tuple(sorted(some or items)), effort))
            ways.append(tuple(changes))
        return min(ways, key=lambda changes: (*_effort(changes), changes), default=())

    def _acts(self, flow: Flow, question: Question) -> Iterator[Change]:
        """What the agreement would have to allow."""
        action = question.bits & self._every_action
        if not action & flow.bits:
            name = next(code for code, bit in self._codes.actions.items() if code and bit == action)
            yield Change(AGREEMENT, "actions", (name,), AGREE)
        if question.onward_to is not None and question.onward_to not in flow.conditions.onward_recipients:
            yield Change(AGREEMENT, "onward_recipients", (question.onward_to,), AGREE)


def _standing(flow: Flow, at: float) -> Iterator[Change]:
    """What keeps the flow from being live at an instant: signatures, a suspension, its days, rules."""
    if flow.told.awaiting and flow.state == "waiting":
        yield Change(AGREEMENT, "signatures", flow.told.awaiting, AGREE)
    elif flow.state in ("waiting", "suspended") or flow.live_at == NEVER:
        yield Change(AGREEMENT, "state", ("live",), AGREE)

    then = max(at, flow.begins_at, flow.live_at if flow.live_at != NEVER else at)
    if then > at:
        yield Change(QUESTION, "at", (clock.stamp(_instant(ceil(then))),), WAIT)
    if flow.state == "ended" or then >= flow.ends_at:
        yield Change(AGREEMENT, "expires_on", (clock.london_day(_instant(then)).isoformat(),), AGREE)
    if flow.conditions.blocked_by or then >= flow.blocked_at:
        yield from (Change(AGREEMENT, "rules", (rule,), AGREE) for rule in flow.blocking)


def _distance(near: tuple[Flow, tuple[Change, ...]]) -> tuple[int, int, float, str, int, str]:
    """How far off a flow is; of two that are equally far, the order in which decisions prefer them."""
    flow, changes = near
    return (*_effort(changes), -flow.ends_at, flow.ref, -flow.version, flow.flow)


def _effort(changes: tuple[Change, ...]) -> tuple[int, int]:
    return len(changes), sum(change.effort for change in changes)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
