"""Calling the permission check as a server would, without one."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import ECKey, KeySet

from registry.agreements.sharing import SharingFlow
from registry.callers import Caller
from registry.decisions.desk import Desk
from registry.decisions.sealing import Sealer
from registry.decisions.service import decision_point
from registry.decisions.wire.endpoint import EVALUATION, DecisionPoint, Message
from registry.web.guards import TokenMissing, TokenRefused
from tests.unit.decisions.making import BASE_URL, CHARITY, COUNCIL, NOW, TRUST, desk_of, flow, system

KEYS = KeySet([ECKey.generate_key("P-256", {"kid": "k1"})])
SEALER = Sealer(KEYS, issuer=BASE_URL)
JSON = ("content-type", "application/json")
CALLERS = {
    "Bearer trust": system(),
    "Bearer council": system(COUNCIL),
    "Bearer outsider": system(CHARITY),
    "Bearer adviser": system(mode="advise"),
    "Bearer officer": Caller(TRUST, person="p1", client="pages", scopes=frozenset({"decisions:ask"})),
    "Bearer reader": Caller(TRUST, client="client", scopes=frozenset({"register:read"}), mode="enforce"),
}


class Doorkeeper:
    """Knows the tokens above and no others."""

    def verify(self, header: bytes | None, now: datetime) -> Caller:
        """The caller."""
        if not header:
            raise TokenMissing(headers={"www-authenticate": "Bearer"})
        try:
            return CALLERS[header.decode()]
        except KeyError:
            raise TokenRefused(reason="unknown", headers={"www-authenticate": "Bearer"}) from None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def point(*flows: SharingFlow, desk: Desk | None = None) -> DecisionPoint:
    """The application, answering from these flows (the usual one if none)."""
    return decision_point(desk or desk_of(*(flows or (flow(),))), Doorkeeper(), SEALER, now=NOW)


def call(
    app: DecisionPoint,
    body: bytes | Sequence[bytes] = b"",
    *headers: tuple[str, str],
    path: str = EVALUATION,
    method: str = "POST",
    caller: str | None = "trust",
) -> Answer:
    """Send one request, with JSON's content type unless headers are given.

    Raises:
        ConnectionError: there was no answer.
    """
    given = headers or (JSON,)
    fields = [(name.encode(), value.encode("latin-1")) for name, value in given]
    if caller is not None:
        fields.append((b"authorization", f"Bearer {caller}".encode()))
    chunks = [body] if isinstance(body, bytes) else list(body)
    incoming: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": place + 1 < len(chunks)}
        for place, chunk in enumerate(chunks)
    ]
    outgoing: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        outgoing.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": fields}
    asyncio.run(app(scope, receive, send))
    if not outgoing:
        raise ConnectionError("no answer")
    start, rest = outgoing
    answered = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], answered, rest["body"])
