"""Answering one question again, as a registry of then would have, from a verified export.

1. The size of the log is the one asked for, or the one that it had at the instant asked for.
2. What bodies were called then follows from the entries about them; so does who a question is about.
3. Of the agreements whose texts name both, every entry up to that size is folded (`registry.history`).
4. The same index, rules and words as online answer. What the log leaves open is INDETERMINATE.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registry import clock
from registry.decisions.desk import Desk
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Index
from registry.decisions.law.bars import bars_of
from registry.decisions.past.then import knowing, naming
from registry.decisions.question import Question, read_instant, read_question
from registry.decisions.rules import Decision, Outcome
from registry.decisions.words.rendering import agreement_of
from registry.decisions.words.wording import Said
from registry.history.folding import Then, fold
from registry.history.instants import size_at
from registry.history.names import Names
from registry.policy import Policies
from registry.replay.exported import Exported

UNCLEAR = Decision(Outcome.INDETERMINATE, "history-unclear", about="/context/known_at")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a question came to, and on how much of the log the answer rests.

    `sealed` entries stay closed here, `hidden` agreements were live under texts that are not here.
    """

    question: Question
    decision: Decision
    reasons: list[dict[str, Any]]
    obligations: list[dict[str, Any]]
    advice: Said
    policy_digest: str
    size: int
    sealed: int
    hidden: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The answer as JSON, in the members of an answer online."""
        context = self.question.context
        return {
            "decision": self.decision.permitted,
            "outcome": self.decision.outcome.value,
            "agreement": agreement_of(self.decision),
            "reasons": self.reasons,
            "obligations": self.obligations,
            "duty": self.decision.duty or None,
            "advice": {"en": self.advice.en, "cy": self.advice.cy},
            "at": context.get("at"),
            "known_at": context.get("known_at"),
            "log_size": self.size,
            "policy_digest": self.policy_digest,
            "sealed": self.sealed,
            "hidden": list(self.hidden),
        }


class Replay:
    """Answers from one export, by one set of policies."""

    def __init__(self, exported: Exported, policies: Policies, *, now: datetime) -> None:
        self._exported, self._policies, self._now = exported, policies, now
        self._empty = Index(Vocabulary(policies.law), bars_of(policies, clock.london_day(now)))

    def answer(self, body: Mapping[str, Any], *, log_size: int | None = None) -> Replayed:
        """What the question came to at a size of the log, or at its own `known_at`, or else at the newest.

        Raises:
            BadQuestion: a member is missing or of the wrong type.
        """
        size = self._size(body) if log_size is None else log_size  # 1
        names = Names(event for event in self._exported.about_bodies if event.index < size)
        named = naming(self._empty, names, {})  # 2
        question = read_question(body, named)
        thens, hidden = self._thens(question, names, size) if question.fault is None else ([], set())  # 3
        index, is_sure = knowing(named, thens, log_size=size)
        desk = Desk(index, self._policies, base_url="")
        decision = desk.decide(question, question.pair[1], self._now)  # 4
        is_told = is_sure and not hidden
        if question.fault is None and not (_are_known(question, names) and (decision.permitted or is_told)):
            decision = UNCLEAR
        return Replayed(
            question,
            decision,
            desk.speaker.reasons(decision, clock.london_day(self._now)),
            desk.speaker.obligations(decision),
            desk.speaker.advice(decision, is_emergency=False),
            self._policies.digest,
            size,
            self._exported.stamps[:size].count(None),
            tuple(sorted(hidden)),
        )

    def _size(self, body: Mapping[str, Any]) -> int:
        context = body.get("context")
        known_at = context.get("known_at") if isinstance(context, dict) else None
        if not isinstance(known_at, str):
            return self._exported.size
        instant = datetime.fromtimestamp(read_instant(known_at, "/context/known_at"), UTC)
        return size_at(self._exported.stamps.__getitem__, self._exported.size, instant)

    def _thens(self, question: Question, names: Names, size: int) -> tuple[list[Then], set[str]]:
        """The agreements between the two bodies, and those of which it cannot be told whether they are."""
        holders, recipients = map(names.identifiers, question.pair)
        texts = self._exported.texts_naming(holders, recipients)
        refs, hidden = self._exported.refs_of(texts, size)
        told = self._exported.about(refs, size)
        whole = {ref: self._exported.is_whole(ref, events, size) for ref, events in told.items()}
        thens = [
            fold(ref, events, self._exported.text, names, is_whole=whole[ref])
            for ref, events in sorted(told.items())
        ]
        return thens, hidden


def _are_known(question: Question, names: Names) -> bool:
    """Whether the log says of both bodies in which nations they act; an older one does not."""
    return all(names.bodies[body].kind for body in question.pair if body in names.bodies)
