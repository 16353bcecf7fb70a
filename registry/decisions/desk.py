"""Answering one decoded question for one caller: who may ask, the decision, and its words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from msgspec.structs import replace

from registry import clock
from registry.callers import Caller
from registry.db import new_id
from registry.decisions.afterwards import Afterwards, are_ends_known
from registry.decisions.identity import has_identity, is_closed
from registry.decisions.index import Index
from registry.decisions.law.duties import find_duty, find_person_duties
from registry.decisions.law.optout import OptOut
from registry.decisions.memory import Answer, Memory
from registry.decisions.question import Question, read_question
from registry.decisions.receipting import Form, Given, Receipting
from registry.decisions.requests.requestable import Offers
from registry.decisions.rules import UNCOVERED, Decision, Outcome, decide
from registry.decisions.words.explaining import Explainer
from registry.decisions.words.honouring import honoured
from registry.decisions.words.reasons import Speaker
from registry.decisions.words.rendering import Pieces, Renderer, Words, encode
from registry.errors import Forbidden
from registry.policy import Policies
from registry.receipts.issuing import Issuer
from registry.records.actions.stubs import EmergencyAsked

MAX_REMEMBERED = 4096
MAX_REMEMBERED_BYTES = 2048

Repeated = tuple[bool, Pieces]
"""Whether it is permitted, and the context of the answer in pieces."""


class NotAnEnd(Forbidden):
    """The caller's organisation is no end of the question. Said before anything is looked up."""

    code = "not-an-end"


class NotGranted(Forbidden):
    """The body in `on_behalf_of` has not let this partner system ask for it today, or there is none."""

    code = "not-granted"


class UseAdvice(Forbidden):
    """A person decides here, so no boolean is given: ask the advice endpoint."""

    code = "use-advice"


class Asked(NamedTuple):
    """A decoded body, when it came, and its bytes; or the question it was found to be before.

    `is_alone` says that it is no item of a batch: then a denial may offer a request for access.
    """

    body: Mapping[str, Any]
    now: datetime
    text: bytes = b""
    question: Question | None = None
    is_alone: bool = False


