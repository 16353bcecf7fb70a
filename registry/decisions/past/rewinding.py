"""Answering what was known at an instant (`context.known_at`), from what the log held then.

Everything else is handed to the desk of today. What was known then is put into an index of its own, with the
names that bodies had, and a desk over it answers as it would have answered: the outcome, the words, the
duties. Only the agreements between the two bodies of a question are read back, so this costs what they have
been through, however large the register is. It reads the database and may wait for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from registry.callers import Caller
from registry.decisions.desk import Asked, Desk
from registry.decisions.flows.compiling import Pair
from registry.decisions.index import Index
from registry.decisions.past.then import knowing, naming
from registry.decisions.question import BadQuestion, read_instant, read_question
from registry.decisions.rules import decide
from registry.decisions.searches.finding import RegisterFinder, asks_for
from registry.decisions.searches.searching import Found, Searched
from registry.history.past import Past, TooMuch
from registry.web.body import field_error

Json = Mapping[str, Any]

MAX_KEPT = 32
"""Views of the past that are kept, each of a few agreements; and the names of bodies at so many sizes."""

POINTER = "/context/known_at"
NOTHING = frozenset[str]()


class View(NamedTuple):
    """What was known of some agreements: a desk that knows it, and whether the log leaves something open."""

    desk: Desk
    is_sure: bool


class Rewinder:
    """Answers of one register about what it knew.

    `today` is the desk of what is known now; `make_desk` makes one over an index of the past that answers in
    the same words.
    """

    def __init__(self, today: Desk, past: Past, make_desk: Callable[[Index], Desk]) -> None:
        self.today = today
        self._past = past
        self._make_desk = make_desk
        self._bodies = today.index.bodies
        self._named = lru_cache(MAX_KEPT)(self._read_names)
        self._view = lru_cache(MAX_KEPT)(self._read_view)

    def evaluate(self, asked: Asked, caller: Caller) -> tuple[bool, bytes]:
        """Whether it is permitted, or was known to be, and the context of the answer.

        Raises:
            BadQuestion: a member is missing or of the wrong type, or the instant is still to come.
            UseAdvice, NotAnEnd, NotGranted: see `Desk.evaluate`.
        """
        desk, caller = self._desk_for(asked, caller)
        return desk.evaluate(asked, caller)

    def advise(self, asked: Asked, caller: Caller) -> bytes:
        """The context of an answer to whoever decides for themselves.

        Raises:
            BadQuestion: a member is missing or of the wrong type, or the instant is still to come.
            NotAnEnd, NotGranted: see `Desk.advise`.
        """
        desk, caller = self._desk_for(asked, caller)
        return desk.advise(asked, caller)

    def repeat(self, text: bytes, caller: Caller, now: datetime) -> None:
        """Nothing: no answer about the past is remembered."""

    def repeater(self, caller: Caller, now: datetime) -> Callable[[bytes], None]:
        """Finds nothing, as `repeat`."""
        return lambda _text: None

    def recall(self, text: bytes, now: datetime) -> None:
        """Nothing: what names meant is read again each time it is asked for."""

    def find(self, searched: Searched, asked: Json, caller: Caller, now: datetime) -> Found:
        """Everything of a kind that an evaluation would permit, or was known to permit.

        Raises:
            BadQuestion: a member is missing or of the wrong type, or the instant is still to come.
            UseAdvice, NotGranted: see `RegisterFinder.find`.
        """
        known_at = _known_at(asked, now)
        if known_at is None or self.today.index.log_size is None:
            return RegisterFinder(self.today).find(searched, asked, caller, now)
        # INVARIANT: as above; of a body that lets nobody ask for it no past is read.
        self.today.check_granted(asks_for(asked, caller), caller, now)
        try:
            view, caller = self._look_all_back(asked, caller, known_at)
        except (SQLAlchemyError, TooMuch):
            return RegisterFinder(self.today).find(searched, asked, caller, now)
        found = RegisterFinder(view.desk).find(searched, asked, caller, now)
        if view.is_sure:
            return found
        unclear = self.today.speaker.reason("history-unclear")
        return found._replace(context={**found.context, "reasons": [*found.context["reasons"], unclear]})

    def _desk_for(self, asked: Asked, caller: Caller) -> tuple[Desk, Caller]:
        """The desk that answers, and the caller under the name that its body had."""
        known_at = _known_at(asked.body, asked.now)
        if known_at is None or self.today.index.log_size is None:
            return self.today, caller
        try:
            return self._look_back(asked, caller, known_at)
        except (SQLAlchemyError, TooMuch):
            return self.today, caller  # whose answer is that what was known cannot be told

    def _look_back(self, asked: Asked, caller: Caller, known_at: datetime) -> tuple[Desk, Caller]:
        self._forget_other_bodies()
        size = self._past.size_at(known_at)
        named = self._named(size)
        question = read_question(asked.body, named)
        caller = self._as_then(caller, question.ends or ())
        # INVARIANT: a stranger is refused before anything is looked up, as everywhere (`Desk.check_end`).
        self._brought_up(self._view(size, NOTHING)).desk.check_end(question, caller, asked.now)
        refs = self._between(question.pair) if question.fault is None else NOTHING
        view = self._brought_up(self._view(size, refs))
        # INVARIANT: a flow of which the log does not say what stopped it is in no view, so it never permits.
        if view.is_sure or decide(view.desk.index, question, now=asked.now.timestamp()).permitted:
            return view.desk, caller
        return self._brought_up(self._view(size, None)).desk, caller

    def _look_all_back(self, asked: Json, caller: Caller, known_at: datetime) -> tuple[View, Caller]:
        """What was known of every agreement of the body that searches."""
        self._forget_other_bodies()
        size = self._past.size_at(known_at)
        named = self._named(size)
        caller = self._as_then(caller, tuple(map(named.primary, _named_in(asked))))
        own = named.primary(asks_for(asked, caller))
        everyone = self.today.index.bodies
        pairs = (
            pair
            for body in self._past.names_today().successors(own)
            for other in everyone
            for pair in ((body, other), (other, body))
        )
        return self._brought_up(self._view(size, self._refs(pairs))), caller

    def _refs(self, pairs: Iterable[Pair]) -> frozenset[str]:
        """The agreements between bodies as they stand today."""
        return frozenset(flow.ref for pair in pairs for flow in self.today.index.between(pair))

    def _as_then(self, caller: Caller, ends: Collection[str]) -> Caller:
        """The caller, for the body that a question is about where its own has succeeded that since."""
        primary = self.today.index.primary
        own = primary(caller.organisation)
        if own in ends:
            return caller
        succeeded = (end for end in sorted(ends) if primary(end) == own)
        return replace(caller, organisation=next(succeeded, caller.organisation))

    def _between(self, pair: Pair) -> frozenset[str]:
        """The agreements of today that were, or may have been, between two bodies of then."""
        holders, recipients = map(self._past.names_today().successors, pair)
        return self._refs((holder, recipient) for holder in holders for recipient in recipients)

    def _brought_up(self, view: View) -> View:
        """The view, as far as the log was followed, by the clock and the grants of when it is asked."""
        today, index = self.today.index, view.desk.index
        index.log_size, index.grants = today.log_size, today.grants
        index.not_before, index.good_until = today.not_before, today.good_until
        return view

    def _forget_other_bodies(self) -> None:
        """Drop what is kept when bodies are called otherwise than when it was made."""
        if self._bodies is not self.today.index.bodies:
            self._bodies = self.today.index.bodies
            self._named.cache_clear()
            self._view.cache_clear()

    def _read_names(self, size: int) -> Index:
        """An index that knows what bodies were called at a size of the log, and no more."""
        today = self.today.index
        return naming(today, self._past.names(size), today.bodies)

    def _read_view(self, size: int, refs: frozenset[str] | None) -> View:
        """What was known of some agreements; without any, a desk that says the log leaves it open."""
        index, is_sure = knowing(
            self._named(size), self._past.agreements(refs, size) if refs else [], log_size=size
        )
        if refs is None:
            index.past_fault = "history-unclear"
        return View(self._make_desk(index), is_sure)


def _known_at(body: Json, now: datetime) -> datetime | None:
    """The instant that a question names; None where it names none, or is none at all.

    Raises:
        BadQuestion: it is no instant with an offset, or still to come.
    """
    context = body.get("context")
    text = context.get("known_at") if isinstance(context, dict) else None
    if not isinstance(text, str):
        return None
    known_at = datetime.fromtimestamp(read_instant(text, POINTER), UTC)
    if known_at > now:
        raise BadQuestion(errors=(field_error(POINTER, "in-the-future"),))
    return known_at


def _named_in(asked: Json) -> Iterator[str]:
    """The bodies that a search is about."""
    for name in ("subject", "resource"):
        thing = asked.get(name)
        if isinstance(thing, dict) and isinstance(thing.get("id"), str):
            yield thing["id"].partition("~")[0]
