"""What would change of what we ask: a draft, a withdrawal or a change of law tried on stored questions.

Each question that the caller's organisation asks is decided twice by the check's own rules: from the flows
between its two bodies as they are, and as they would be. Nothing is stored, and nothing of the present index
is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries as agreements
from registry.agreements.actions.change import may
from registry.agreements.actions.settling import standing_of
from registry.agreements.projections import flow_spec
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import NoSuchAgreement
from registry.agreements.sharing import SharingFlow, said_by
from registry.asking.queries import list_questions
from registry.auditlog import log_size
from registry.callers import Caller
from registry.db import Reading
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.law.bars import bars_of
from registry.decisions.queries import list_bodies
from registry.decisions.question import read_question
from registry.decisions.rules import Decision, decide
from registry.decisions.words.reasons import Speaker
from registry.decisions.words.wording import Said
from registry.foresight.actions import check_may_ask, effect_on, found_in_the_register
from registry.foresight.effects import NOW, FlowEffect, stops
from registry.foresight.queries import refs_between
from registry.foresight.rules import Change, DraftInForce, Withdrawal
from registry.policy import Policies
from registry.vocabulary.actions import Folders

Supposed: TypeAlias = Change | DraftInForce | Withdrawal
MAX_VERSIONS = 500
"""How many versions a change of law is judged on in one simulation."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored question that would be answered otherwise, how often it is asked, and why it would be."""

    question: Mapping[str, Any]
    count: int
    before: Decision
    after: Decision
    why: Said


@dataclass(frozen=True, slots=True)
class Simulated:
    """How many questions were tried, and which of them would be answered otherwise, the most asked first.

    `left_out` counts the versions that were too many to judge.
    """

    tried: int
    changed: tuple[Changed, ...]
    left_out: int
    log_size: int


def simulate(
    reading: Reading,
    supposed: Supposed,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
    folders: Folders,
) -> Simulated:
    """Try a supposed change on the questions that the caller's organisation asks.

    Raises:
        MayNotAskWhatIf: the access rules do not let the caller.
        NoSuchAgreement: there is no such draft or agreement that the caller may read.
        NothingToChange, UnknownOrganisation, NoOverlay, OverlayDiffers, OverlayNotProposed: see `what_if`.
    """
    check_may_ask(reading, caller, now, policies)
    trial = _Trial(reading, caller, now, policies)
    questions = list_questions(reading, caller.organisation)
    flows = trial.flows(row.question for row in questions)
    law, supposedly, left_out = trial.suppose(supposed, flows, folders)
    before, after = trial.index(policies, flows), trial.index(law, supposedly)
    speaker, today = Speaker(after, law), clock.london_day(now)
    changed = []
    for row in questions:
        was, would = (
            decide(index, read_question(row.question, index), now=now.timestamp())
            for index in (before, after)
        )
        if _gist(was) != _gist(would):
            reason = speaker.reasons(would, today)[0]
            changed.append(Changed(row.question, row.times, was, would, Said(reason["en"], reason["cy"])))
    return Simulated(len(questions), tuple(changed), left_out, log_size(reading))


def stored_questions(
    reading: Reading, *, caller: Caller, now: datetime, policies: Policies
) -> Sequence[Row[Any]]:
    """What the caller's organisation asks, that which is asked most first.

    Raises:
        MayNotAskWhatIf: the access rules do not let the caller.
    """
    check_may_ask(reading, caller, now, policies)
    return list_questions(reading, caller.organisation)