class Desk:
    """Answers questions from one index, in words from one set of policies.

    An evaluation's id is that of this desk and a running number. Partner systems ask few different
    questions. Those that hold nothing but known codes are remembered by their bytes, and decided anew;
    answers are remembered for as long as they stand (`Memory`).
    """

    def __init__(
        self,
        index: Index,
        policies: Policies,
        *,
        base_url: str,
        issuer: Issuer | None = None,
        offers: Offers | None = None,
    ) -> None:
        self.index = index
        self._run, self._answers = new_id(), count(1)
        self._bodies = index.bodies
        self._remembered: dict[bytes, Question] = {}
        self._memory, self._offers = Memory(index), offers
        self.speaker, self.policy_digest = Speaker(index, policies), policies.digest
        self._renderer = Renderer(
            index,
            self.speaker,
            Explainer(index, self.speaker, policies),
            policy_digest=policies.digest,
            base_url=base_url,
            overlay=policies.overlay,
        )
        self.afterwards, self._opt_out = Afterwards(index), OptOut(index)
        named = {"iss": base_url, "policy_digest": policies.digest}
        self._receipting = Receipting(issuer, index, self.speaker, named) if issuer else None

    def evaluate(self, asked: Asked, caller: Caller) -> tuple[bool, bytes]:
        """Whether it is permitted, and the context of the answer (AuthZEN 1.0 section 6.2).

        Raises:
            BadQuestion: a member is missing or of the wrong type.
            UseAdvice: a person is about to share, or the caller is registered to be advised.
            NotAnEnd, NotGranted: see `check_end`.
        """
        question = asked.question or read_question(asked.body, self.index)
        if question.is_by_person or is_advised(caller):
            raise UseAdvice
        asker = self.check_end(question, caller, asked.now)
        log_size, edition = self.index.log_size, self.index.edition  # read first: it reflects at least these
        decision = self.decide(question, asker, asked.now)
        is_plain = asked.question is not None or is_closed(asked.body)
        if asked.question is None and is_plain and self._is_known(question, decision):
            asked = self._remember(asked, question)
        words = self._words(question, decision, asked, asker)
        if asked.is_alone and self._offers is not None and not decision.permitted:
            words = self._offers.added(words, question, decision, asked.body, asked.text, asked.now)
        form = self._form(words, question, decision, asked, caller)
        if is_plain and log_size is not None:
            counted = self.afterwards.count(asker, question)
            answer = Answer(decision.permitted, words, edition, asked.now.timestamp(), counted, form)
            self._memory.keep((caller.organisation, asked.is_alone, asked.text), question, answer)
        context = self._said(words, form, question, decision, asked, caller, log_size=log_size or 0)
        return decision.permitted, context

    def repeat(self, text: bytes, caller: Caller, now: datetime) -> Repeated | None:
        """What `evaluate` answers to these very bytes, where it did so before and the answer still stands."""
        log_size, seconds = self.index.log_size, now.timestamp()
        if log_size is None or is_advised(caller):
            return None
        answer = self._memory.find((caller.organisation, True, text), seconds, client=caller.client)
        return self._again(answer, log_size, seconds) if answer else None

    def repeater(self, caller: Caller, now: datetime) -> Callable[[bytes], Repeated | None]:
        """`repeat` for the items of one batch: one about many people is the same question over and over."""
        log_size, seconds = self.index.log_size, now.timestamp()
        if log_size is None or is_advised(caller):
            return lambda _text: None
        organisation, client = caller.organisation, caller.client
        found: dict[bytes, Answer] = {}

        def repeat(text: bytes) -> Repeated | None:
            key = organisation, False, text
            answer = found.get(text) or self._memory.find(key, seconds, client=client)
            if answer is None:
                return None
            found[text] = answer
            return self._again(answer, log_size, seconds)

        return repeat

    def _again(self, answer: Answer, log_size: int, seconds: float) -> Repeated:
        answer.counted.times += 1
        evaluation_id, more = self._new_id(), b""
        if answer.form is not None and self._receipting is not None:
            given = Given(evaluation_id, log_size, seconds, answer.words.relied_on_until(seconds))
            more = self._receipting.members(answer.form, given)
        said = answer.words.said(evaluation_id=evaluation_id, log_size=log_size, now=seconds, more=more)
        return answer.permitted, said

    def recall(self, text: bytes, now: datetime) -> Asked | None:
        """What was asked in these very bytes, if it is remembered and organisations go by the same names."""
        if self._bodies is not self.index.bodies:
            self._bodies, self._remembered = self.index.bodies, {}
        question = self._remembered.get(text)
        return Asked({}, now, text, question) if question is not None else None

    def advise(self, asked: Asked, caller: Caller) -> bytes:
        """The context of an answer to whoever decides for themselves: a duty that may apply is its outcome.

        It also tells of duties that bind the person, which no agreement fulfils.

        Raises:
            BadQuestion: a member is missing or of the wrong type.
            NotAnEnd, NotGranted: see `check_end`.
        """
        question = read_question(asked.body, self.index)
        asker = self.check_end(question, caller, asked.now)
        log_size = self.index.log_size or 0
        decision = self._as_told(question, self._decide(question, asked.now), asker, asked.now)
        if decision.duty and decision.outcome is Outcome.NOT_COVERED:
            decision = replace(decision, outcome=Outcome.DUTY_TO_SHARE)
        if decision.outcome is not Outcome.INDETERMINATE:
            duties = find_person_duties(self.index, question, on=clock.london_day(asked.now))
            decision = replace(decision, person_duties=duties)
        by_person = question.is_by_person or ("initiated_by" not in question.context and is_advised(caller))
        words = self._words(question, decision, asked, asker, by_person=by_person)
        form = self._form(words, question, decision, asked, caller, is_advice=True)
        return self._said(words, form, question, decision, asked, caller, log_size=log_size)

    def decide(self, question: Question, asker: str, now: datetime) -> Decision:
        """What a body's system is told that enforces it: no yes with an obligation it says it cannot meet."""
        decision = self._as_told(question, self._decide(question, now), asker, now)
        if decision.permitted and "supported_obligations" in question.context:
            declared = question.context["supported_obligations"]
            return honoured(decision, self.speaker.obligations(decision), declared)
        return decision

    def _decide(self, question: Question, now: datetime) -> Decision:
        decision = decide(self.index, question, now=now.timestamp())
        if decision.permitted and question.purpose & self._opt_out.purposes:
            return self._opt_out.heeded(decision, question)
        return self._with_duty(question, decision, now)

    def _as_told(self, question: Question, decision: Decision, asker: str, now: datetime) -> Decision:
        """The decision as a body may be told it: a flow withheld from it is as if it were not there."""
        if decision.permitted or decision.flow is None or decision.flow.is_known_to(asker):
            return decision
        return self._with_duty(question, UNCOVERED, now)

    def _with_duty(self, question: Question, decision: Decision, now: datetime) -> Decision:
        if decision.permitted:
            return decision
        duty = find_duty(self.index, question, decision, on=clock.london_day(now))
        return replace(decision, duty=duty.code) if duty else decision

    def _new_id(self) -> str:
        return f"{self._run}.{next(self._answers)}"

    def _words(
        self, question: Question, decision: Decision, asked: Asked, asker: str, *, by_person: bool = False
    ) -> Words:
        return self._renderer.words(
            question,
            decision,
            asker=asker,
            now=asked.now.timestamp(),
            by_person=by_person,
            identity_dropped=asked.question is None and has_identity(asked.text, asked.body),
        )

    def _said(
        self,
        words: Words,
        form: Form | None,
        question: Question,
        decision: Decision,
        asked: Asked,
        caller: Caller,
        *,
        log_size: int,
    ) -> bytes:
        now, evaluation_id, more = asked.now.timestamp(), self._new_id(), b""
        is_of_now = "known_at" not in question.context
        if is_of_now and not decision.permitted and question.context.get("emergency"):
            more = self._in_emergency(question, caller, evaluation_id, asked.now)
        if form is not None and self._receipting is not None:
            given = Given(evaluation_id, log_size, now, words.relied_on_until(now))
            more += self._receipting.members(form, given)
        return b"".join(words.said(evaluation_id=evaluation_id, log_size=log_size, now=now, more=more))

    def _form(
        self,
        words: Words,
        question: Question,
        decision: Decision,
        asked: Asked,
        caller: Caller,
        *,
        is_advice: bool = False,
    ) -> Form | None:
        """What a receipt of the answer says, where one was asked for and nobody is named."""
        if self._receipting is None or words.identity_dropped or not question.context.get("receipt"):
            return None
        return self._receipting.form(
            question,
            decision,
            caller,
            body=asked.body,
            text=asked.text,
            is_advice=is_advice,
            is_known=asked.question is not None,
        )

    def _in_emergency(self, question: Question, caller: Caller, evaluation_id: str, now: datetime) -> bytes:
        """What a context says where an emergency got no yes: a stub opens, a record is awaited."""
        if question.fault is not None or not are_ends_known(question, self.index):
            return b""
        asked = EmergencyAsked(
            owner=self.check_end(question, caller, now),
            holder=question.pair[0],
            recipient=question.onward_to or question.pair[1],
            evaluation_id=evaluation_id,
            purpose=question.context.get("purpose", ""),
            category=question.category,
            asked_at=now,
        )
        self.afterwards.note(asked)
        return b',"break_glass":%s' % encode(self.speaker.reason("record-awaited"))

    def _is_known(self, question: Question, decision: Decision) -> bool:
        """Whether every value is a code or body of the register, in which no person can be hidden."""
        if decision.permitted:
            return True
        are_items_known = question.items is None or self.index.has_items(question.items)
        return question.fault is None and are_items_known and are_ends_known(question, self.index)

    def _remember(self, asked: Asked, question: Question) -> Asked:
        """Remember by its bytes what was asked alone: those of an item in a batch may be no question."""
        is_short = 0 < len(asked.text) <= MAX_REMEMBERED_BYTES
        if asked.is_alone and is_short and self._bodies is self.index.bodies:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[asked.text] = question
        return asked._replace(question=question)

    def check_end(self, question: Question, caller: Caller, now: datetime) -> str:
        """The body for which the caller asks; it has to be an end of the question.

        Raises:
            NotGranted: it asks on behalf of a body that does not let it.
            NotAnEnd: the body it asks for is no end.
        """
        # INVARIANT: nothing but the question, the caller's token and its grants is looked at: a stranger's
        # refusal is the same whether or not anything exists.
        asks_for = self.index.primary(caller.organisation)
        if "on_behalf_of" in question.context:
            asks_for = self.check_granted(question.context["on_behalf_of"], caller, now)
        if question.ends is not None and asks_for not in question.ends:
            raise NotAnEnd
        return asks_for

    def check_granted(self, named: str, caller: Caller, now: datetime) -> str:
        """The body that a caller names: its own, or one that lets this partner system ask for it.

        Raises:
            NotGranted: it is neither.
        """
        asks_for, own = self.index.primary(named), self.index.primary(caller.organisation)
        client = caller.client if caller.kind == "client" else None
        if asks_for != own and not self.index.grants.lets(client, asks_for, now.timestamp()):
            raise NotGranted
        return asks_for


def is_advised(caller: Caller) -> bool:
    """Whether the caller is a person, or a system registered to advise people."""
    return caller.person is not None or caller.mode == "advise"
