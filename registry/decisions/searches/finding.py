"""What the register permits, found by asking for every candidate what an evaluation would answer.

Candidates come from the flows between two bodies, so that a search costs a look for each body of the register
(and each category of data), and an evaluation for each candidate.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from registry import clock
from registry.callers import Caller
from registry.decisions.desk import Desk, NotAnEnd, UseAdvice, is_advised
from registry.decisions.question import read_question
from registry.decisions.rules import Decision, Outcome
from registry.decisions.searches.searching import Found, Searched
from registry.decisions.words.honouring import profiled
from registry.decisions.words.rendering import LIFETIME_SECONDS
from registry.decisions.words.wording import wording

Json = Mapping[str, Any]


class RegisterFinder:
    """Finds in the register what a desk permits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._index = desk.index

    def find(self, searched: Searched, asked: Json, caller: Caller, now: datetime) -> Found:
        """Everything of a kind that an evaluation would permit, of what the caller's organisation may ask.

        Raises:
            BadQuestion: a member is missing or of the wrong type.
            UseAdvice: a person is about to share, or the caller is registered to be advised.
            NotGranted: the body that the caller asks for does not let it.
        """
        if is_advised(caller):
            raise UseAdvice
        own = self._index.primary(asks_for(asked, caller))
        log_size = self._index.log_size or 0
        # One is always asked about: what is no question is refused whether or not there are candidates.
        example = self._example(searched, own or caller.organisation)
        first = self._decide(_about(asked, searched, example), caller, now)
        left_open = [first] if first and first.outcome is Outcome.INDETERMINATE and not first.flow else []

        results, ends_at = [], now.timestamp() + LIFETIME_SECONDS
        for entity in self._candidates(searched, asked, own):
            decision = self._decide(_about(asked, searched, entity), caller, now)
            if decision is not None and decision.permitted and decision.flow is not None:
                results.append(self._result(entity, decision))
                ends_at = min(ends_at, decision.flow.closes_at)
            elif decision is not None and decision.outcome is Outcome.INDETERMINATE:
                left_open.append(decision)
        said = self._said(left_open, now, is_empty=not results)
        valid_until = clock.stamp(datetime.fromtimestamp(ends_at, UTC))
        return Found(results, {"log_size": log_size, "valid_until": valid_until, **said})

    def _decide(self, asked: Json, caller: Caller, now: datetime) -> Decision | None:
        """The decision on one candidate; None where the caller may not ask about it."""
        question = read_question(asked, self._index)
        if question.is_by_person:
            raise UseAdvice
        try:
            asker = self._desk.check_end(question, caller, now)
        except NotAnEnd:
            return None
        return self._desk.decide(question, asker, now)

    def _candidates(self, searched: Searched, asked: Json, own: str) -> Iterator[Json]:
        if searched is Searched.ACTION:
            yield from ({"name": code} for code in self._index.vocabulary.actions if code)
            return
        found = self._subjects if searched is Searched.SUBJECT else self._resources
        yield from ({"type": asked[searched]["type"], "id": each} for each in found(asked, own))

    def _subjects(self, asked: Json, own: str) -> Iterable[str]:
        """Bodies with a flow from the holder, of those that the caller's organisation may ask about."""
        named, _, category = asked["resource"]["id"].partition("~")
        holder = self._index.primary(named)
        if category not in self._index.vocabulary.holdings:
            return ()
        if asked["action"]["name"] == "disclose":
            return (holder,)
        bodies = self._index.bodies if own == holder else (own,)
        return (body for body in bodies if self._index.flows((holder, body), category))

    def _resources(self, asked: Json, own: str) -> Iterable[str]:
        """Holdings with a flow to the subject, of those that the caller's organisation may ask about."""
        subject = recipient = self._index.primary(asked["subject"]["id"])
        holders: Iterable[str] = self._index.bodies if own == subject else (own,)
        if asked["action"]["name"] == "disclose":
            holders = (subject,)
            recipient = self._index.primary(asked.get("context", {}).get("recipient", ""))
        return (
            f"{holder}~{category}"
            for holder in holders
            for category in self._index.vocabulary.holdings
            if self._index.flows((holder, recipient), category)
        )

    def _example(self, searched: Searched, own: str) -> Json:
        """An entity of the kind that is searched for, of the form that a question needs."""
        if searched is Searched.ACTION:
            return {"name": "receive"}
        category = next(iter(self._index.vocabulary.holdings))
        return {"id": own if searched is Searched.SUBJECT else f"{own}~{category}"}

    def _result(self, entity: Json, decision: Decision) -> Json:
        """An entity, with what its permission demands."""
        obligations = profiled(self._desk.speaker.obligations(decision))
        return {**entity, "obligations": obligations} if obligations else entity

    def _said(self, left_open: Iterable[Decision], now: datetime, *, is_empty: bool) -> Json:
        """What could not be decided and why, and what it does not mean to be on a list or to be missing."""
        today = clock.london_day(now)
        reasons = [self._desk.speaker.reasons(decision, today)[0] for decision in left_open]
        situations = ("uncovered", "emergency") if is_empty else ("caveat", "unlisted", "emergency")
        advice = wording().advise(*situations)
        return {
            "policy_digest": self._desk.policy_digest,
            "reasons": list({reason["en"]: reason for reason in reasons}.values()),
            "advice": {"en": advice.en, "cy": advice.cy},
        }


def asks_for(asked: Json, caller: Caller) -> str:
    """The body that a caller asks for: the one it names, else its own."""
    context = asked.get("context")
    named = context.get("on_behalf_of") if isinstance(context, dict) else None
    return named if isinstance(named, str) else caller.organisation


def _about(asked: Json, searched: Searched, entity: Json) -> Json:
    """The question that a search asks about one entity. What is no object is left as it is, to be refused."""
    if searched is Searched.ACTION:
        return {**asked, "action": entity}
    given = asked.get(searched)
    return {**asked, searched.value: {**given, **entity}} if isinstance(given, dict) else asked