class _Trial:
    """One look at the register for one caller at one instant."""

    def __init__(self, reading: Reading, caller: Caller, now: datetime, policies: Policies) -> None:
        self._reading, self._caller, self._now, self._policies = reading, caller, now, policies
        self._bodies = list_bodies(reading)

    def index(self, policies: Policies, flows: Iterable[SharingFlow]) -> Index:
        """An index of these flows alone, by the law of these policies."""
        index = Index(Vocabulary(policies.law), bars_of(policies, clock.london_day(self._now)))
        index.know(self._bodies)
        index.load(sorted(flows, key=lambda flow: (flow.ref, flow.version)), log_size=log_size(self._reading))
        return index

    def flows(self, questions: Iterable[Mapping[str, Any]]) -> list[SharingFlow]:
        """Every flow of the agreements that let something flow between the two bodies of any question."""
        pairs = {(one["resource"]["id"].partition("~")[0], one["subject"]["id"]) for one in questions}
        refs = refs_between(self._reading, pairs)
        return list(agreements.sharing_flows(self._reading, refs)) if refs else []

    def suppose(
        self, supposed: Supposed, flows: Sequence[SharingFlow], folders: Folders
    ) -> tuple[Policies, list[SharingFlow], int]:
        """The policies and flows as they would be, and how many versions were too many to judge."""
        if isinstance(supposed, DraftInForce):
            drafted = self._in_force(self._version(supposed.ref))
            others = [flow for flow in flows if flow.ref != supposed.ref]
            return self._policies, [*others, *drafted], 0
        if isinstance(supposed, Withdrawal):
            self._version(supposed.ref)
            return self._policies, [_withdrawn(flow, supposed) for flow in flows], 0
        change = found_in_the_register(self._reading, supposed, folders)
        law = change.policies(self._policies)
        effects, left_out = self._effects(change, flows, law)
        return law, [_turned(flow, effects) for flow in flows], left_out

    def _effects(
        self, change: Change, flows: Sequence[SharingFlow], law: Policies
    ) -> tuple[dict[tuple[str, int, str], FlowEffect], int]:
        """What a change of law does to each flow that has not ended, by reference, version and flow."""
        versions = sorted({(flow.ref, flow.version) for flow in flows if flow.state != "ended"})
        found: dict[tuple[str, int, str], FlowEffect] = {}
        for ref, number in versions[:MAX_VERSIONS]:
            version = agreements.get(self._reading, ref, number)
            today = clock.london_day(self._now)
            touched = effect_on(self._reading, version, change, today, before=self._policies, after=law)
            found |= {(ref, number, one.flow.id): one for one in touched.flows}
        return found, len(versions[MAX_VERSIONS:])

    def _version(self, ref: str) -> StoredVersion:
        """The newest version of an agreement that the caller may read."""
        for number in agreements.numbers(self._reading, ref):
            version = agreements.get(self._reading, ref, number)
            if may(self._reading, self._policies, "agreement.read", self._caller, version, self._now):
                return version
        raise NoSuchAgreement(ref=ref)

    def _in_force(self, version: StoredVersion) -> Iterable[SharingFlow]:
        """The flows of a version as if it had been signed by all and its start had come."""
        standing = standing_of(self._reading, version, self._policies, self._now)
        gates, terms = self._policies.gates, version.terms
        for place, flow in enumerate(terms.flows):
            units = [standing.flow_unit(flow)]
            unmet = gates.judge("disclose", units, standing.today, before_signatures=True)
            yield SharingFlow(
                ref=version.ref,
                version=version.number,
                hash=version.hash,
                flow=flow.id,
                holder=flow.from_,
                recipient=flow.to,
                state="live",
                ended_by=None,
                starts_on=min(terms.starts_on, standing.today),
                expires_on=terms.expires_on,
                live_at=clock.day_start(standing.today),
                **said_by(flow_spec(terms, place)),
                blocked_by=tuple(sorted({one.rule for one in unmet if one.severity == "block"})),
                awaiting=(),
            )


def _withdrawn(flow: SharingFlow, supposed: Withdrawal) -> SharingFlow:
    is_meant = flow.ref == supposed.ref and supposed.flow in (None, flow.flow)
    return replace(flow, state="ended", ended_by="withdrawn") if is_meant else flow


def _turned(flow: SharingFlow, effects: Mapping[tuple[str, int, str], FlowEffect]) -> SharingFlow:
    """A flow with the rules that would block it at once, and without those that would be met again."""
    effect = effects.get((flow.ref, flow.version, flow.flow))
    if effect is None:
        return flow
    turns = [turn for turn in effect.how if turn.stage in NOW]
    blocking = {turn.said.rule for turn in turns if stops(turn)}
    met = {turn.said.rule for turn in turns if turn.becomes == "met"}
    return replace(flow, blocked_by=tuple(sorted(set(flow.blocked_by) - met | blocking)))


def _gist(decision: Decision) -> tuple[Any, ...]:
    """What a partner system would notice of a decision."""
    flow = decision.flow if decision.permitted else None
    return decision.outcome, decision.code, flow and (flow.ref, flow.flow)
