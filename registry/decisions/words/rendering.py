"""Putting a decision into words: the bytes of an answer's context.

Equal decisions are said in the same words, so the long part is made once and kept; what differs from answer
to answer (its id, its time, the log size, the contacts) is joined on. Nothing a caller sent is ever
repeated.
"""

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from registry import clock
from registry.decisions.afterwards import are_ends_known
from registry.decisions.flows.compiling import NEVER
from registry.decisions.index import Body, Index
from registry.decisions.question import Question
from registry.decisions.rules import Decision, Outcome
from registry.decisions.words.explaining import Explainer, Miss
from registry.decisions.words.honouring import profiled
from registry.decisions.words.reasons import Speaker, named

LIFETIME_SECONDS = 300
"""How long an answer may be relied on at most."""

MAX_KEPT = 4096

DIFFERS = b'%s"},"evaluation_id":"%s","valid_until":"%s","log_size":%d%s,'
"""What differs each time the same words are said, in the midst of them."""

AFTER = b'"contacts":{"holder":%s,"recipient":%s}%s%s}'

Key = tuple[Decision, bool, bool]
Pieces = tuple[bytes, ...]


class Words(NamedTuple):
    """A context but for what differs each time: before the evaluation's id, and from the log size to the end.

    It may be relied on for `lifetime_seconds`, but not beyond `ends_at` (in seconds since 1970).
    `identity_dropped` says that the question seemed to name someone.
    """

    before: bytes
    after: bytes
    lifetime_seconds: int
    ends_at: float
    identity_dropped: bool

    def said(self, *, evaluation_id: str, log_size: int, now: float, more: bytes = b"") -> Pieces:
        """The `context` of an answer, as JSON, with more members (each after a comma).

        It is in pieces, so that its kilobytes are copied once, when they are sent.
        """
        identifier, valid_until = evaluation_id.encode(), _stamp(self.relied_on_until(now))
        return self.before, DIFFERS % (identifier, identifier, valid_until, log_size, more), self.after

    def relied_on_until(self, now: float) -> int:
        """Until when an answer given now may be relied on, in seconds since 1970."""
        ahead = now + self.lifetime_seconds
        return int(ahead if ahead < self.ends_at else self.ends_at)


