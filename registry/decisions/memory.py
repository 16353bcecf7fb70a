"""Answers that were given before, so that a question asked again in the same bytes is not read and said anew.

An answer is remembered for as long as it has to come out the same: until anything in the index changes, until
a flow between the two bodies begins, ends or is blocked, and until the London day is over. Nothing of a
question is kept: answers are found by a digest of who asked which bytes, under a key that is drawn when the
worker starts and never leaves it. Of a question that is to have receipts its text is kept, but only where
it holds nothing but known codes and bodies.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from registry import clock
from registry.decisions.afterwards import Counted
from registry.decisions.flows.compiling import Flow
from registry.decisions.flows.making import Made
from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.decisions.receipting import Form
from registry.decisions.words.rendering import Words

MAX_ANSWERS = 8192
MAX_BYTES = 2048
KEY_OCTETS, DIGEST_OCTETS = 32, 16

REPEATED = frozenset(
    {
        "purpose",
        "subject_group",
        "volume",
        "recipient",
        "initiated_by",
        "regime",
        "identifiability",
        "age_band",
        "method",
        "items",
        "at",
        "receipt",
    }
)
"""The members of a context that make an answer depend on nothing but the index and the clock."""


Key = tuple[str, bool, bytes]
"""Who asked, whether alone or in a batch, in which bytes."""


class Answer(NamedTuple):
    """An answer, the edition of the index it was made from, when (in seconds since 1970), its count.

    `form` is that of its receipts, where one was asked for.
    """

    permitted: bool
    words: Words
    edition: int
    since: float
    counted: Counted
    form: Form | None


class Memory:
    """The answers of one desk that still stand. When it is full, it starts again."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._key = secrets.token_bytes(KEY_OCTETS)
        self._begun = Made(self._digest_of)
        self._answers: dict[bytes, tuple[Answer, float]] = {}

    def find(self, asked: Key, now: float, *, client: str | None) -> Answer | None:
        """What was answered, if it still stands; with a receipt it is for the client that got one."""
        kept = self._answers.get(self._digest(asked))
        if kept is None:
            return None
        answer, until = kept
        if answer.form is not None and answer.form.client != client:
            return None
        index = self._index
        is_of_now = answer.since <= now < until and index.not_before < until
        return answer if is_of_now and answer.edition == index.edition and index.is_good(now) else None

    def keep(self, asked: Key, question: Question, answer: Answer) -> None:
        """Remember an answer to a question that has none but known members."""
        is_bounded = 0 < len(asked[2]) <= MAX_BYTES and question.context.keys() <= REPEATED
        tells_text = answer.form is not None and not answer.form.is_known
        if answer.words.identity_dropped or not is_bounded or tells_text:
            return
        if len(self._answers) >= MAX_ANSWERS:
            self._answers.clear()
        until = min(_turns(self._index.between(question.pair), question, answer.since))
        self._answers[self._digest(asked)] = answer, until

    def _digest(self, asked: Key) -> bytes:
        organisation, is_alone, text = asked
        told = self._begun[organisation, is_alone].copy()  # the key and who asks are worked in once
        told.update(text)
        return told.digest()

    def _digest_of(self, asking: tuple[str, bool]) -> blake2b:
        """A digest under the key, begun with who asks, and whether alone."""
        organisation, is_alone = asking
        begun = b"%s %d " % (organisation.encode(), is_alone)
        return blake2b(begun, key=self._key, digest_size=DIGEST_OCTETS)


def _turns(flows: Iterable[Flow], question: Question, now: float) -> Iterable[float]:
    """The instants ahead at which an answer may become another: for one about a fixed instant, midnight."""
    yield clock.day_end(clock.london_day(datetime.fromtimestamp(now, UTC))).timestamp()
    if question.at is None:
        for flow in flows:
            for turn in (flow.begins_at, flow.live_at, flow.blocked_at, flow.ends_at):
                if turn > now:
                    yield turn
