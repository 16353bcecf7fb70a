"""Receipts of answers: what one claims, and the members of an answer that was asked for with one.

Only bodies that the register knows are named, and nothing else a caller sent is repeated. A question that
seems to name a person gets no receipt: there is to be no evidence of it anywhere.
"""

import secrets
from collections.abc import Mapping
from json import loads
from typing import Any, NamedTuple

import rfc8785

from registry.callers import Caller
from registry.decisions.index import Index
from registry.decisions.question import BadQuestion, Question
from registry.decisions.rules import Decision
from registry.decisions.words.reasons import Speaker
from registry.decisions.words.rendering import agreement_of, encode
from registry.receipts.issuing import Begun, Issuer
from registry.verification.commitments import base64url
from registry.verification.receipt import LOG_SUFFIX, SAYS, request_hash
from registry.web.body import field_error

MAX_KEPT, MAX_KEPT_BYTES = 4096, 2048
SALT_OCTETS, NONCE_OCTETS = 32, 16

CLAIMS = b',"exp":%d,"iat":%d,"jti":"%s","log_size":%d,"nonce":"%s","request_hash":"%s"%s}'
"""The claims of a receipt that differ, after those that are the same for equal answers to one client."""

MEMBERS = b',"receipt":"%s","receipt_salt":"%s"'
"""The members of a context that has a receipt. The salt is told this once and kept nowhere here."""


class Form(NamedTuple):
    """What is the same in every receipt that one client gets for one question and its answer.

    `begun` are the claims up to where the others follow; `canonical` is the question in canonical form
    (RFC 8785). `is_known` says that it holds nothing but codes and bodies of the register.
    """

    client: str | None
    begun: Begun
    instants: bytes
    canonical: bytes
    is_known: bool


class Given(NamedTuple):
    """What differs from answer to answer: its id, the log size it reflects, its times (in seconds)."""

    evaluation_id: str
    log_size: int
    now: float
    until: int


class Receipting:
    """Writes the receipts of one desk."""

    def __init__(self, issuer: Issuer, index: Index, speaker: Speaker, always: Mapping[str, str]) -> None:
        self._issuer, self._index, self._speaker = issuer, index, speaker
        self._always = {"says": SAYS, "log": issuer.signer.name.removesuffix(LOG_SUFFIX), **always}
        self._kept: dict[tuple[object, ...], Begun] = {}
        self._canonical: dict[bytes, bytes] = {}
        self._bodies = index.bodies
        self._unavailable = b',"warnings":[%s]' % encode(speaker.reason("receipt-unavailable"))

    def form(
        self,
        question: Question,
        decision: Decision,
        caller: Caller,
        *,
        body: Mapping[str, Any],
        text: bytes,
        is_advice: bool,
        is_known: bool,
    ) -> Form:
        """The form of receipts for a question, given by its decoded body and its bytes, and its answer.

        Raises:
            BadQuestion: the question has no canonical form, as with too large a number or a lone surrogate.
        """
        begun = self._same(question, decision, caller, is_advice=is_advice)
        canonical = self._canonical_form(body, text, is_known=is_known)
        return Form(caller.client, begun, _instants(question), canonical, is_known)

    def members(self, form: Form, given: Given) -> bytes:
        """More members of a context: a receipt of the answer, or a warning that none can be kept just now."""
        if self._issuer.is_full:
            return self._unavailable
        drawn = secrets.token_bytes(SALT_OCTETS + NONCE_OCTETS)  # one call of the system
        salt, nonce = drawn[:SALT_OCTETS], drawn[SALT_OCTETS:]
        claims = CLAIMS % (
            given.until,
            given.now,
            given.evaluation_id.encode(),
            given.log_size,
            base64url(nonce),
            request_hash(salt, form.canonical).encode(),
            form.instants,
        )
        return MEMBERS % (self._issuer.issue(claims, form.begun), base64url(salt))

    def _same(self, question: Question, decision: Decision, caller: Caller, *, is_advice: bool) -> Begun:
        if self._bodies is not self._index.bodies:
            self._bodies, self._kept = self._index.bodies, {}
        asks_for = question.context.get("on_behalf_of")
        key = (decision, question.pair, caller.client, caller.organisation, asks_for, is_advice)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            members = self._members(question, decision, caller, is_advice=is_advice)
            kept = self._kept[key] = Begun.of(encode(members)[:-1])
        return kept

    def _members(
        self, question: Question, decision: Decision, caller: Caller, *, is_advice: bool
    ) -> dict[str, Any]:
        asks_for = question.context.get("on_behalf_of")
        holder, recipient = map(self._known, question.pair)
        ends = {self._index.primary(caller.organisation), holder, recipient} - {None}
        caveat = self._speaker.advice(decision, is_emergency=False) if decision.permitted else None
        return {
            **self._always,
            "aud": sorted(filter(None, ends)),
            "client": caller.client,
            "organisation": caller.organisation,
            "on_behalf_of": asks_for and self._known(self._index.primary(asks_for)),
            "holder": holder,
            "recipient": recipient,
            **({} if is_advice else {"decision": decision.permitted}),
            "outcome": decision.outcome,
            "agreement": agreement_of(decision),
            **({"caveat": {"en": caveat.en, "cy": caveat.cy}} if caveat else {}),
        }

    def _known(self, organisation: str) -> str | None:
        """An organisation that the register knows: anything else is a caller's own text."""
        return organisation if organisation in self._index.bodies else None

    def _canonical_form(self, body: Mapping[str, Any], text: bytes, *, is_known: bool) -> bytes:
        """The question in canonical form, kept where nobody can be hidden in it."""
        kept = self._canonical.get(text)
        if kept is not None:
            return kept
        try:
            canonical = rfc8785.dumps(body or loads(text))
        except (rfc8785.CanonicalizationError, UnicodeEncodeError) as fault:
            raise BadQuestion(errors=(field_error("/context/receipt", "bad-form"),)) from fault
        if is_known and len(text) <= MAX_KEPT_BYTES:
            if len(self._canonical) >= MAX_KEPT:
                self._canonical.clear()
            self._canonical[text] = canonical
        return canonical


def _instants(question: Question) -> bytes:
    """Of which instant the answer speaks, where it is not the present one; both are RFC 3339 when read."""
    if question.fault is not None:
        return b""
    said = {name: question.context[name] for name in ("at", "known_at") if name in question.context}
    return b"," + encode(said)[1:-1] if said else b""
