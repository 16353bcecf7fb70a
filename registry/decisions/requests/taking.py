"""Taking up an offer: from a binding token to a draft agreement, and how far that has come.

The draft is made by the ordinary action, in the officer's own rights. The agreement is the request: its
reference is the task's, its status says how far it has come, and nothing is stored besides. The log names the
token as what the draft was made from, by its digest.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from registry import clock
from registry.agreements import actions as agreements
from registry.agreements.actions.change import Changed
from registry.agreements.rules import IN_FORCE, NoSuchAgreement, Status
from registry.agreements.schemas import TermsIn
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.decisions.index import Body, Index
from registry.decisions.question import Question, read_question
from registry.decisions.requests.drafting import draft_of
from registry.decisions.requests.requestable import KIND, bound
from registry.decisions.requests.schemas import AccessRequestIn
from registry.decisions.rules import decide
from registry.decisions.sealing import Sealer
from registry.errors import Gone, Invalid, NotFound
from registry.policy import Policies
from registry.web.body import parse

Progress = Literal["pending", "approved", "denied", "cancelled", "expired"]

ERROR = "urn:openid:authzen:access-request:error:"
PROGRESS: Mapping[Status, Progress] = {
    **dict.fromkeys(Status, "pending"),
    **dict.fromkeys(IN_FORCE, "approved"),
    **dict.fromkeys((Status.EXPIRED, Status.TERMINATED, Status.SUPERSEDED, Status.ARCHIVED), "expired"),
    Status.REJECTED: "denied",
    Status.WITHDRAWN: "cancelled",
}
"""How far a request has come, by the status of the agreement's version that the caller may read."""


class BindingRefused(Invalid):
    """The binding token is not one that this registry gave out for this question."""

    code = "binding-refused"

    def extensions(self) -> dict[str, Any]:
        """The type that the profile gives it."""
        return {"type": f"{ERROR}invalid_denial_binding"}


class DenialExpired(Gone):
    """The denial is too old to be taken up: ask again."""

    code = "denial-expired"

    def extensions(self) -> dict[str, Any]:
        """The type that the profile gives it."""
        return {"type": f"{ERROR}expired_denial"}


class NotRequestable(Invalid):
    """What was denied is permitted by now: there is nothing to ask for."""

    code = "not-requestable"

    def extensions(self) -> dict[str, Any]:
        """The type that the profile gives it."""
        return {"type": f"{ERROR}not_requestable"}


class NoSuchRequest(NotFound):
    """There is no such request, or none that the caller may know of."""

    code = "no-such-request"

    def extensions(self) -> dict[str, Any]:
        """The type that the profile gives it."""
        return {"type": f"{ERROR}unknown_task"}


class AccessRequests:
    """Takes up the offers of one index."""

    def __init__(self, index: Index, sealer: Sealer) -> None:
        self._index, self._sealer = index, sealer
        self.base_url = sealer.issuer

    def submit(
        self, tx: Transaction, wanted: AccessRequestIn, *, caller: Caller, now: datetime, policies: Policies
    ) -> Changed:
        """Make the draft of an agreement that would cover what was denied.

        Raises:
            BadQuestion: a member of the question is missing or of the wrong type.
            BindingRefused: the token is none of ours, or was given for another question.
            DenialExpired: the token has expired.
            NotRequestable: it is permitted by now. Only an end of the question is told so.
            MayNot, InvalidFields: see `agreements.create`.
        """
        question = self._verified(wanted, now)
        is_end = self._index.primary(caller.organisation) in question.pair
        if is_end and decide(self._index, question, now=now.timestamp()).permitted:
            raise NotRequestable
        holder, recipient = map(self._body, question.pair)
        terms = draft_of(
            bound(wanted.question(), self._index),
            holder,
            recipient,
            self._index.vocabulary.law,
            on=clock.london_day(now),
            until=wanted.requested_access.until(),
        )
        token = sha256(wanted.denial.binding_token.encode()).hexdigest()
        return agreements.create(
            tx,
            parse(json.dumps({"terms": terms}).encode(), TermsIn),
            caller=caller,
            now=now,
            policies=policies,
            made_from=f"sha256:{token}",
        )

    def _verified(self, wanted: AccessRequestIn, now: datetime) -> Question:
        """The question, when the token was given for it and has not expired."""
        claims = self._sealer.open(KIND, wanted.denial.binding_token)
        question = read_question(wanted.question(), self._index)
        if claims is None or question.fault is not None:
            raise BindingRefused
        if datetime.fromtimestamp(claims["exp"], UTC) <= now:
            raise DenialExpired
        asked = bound(wanted.question(), self._index)
        is_echoed = wanted.denial.expires_at == clock.stamp(datetime.fromtimestamp(claims["exp"], UTC))
        if not is_echoed or any(claims[name] != asked[name] for name in asked):
            raise BindingRefused
        return question

    def _body(self, organisation: str) -> Body:
        body = self._index.bodies.get(organisation)
        if body is None:
            raise BindingRefused
        return body


def progress(
    reading: Reading, identifier: str, *, caller: Caller, now: datetime, policies: Policies
) -> Progress:
    """How far a request has come.

    Raises:
        NoSuchRequest: see there.
    """
    try:
        found = agreements.read(reading, identifier, None, caller=caller, now=now, policies=policies)
    except NoSuchAgreement:
        raise NoSuchRequest from None
    return PROGRESS[found.version.status]
