"""HTTP load in a closed circle: each connection sends its next request when the last one is answered."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import cast

import httptools
import uvloop

from tests.bench.timing import Timing


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back: the timing, and how many answers of each status."""

    timing: Timing
    statuses: Counter[int]


@dataclass(slots=True)
class Round:
    """One measurement: what is still to be sent, and what has come back."""

    requests: Iterator[bytes]
    ends_at: int
    each_ns: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, todo: Round, done: asyncio.Future[None]) -> None:
        self._round = todo
        self._done = done
        self._sent_at = 0
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._send()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Count the answer and send the next request."""
        now = perf_counter_ns()
        self._round.each_ns.append(now - self._sent_at)
        self._round.statuses[self._parser.get_status_code()] += 1
        self._parser = httptools.HttpResponseParser(self)
        self._send() if now < self._round.ends_at else self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that this connection is finished, or why it broke."""
        if not self._done.done():
            self._done.set_exception(exc) if exc else self._done.set_result(None)

    def _send(self) -> None:
        request = next(self._round.requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent_at = perf_counter_ns()
        self._transport.write(request)


def send(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Answers:
    """Send requests to a server on this machine until they or the time run out."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_send(port, requests, connections, seconds))


async def _send(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Answers:
    loop = asyncio.get_running_loop()
    began = perf_counter_ns()
    todo = Round(requests, ends_at=began + int(seconds * 1e9))
    finished = [loop.create_future() for _ in range(connections)]
    for done in finished:
        await loop.create_connection(lambda done=done: Connection(todo, done), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*finished)
    return Answers(Timing.of(todo.each_ns, total_ns=perf_counter_ns() - began), todo.statuses)


def request(method: str, path: str, *, token: str, body: bytes, headers: tuple[str, ...] = ()) -> bytes:
    """The bytes of one request."""
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode() + body
