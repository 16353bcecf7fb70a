"""The permission check over HTTP: an ASGI application that stands in front of the rest (AuthZEN 1.0).

No framework and no database is on this path. Every answer echoes `X-Request-ID`; every refusal and failure
is a problem document with the emergency sentence, so that no fault of ours ever looks like a finding.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from anyio import CapacityLimiter, to_thread

from registry import clock
from registry.callers import Caller
from registry.decisions.desk import Asked, Repeated, UseAdvice, is_advised
from registry.decisions.searches.searching import MAX_SEARCH_BYTES, Searched, Searches
from registry.decisions.wire import batch
from registry.decisions.wire.problems import NotJson, problem, problem_of
from registry.decisions.wire.reading import parse_object
from registry.decisions.words.rendering import encode
from registry.errors import Refusal, TooMany
from registry.web.body import MAX_BYTES
from registry.web.guards import check_scope
from registry.web.headers import machine_headers, request_id

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
ADVICE = "/api/v1/advice"
METADATA = "/.well-known/authzen-configuration"
SEARCHES = {searched.path: searched for searched in Searched}
PATHS = frozenset({EVALUATION, EVALUATIONS, ADVICE, METADATA, *SEARCHES})

LIMITS = {
    EVALUATION: 65_536,
    EVALUATIONS: MAX_BYTES,
    ADVICE: 65_536,
    **dict.fromkeys(SEARCHES, MAX_SEARCH_BYTES),
}
"""The longest body that is read, in bytes."""

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", b"application/problem+json")
KNOWN_AT = b'"known_at"'
LOOKING_BACK = 2
"""Questions about the past that are answered at once, so that they leave the present its processor."""
MAX_WAITING = 32
"""How many more of them wait their turn."""

NO_STORE = (b"cache-control", b"no-store")

logger = logging.getLogger("registry")


class Verifier(Protocol):
    """Turns an `Authorization` header into the caller it speaks for, or refuses."""

    def verify(self, header: bytes | None, now: datetime) -> Caller:
        """The caller."""


class Answering(Protocol):
    """Answers one decoded question for one caller, as `Desk` does."""

    def evaluate(self, asked: Asked, caller: Caller) -> tuple[bool, bytes]:
        """Whether it is permitted, and the context of the answer."""

    def repeat(self, text: bytes, caller: Caller, now: datetime) -> Repeated | None:
        """What `evaluate` answers to these very bytes, where that is known to be the same as before."""

    def repeater(self, caller: Caller, now: datetime) -> Callable[[bytes], Repeated | None]:
        """`repeat` for the items of one batch."""

    def recall(self, text: bytes, now: datetime) -> Asked | None:
        """What was asked in these very bytes, where that is remembered."""

    def advise(self, asked: Asked, caller: Caller) -> bytes:
        """The context of an answer to whoever decides for themselves."""


class PastBusy(TooMany):
    """So many questions about the past wait to be answered that no more are taken: ask again in a while."""

    code = "past-busy"


class Disconnected(Exception):
    """The client went away before its question was complete."""


class DecisionPoint:
    """The ASGI application of `PATHS`. At any other path it says that there is nothing.

    `past` answers what was known at an instant. It reads the database, and does so in another thread.
    """

    def __init__(
        self,
        desk: Answering,
        verifier: Verifier,
        *,
        base_url: str,
        searches: Searches,
        metadata: Mapping[str, Any],
        past: "DecisionPoint | None" = None,
    ) -> None:
        self._desk = desk
        self._verifier = verifier
        self._past, self._looking_back = past, CapacityLimiter(LOOKING_BACK)
        self._metadata = encode(metadata)
        self._always = [NO_STORE, *machine_headers(base_url)]
        self._answers: Mapping[str, Callable[[bytes, Caller, datetime], bytes]] = {
            EVALUATION: self._evaluation,
            EVALUATIONS: self._evaluations,
            ADVICE: self._advice,
            **{path: partial(searches.answer, searched) for path, searched in SEARCHES.items()},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            status, fields, body = await self._respond(scope, headers, receive)
        except Refusal as refusal:
            status, fields, body = _refused(refusal)
        except Disconnected:
            return
        except Exception:
            logger.exception("unhandled error at %s", scope["path"])
            status, fields, body = 500, [PROBLEM], encode(problem("internal-error", 500))
        fields = [*fields, (b"content-length", b"%d" % len(body)), *self._always]
        if b"x-request-id" in headers and (number := request_id(headers)):
            fields.append((b"x-request-id", number.encode()))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _respond(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive
    ) -> tuple[int, Headers, bytes]:
        path, method = scope["path"], scope["method"]
        if path == METADATA:
            return (
                (200, [JSON], self._metadata)
                if method in ("GET", "HEAD")
                else _method_not_allowed(b"GET, HEAD")
            )
        if path not in self._answers:
            return 404, [PROBLEM], encode(problem("not-found", 404))
        if method != "POST":
            return _method_not_allowed(b"POST")
        now = clock.now()
        caller = self._verifier.verify(headers.get(b"authorization"), now)
        check_scope(caller, "decisions:ask")
        limit = LIMITS[path]
        if not _is_json(headers.get(b"content-type", b"")):
            raise NotJson(limit=limit)
        body = await _read(receive, limit)
        if path == EVALUATION and (repeated := self._desk.repeat(body, caller, now)) is not None:
            return 200, [JSON], batch.answer(*repeated)
        if KNOWN_AT in body and self._past is not None:
            answer, limiter = self._past.answer, self._looking_back
            if limiter.statistics().tasks_waiting >= MAX_WAITING:
                raise PastBusy
            return 200, [JSON], await to_thread.run_sync(answer, path, body, caller, now, limiter=limiter)
        return 200, [JSON], self._answers[path](body, caller, now)

    def answer(self, path: str, body: bytes, caller: Caller, now: datetime) -> bytes:
        """The answer to a body that was sent to one of the paths."""
        return self._answers[path](body, caller, now)

    def _evaluation(self, body: bytes, caller: Caller, now: datetime) -> bytes:
        asked = self._desk.recall(body, now) or Asked(parse_object(body, LIMITS[EVALUATION]), now, body)
        return self._evaluate(asked._replace(is_alone=True), caller)

    def _evaluations(self, body: bytes, caller: Caller, now: datetime) -> bytes:
        if is_advised(caller):
            raise UseAdvice
        asked = batch.read_batch(body, LIMITS[EVALUATIONS])
        if not asked.items:
            return self._evaluate(Asked(asked.members, now, body, is_alone=True), caller)

        def evaluate(question: Mapping[str, Any], text: bytes) -> tuple[bool, bytes]:
            return self._desk.evaluate(Asked(question, now, text), caller)

        pieces = batch.evaluate_all(asked, self._desk.repeater(caller, now), evaluate)
        return b"".join((b'{"evaluations":', *pieces, b"}"))

    def _evaluate(self, asked: Asked, caller: Caller) -> bytes:
        permitted, context = self._desk.evaluate(asked, caller)
        return batch.answer(permitted, (context,))

    def _advice(self, body: bytes, caller: Caller, now: datetime) -> bytes:
        asked = Asked(parse_object(body, LIMITS[ADVICE]), now, body)
        return b'{"context":%s}' % self._desk.advise(asked, caller)


async def _read(receive: Receive, limit: int) -> bytes:
    """The whole body.

    Raises:
        NotJson: it is longer than the limit.
    """
    chunks, length, is_more = [], 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        length += len(chunk)
        if length > limit:
            raise NotJson(limit=limit)
        is_more = message.get("more_body", False)
    return b"".join(chunks)


def _is_json(content_type: bytes) -> bool:
    usual = b"application/json"
    return content_type == usual or content_type.partition(b";")[0].strip().lower() == usual


def _method_not_allowed(allow: bytes) -> tuple[int, Headers, bytes]:
    return 405, [PROBLEM, (b"allow", allow)], encode(problem("method-not-allowed", 405))


def _refused(refusal: Refusal) -> tuple[int, Headers, bytes]:
    said = problem_of(refusal)
    headers = [(name.encode(), value.encode()) for name, value in refusal.facts.get("headers", {}).items()]
    return said["status"], [PROBLEM, *headers], encode(said)
