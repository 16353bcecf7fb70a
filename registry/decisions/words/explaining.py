"""Words for what comes nearest to a refused question, and for what ends a permit first.

Only flows between the bodies of a question are spoken of, and of those none that is withheld from the body
that asks: to it, such a flow is as if it were not there.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from registry.decisions.flows.compiling import Flow
from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.decisions.rules import Decision, Outcome
from registry.decisions.words.endings import first_ending
from registry.decisions.words.honouring import UNSUPPORTED
from registry.decisions.words.nearest import NO_FLOW, QUESTION, REGISTRY, SAY, WAIT, Change, Nearest, Nearness
from registry.decisions.words.reasons import Speaker, named
from registry.decisions.words.wording import Said, explanations
from registry.policy import Law, Policies
from registry.policy.entries import Entry

BODIES = frozenset({"signatures", "onward_recipients"})
"""Facts whose values are organisations."""


class Miss(NamedTuple):
    """A refusal as far as its explanation rests on it: equal ones are explained in the same words."""

    asker: str
    pair: tuple[str, str]
    onward_to: str | None
    category: str
    bits: int
    purpose: int
    holding: int
    items: frozenset[str] | None
    at: float | None
    code: str
    about: str

    @classmethod
    def of(cls, question: Question, decision: Decision, asker: str) -> Self:
        """What one body was refused."""
        return cls(
            asker,
            question.pair,
            question.onward_to,
            question.category,
            question.bits,
            question.purpose,
            question.holding,
            question.items,
            question.at,
            decision.code,
            decision.about,
        )


class Explainer:
    """Explains decisions about the flows of one index."""

    def __init__(self, index: Index, speaker: Speaker, policies: Policies) -> None:
        self._index = index
        self._speaker = speaker
        self._lifecycle = policies.lifecycle
        self._rules = policies.gates.rules
        self._entries = _entries_of(policies.law)
        self._nearness = Nearness(index.vocabulary)

    def nearest(self, question: Question, decision: Decision, *, asker: str, at: float) -> dict[str, Any]:
        """What would have to change for a refused question to be permitted, of what the asker may know."""
        near = self._near(question, decision, asker, at)
        title = self._speaker.title(near.flow) if near.flow else ""
        said = [explanations().nearest[_opening(near)].filled(title=title)]
        said += [self._said(change, near.flow) for change in near.changes]
        return {
            "agreement": named(near.flow) if near.flow else None,
            "changes": [
                {"of": change.of, "fact": change.fact, "to": self._to(change), "en": words.en, "cy": words.cy}
                for change, words in zip(near.changes, said[1:], strict=True)
            ],
            "en": " ".join(words.en for words in said),
            "cy": " ".join(words.cy for words in said),
        }

    def ends_first(self, flow: Flow) -> dict[str, str]:
        """What ends a permit first if nobody acts before, and its last London day."""
        ending = first_ending(flow, self._lifecycle)
        said = (
            explanations()
            .endings[ending.clause]
            .filled(
                day=ending.last_day.isoformat(),
                due=flow.told.review_on.isoformat() if flow.told.review_on else "",
                rule=ending.rule,
            )
        )
        cite = self._rules[ending.rule].texts["cite"] if ending.rule in self._rules else ""
        return {
            "last_day": ending.last_day.isoformat(),
            "clause": ending.clause,
            "en": said.en,
            "cy": said.cy,
            "cite": cite or self._speaker.title(flow).en.rstrip(","),
        }

    def _near(self, question: Question, decision: Decision, asker: str, at: float) -> Nearest:
        if decision.flow is None and decision.outcome is Outcome.INDETERMINATE:
            return _undecided(decision)
        if decision.code == UNSUPPORTED:
            able = Change(QUESTION, "supported_obligations", tuple(decision.about.split(", ")), SAY)
            return Nearest(decision.flow, (able,))
        known = [flow for flow in self._index.between(question.pair) if flow.is_known_to(asker)]
        return self._nearness.nearest(known, question, at)

    def _to(self, change: Change) -> list[str]:
        """The values of a change: of bodies only those that the register has, of all else codes and days."""
        if change.fact in BODIES:
            return [body for body in change.to if self._index.primary(body) in self._index.bodies]
        return list(change.to)

    def _said(self, change: Change, flow: Flow | None) -> Said:
        """A change in words."""
        is_lifting = flow is not None and flow.state == "suspended" and change.fact == "state"
        sentence = explanations().changes["resumption" if is_lifting else change.fact]
        fix = self._fix(change.to[0]) if change.fact == "rules" else ""
        return sentence.filled(values=self._values(change), fix=fix)

    def _fix(self, rule: str) -> Said:
        texts = self._rules[rule].texts if rule in self._rules else {}
        return Said(texts.get("fix_en", ""), texts.get("fix_cy", ""))

    def _values(self, change: Change) -> Said:
        """The values of a change as they are called."""
        if not change.to:
            return explanations().unstated
        if change.fact in BODIES:
            return self._speaker.names(self._to(change)) if self._to(change) else explanations().that_body
        named_in = self._entries.get(change.fact, {})
        called = [named_in.get(code, Said(code, code)) for code in change.to]
        return Said(", ".join(each.en for each in called), ", ".join(each.cy for each in called))


def _undecided(decision: Decision) -> Nearest:
    """What stands between a question and any flow: itself, or the registry."""
    if decision.about:
        return Nearest(None, (Change(QUESTION, "question", (decision.about,), SAY),))
    return Nearest(None, (Change(REGISTRY, "registry", (), WAIT),))


def _opening(near: Nearest) -> str:
    if near.flow is not None:
        return "flow"
    return "none" if near is NO_FLOW else near.changes[0].of


def _entries_of(law: Law) -> Mapping[str, Mapping[str, Said]]:
    """What the codes of each fact are called."""
    lists: Mapping[str, Mapping[str, Entry]] = {
        "purpose": law.purposes,
        "subject_group": law.subject_groups,
        "volume": law.volumes,
        "regime": law.regimes,
        "age_band": law.age_bands,
        "method": law.methods,
        "identifiability": law.identifiability,
        "category": law.categories,
        "actions": law.actions,
    }
    return {
        fact: {code: Said(entry.en, entry.cy) for code, entry in entries.items()}
        for fact, entries in lists.items()
    }
