"""Duties that may apply: of a body, where nothing covers a question, and of a person, whatever covers it.

They are data: `policies/law/duties.yaml` and `policies/law/person-duties.yaml`.
"""

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


def find_person_duties(index: Index, question: Question, *, on: date) -> tuple[str, ...]:
    """The codes of the duties that may bind whoever is about to share, on a London day. Never for bulk."""
    holder, recipient = map(index.bodies.get, question.pair)
    if holder is None or recipient is None or not question.is_one_off or question.onward_to is not None:
        return ()
    law = index.vocabulary.law
    purpose, group = question.context.get("purpose"), question.context.get("subject_group")
    return tuple(
        duty.code
        for duty in law.person_duties.values()
        if purpose in duty.purposes
        and (not duty.subject_groups or group in duty.subject_groups)
        and recipient.kind in duty.to_kinds
        and not holder.nations.isdisjoint(law.gateways[duty.code].extent)
        and law.gateways[duty.code].is_in_force(on)
        and duty.is_in_force(on)
    )
