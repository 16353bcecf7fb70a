"""What a denial offers where an agreement could change it (AuthZEN Access Request and Approval Profile).

The offer is a signed token that binds the question as the register understands it: who would share what with
whom, why and how. An officer of one end hands it in and is given a draft agreement that covers just that. The
token names no person and no agreement, and whoever holds it may do no more than their own roles allow.
"""

import re
import secrets
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any

from registry import clock
from registry.decisions.afterwards import are_ends_known
from registry.decisions.index import Index
from registry.decisions.question import Question
from registry.decisions.rules import Decision
from registry.decisions.sealing import Sealer
from registry.decisions.words.rendering import Words, encode
from registry.decisions.words.wording import wording

Json = Mapping[str, Any]

KIND = "authzen-binding+jwt"
REQUESTS = "/api/v1/access-requests"
TEMPLATE = "draft-agreement"
LIFETIME = timedelta(days=7)
KEPT_FOR = timedelta(hours=12)
MAX_KEPT = 4096

REQUESTABLE = frozenset({"not-covered", "purpose-not-covered", "item-not-covered", "expired"})
"""The reasons of a denial that an agreement would change and none is on its way."""

NEEDED = ("purpose", "subject_group", "volume")
BOUND = (*NEEDED, "recipient", "regime", "identifiability", "age_band", "method", "items")
"""The members of a context that a token binds: those that a flow constrains."""

ITEM = re.compile(r"[a-z][a-z0-9-]{0,63}")
MAX_ITEMS, MAX_TOKEN = 200, 8192
"""How many items a request may name, and how many characters a token may have to be handed in."""


class Offers:
    """Makes the offers of one index. Those about codes and bodies of the register are kept for a while."""

    def __init__(self, index: Index, sealer: Sealer) -> None:
        self._index, self._sealer = index, sealer
        self._kept: dict[Hashable, tuple[bytes, datetime]] = {}
        said = wording().advice["request"]
        self._same = {"endpoint": sealer.issuer + REQUESTS, "template": TEMPLATE, "display": said._asdict()}

    def added(
        self, words: Words, question: Question, decision: Decision, body: Json, text: bytes, now: datetime
    ) -> Words:
        """The words of a denial, with an offer where one can be made.

        `body` is that of the question, empty where the question was remembered by its bytes, `text`.
        """
        is_about_known = are_ends_known(question, self._index)
        if words.identity_dropped or not is_about_known or not is_requestable(question, decision):
            return words
        offer = self._kept_for(question, now)
        if offer is None and (offer := self._offer(body or loads(text), now)):
            self._keep(question, offer, now)
        return words._replace(after=b"%s,%s" % (offer, words.after)) if offer else words

    def _kept_for(self, question: Question, now: datetime) -> bytes | None:
        offer, until = self._kept.get(question.facts, (None, now))
        return offer if now < until else None

    def _keep(self, question: Question, offer: bytes, now: datetime) -> None:
        if question.items is not None and not self._index.has_items(question.items):
            return
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[question.facts] = offer, now + KEPT_FOR

    def _offer(self, body: Json, now: datetime) -> bytes | None:
        """The offer, unless its token would be too long to be handed in."""
        expires_at = now + LIFETIME
        asked = bound(body, self._index)
        claims = {
            **asked,
            "binding_context_members": sorted(asked["context"]),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        token = self._sealer.seal(KIND, claims)
        if len(token) > MAX_TOKEN:
            return None
        stamp = clock.stamp(datetime.fromtimestamp(int(expires_at.timestamp()), UTC))
        said = {**self._same, "expires_at": stamp, "binding_token": token}
        return b'"access_request":%s' % encode(said)


def is_requestable(question: Question, decision: Decision) -> bool:
    """Whether an agreement could change a denial: it is about now, and says in codes what one needs."""
    return (
        decision.code in REQUESTABLE
        and question.at is None
        and all(name in question.context for name in NEEDED)
        and len(question.items or ()) <= MAX_ITEMS
        and all(ITEM.fullmatch(item) for item in question.items or ())
    )


def bound(body: Json, index: Index) -> dict[str, Any]:
    """A question in the one form that a token binds: bodies by their primary identifiers, items in order.

    Disclosing is bound as the receiving that it is from the other end.
    """
    context = {name: body["context"][name] for name in BOUND if name in body["context"]}
    subject, action, recipient = body["subject"]["id"], body["action"]["name"], context.pop("recipient", "")
    if action == "disclose":
        subject, action = recipient, "receive"
    if action == "onward_share":
        context["recipient"] = index.primary(recipient)
    if "items" in context:
        context["items"] = sorted(set(context["items"]))
    holder, _, category = body["resource"]["id"].partition("~")
    return {
        "subject": {"type": "organisation", "id": index.primary(subject)},
        "action": {"name": action},
        "resource": {"type": "data_holding", "id": f"{index.primary(holder)}~{category}"},
        "context": context,
    }
