"""What answers leave to be done after them: emergencies to be recorded, and what is asked how often.

An answer waits for none of it: it is held in memory, bounded, until the clerk of the worker writes it down.
"""

from collections.abc import Hashable, Iterator
from threading import Lock
from typing import Any

from registry.decisions.flows.vocabulary import FIRST_ACTIONS
from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.records.actions.stubs import MAX_OPEN, EmergencyAsked

MAX_COUNTED = 4096

CODES = ("purpose", "subject_group", "volume", "regime", "identifiability", "age_band", "method")
"""The members of a context that hold codes of the law's lists: an unknown one would have been a fault."""


class Counted:
    """How often a body asked a question, and how much of that is written down; `codes` alone tell of it."""

    __slots__ = ("codes", "organisation", "times", "written")

    def __init__(self, organisation: str, codes: dict[str, Any] | None) -> None:
        self.organisation, self.codes = organisation, codes
        self.times = self.written = 0


class Afterwards:
    """What one desk leaves to be done."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._emergencies: dict[str, list[EmergencyAsked]] = {}
        self._lock = Lock()
        self._counted: dict[Hashable, Counted] = {}

    def count(self, organisation: str, question: Question) -> Counted:
        """Count a question that a body asked, and give back where it is counted when it is asked again.

        Of what is not known to the register nothing is kept, here or with the answer.
        """
        key = organisation, question.facts
        counted = self._counted.get(key)
        if counted is None:
            counted = Counted(organisation, in_codes(question, self._index))
            if counted.codes is not None and len(self._counted) < MAX_COUNTED:
                self._counted[key] = counted
        counted.times += 1
        return counted

    def note(self, emergency: EmergencyAsked) -> None:
        """Leave an emergency to be recorded, of each body as many as it can have open."""
        with self._lock:
            of_body = self._emergencies.setdefault(emergency.owner, [])
            if len(of_body) < MAX_OPEN:
                of_body.append(emergency)

    def take_emergencies(self) -> list[EmergencyAsked]:
        """The emergencies that were left since, which are the taker's from now on."""
        with self._lock:
            left, self._emergencies = self._emergencies, {}
        return [emergency for of_body in left.values() for emergency in of_body]

    def give_back(self, emergencies: list[EmergencyAsked]) -> None:
        """Leave again what could not be written down, before what has come since."""
        for emergency in [*emergencies, *self.take_emergencies()]:
            self.note(emergency)

    def take_counts(self) -> Iterator[tuple[Counted, int]]:
        """What was asked since, and how often; for one thread at a time."""
        for counted in list(self._counted.values()):
            times = counted.times
            if times > counted.written:
                yield counted, times - counted.written
                counted.written = times
        if len(self._counted) >= MAX_COUNTED:
            self._counted = {}


def in_codes(question: Question, index: Index) -> dict[str, Any] | None:
    """A question in codes and bodies of the register alone, as it could be asked; None if it has others."""
    are_items_known = question.items is None or index.has_items(question.items)
    if question.fault is not None or not are_items_known or not are_ends_known(question, index):
        return None
    holder, recipient = question.pair
    context: dict[str, Any] = {name: question.context[name] for name in CODES if name in question.context}
    if question.items is not None:
        context["items"] = sorted(question.items)
    if question.onward_to is not None:
        context["recipient"] = question.onward_to
    return {
        "subject": {"type": "organisation", "id": recipient},
        "action": {"name": _action(question, index)},
        "resource": {"type": "data_holding", "id": f"{holder}~{question.category}"},
        "context": context,
    }


def are_ends_known(question: Question, index: Index) -> bool:
    """Whether every body that a question is about is one of the register."""
    ends = {*question.pair, *([question.onward_to] if question.onward_to else [])}
    return ends <= index.bodies.keys()


def _action(question: Question, index: Index) -> str:
    """The action asked about; `disclose` is the same question as `receive`."""
    actions = index.vocabulary.actions.items()
    return next(code for code, bit in actions if code and code not in FIRST_ACTIONS and bit & question.bits)