class Renderer:
    """Renders decisions about the flows of one index."""

    def __init__(
        self,
        index: Index,
        speaker: Speaker,
        explainer: Explainer,
        *,
        policy_digest: str,
        base_url: str,
        overlay: str | None = None,
    ) -> None:
        self._index = index
        self._speaker = speaker
        self._explainer = explainer
        self._policy = {"policy_digest": policy_digest} | ({"overlay": overlay} if overlay else {})
        self._today = date.min
        self._day_ends_at = 0.0
        self._record_url = f"{base_url}/break-glass/new?evaluation="
        self._kept: dict[Key, bytes] = {}
        self._nearest: dict[Miss, bytes] = {}
        self._edition = index.edition
        self._contacts: dict[str, bytes] = {}
        self._bodies = index.bodies
        self._warning = b',"warnings":[%s]' % encode(speaker.reason("personal-identity-dropped"))

    def words(
        self,
        question: Question,
        decision: Decision,
        *,
        asker: str,
        now: float,
        by_person: bool = False,
        identity_dropped: bool = False,
    ) -> Words:
        """The words of an answer.

        `asker` is the body that is answered, `by_person` says that a person is about to share,
        `identity_dropped` that the question seemed to name someone.
        """
        if self._bodies is not self._index.bodies or now >= self._day_ends_at:
            self._forget(now)
        key = (decision, by_person and question.is_one_off, bool(question.context.get("emergency")))
        kept = self._kept.get(key) or self._keep(key)
        after = AFTER % (
            *map(self._contact, question.pair),
            b"" if decision.permitted else self._nearest_to(question, decision, asker, now),
            self._warning if identity_dropped else b"",
        )
        return Words(kept, after, *_lifetime(decision), identity_dropped)

    def _keep(self, key: Key) -> bytes:
        """What is the same for equal decisions, up to where the evaluation's id goes into the record URL."""
        decision, is_personal, is_emergency = key
        advice = self._speaker.advice(decision, is_emergency=is_emergency)
        said = {
            "outcome": decision.outcome,
            "agreement": agreement_of(decision),
            "gateways": list(self._speaker.gateways(decision)),
            "reasons": self._speaker.reasons(decision, self._today),
            "obligations": profiled(self._speaker.obligations(decision)),
            **self._speaker.details(decision),
            **self._ends_first(decision),
            **self._policy,
            "advice": {
                "en": advice.en,
                "cy": advice.cy,
                "may_proceed_on_professional_judgement": is_personal
                and not self._speaker.is_hard_stop(decision),
                **self._speaker.person_duties(decision),
                "record_url": self._record_url,
            },
        }
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        kept = encode(said).removesuffix(b'"}}')
        if self._are_codes(decision.items):
            self._kept[key] = kept
        return kept

    def _ends_first(self, decision: Decision) -> dict[str, Any]:
        if not decision.permitted or decision.flow is None:
            return {}
        return {"ends_first": self._explainer.ends_first(decision.flow)}

    def _nearest_to(self, question: Question, decision: Decision, asker: str, now: float) -> bytes:
        """What comes nearest, kept for as long as no flow changes."""
        if self._edition != self._index.edition or len(self._nearest) >= MAX_KEPT:
            self._edition, self._nearest = self._index.edition, {}
        miss = Miss.of(question, decision, asker)
        kept = self._nearest.get(miss)
        if kept is None:
            at = now if question.at is None else question.at
            near = self._explainer.nearest(question, decision, asker=asker, at=at)
            kept = b',"nearest":%s' % encode(near)
            if self._are_codes(question.items) and are_ends_known(question, self._index):
                self._nearest[miss] = kept
        return kept

    def _are_codes(self, items: frozenset[str] | None) -> bool:
        """Whether items are codes of the register: in others a person could be hidden, so none is kept."""
        return items is None or self._index.has_items(items)

    def _contact(self, organisation: str) -> bytes:
        contact = self._contacts.get(organisation)
        if contact is None:
            body = self._index.bodies.get(organisation)
            if body is None:
                return b"null"
            contact = self._contacts[organisation] = encode(_contact(body))
        return contact

    def _forget(self, now: float) -> None:
        """Names and contacts have changed, or a London day is over."""
        self._today = clock.london_day(datetime.fromtimestamp(now, UTC))
        self._day_ends_at = clock.day_end(self._today).timestamp()
        self._bodies = self._index.bodies
        self._kept, self._nearest, self._contacts = {}, {}, {}


def encode(value: Any) -> bytes:
    """A value as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def agreement_of(decision: Decision) -> dict[str, Any] | None:
    """The agreement that decided. One that is not live yet is spoken of in the reason only."""
    flow = decision.flow
    if flow is None or decision.outcome in {
        Outcome.INDETERMINATE,
        Outcome.NOT_COVERED,
        Outcome.DUTY_TO_SHARE,
    }:
        return None
    return named(flow)


def _contact(body: Body) -> dict[str, str]:
    return {
        "organisation": body.id,
        "name_en": body.name_en,
        "name_cy": body.name_cy,
        "ig": body.ig_contact,
        "duty": body.duty_contact,
    }


def valid_until(decision: Decision, now: float) -> float:
    """The earlier of five minutes ahead and the flow's end; a yes ends when a rule is to block the flow, too.

    A suspension may be lifted at any moment.
    """
    lifetime_seconds, ends_at = _lifetime(decision)
    return min(now + lifetime_seconds, ends_at)


def _lifetime(decision: Decision) -> tuple[int, float]:
    if decision.outcome is Outcome.SUSPENDED:
        return 0, NEVER
    if decision.flow is None:
        return LIFETIME_SECONDS, NEVER
    return LIFETIME_SECONDS, decision.flow.closes_at if decision.permitted else decision.flow.ends_at


@lru_cache(maxsize=1024)
def _stamp(second: int) -> bytes:
    return clock.stamp(datetime.fromtimestamp(second, UTC)).encode()
