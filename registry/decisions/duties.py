"""Duties to share that may apply where nothing covers a question (`policies/law/duties.yaml`)."""

from datetime import date

from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.decisions.rules import Decision, Outcome
from registry.policy.entries import Duty

UNCOVERED = frozenset(
    {
        Outcome.NOT_COVERED,
        Outcome.PURPOSE_NOT_COVERED,
        Outcome.ITEM_NOT_COVERED,
        Outcome.EXPIRED,
        Outcome.SUSPENDED,
    }
)


def find_duty(index: Index, question: Question, decision: Decision, *, on: date) -> Duty | None:
    """A catalogued duty that may apply to the discloser on a London day. Never for bulk."""
    if decision.outcome not in UNCOVERED or not question.is_one_off or question.onward_to is not None:
        return None
    holder, recipient = map(index.bodies.get, question.pair)
    if holder is None or recipient is None:
        return None
    purpose, group = question.context.get("purpose"), question.context.get("subject_group")
    for duty in index.vocabulary.law.duties.values():
        if (
            purpose in duty.purposes
            and group in duty.subject_groups
            and holder.kind in duty.from_kinds
            and recipient.kind in duty.to_kinds
            and not holder.nations.isdisjoint(duty.nations)
            and duty.is_in_force(on)
        ):
            return duty
    return None
