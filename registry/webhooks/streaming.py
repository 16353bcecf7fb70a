"""Events as a stream that a partner system keeps open (Server-Sent Events, HTML standard section 9.2).

The id of an event is the index of its entry, so whoever comes back says by `Last-Event-ID` where to go on. A
heartbeat carries the index up to which there was nothing to tell. The token is looked at again and again: a
stream ends when it runs out or is revoked, and after a while in any case; programs come back by themselves.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import anyio

from registry.db import Database
from registry.errors import Unauthenticated
from registry.policy import Policies
from registry.webhooks.notices import Audience, Bulletin, Notice
from registry.webhooks.rules import MAX_STREAMS, TooManyStreams

MEDIA_TYPE = "text/event-stream"
COME_BACK = b"retry: 2000\n\n"
"""After how many milliseconds a program comes back when the stream has ended."""
PAUSE_SECONDS = 0.05
"""How long a stream that has much to catch up with lets others read the log, after each page."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Makes streams of at most so many seconds. `size` tells how far the log has come, without looking."""

    db: Database
    policies: Policies
    size: Callable[[], int]
    seconds: float
    interval_seconds: float = 0.2
    heartbeat_seconds: float = 15.0
    _open: Counter[str] = field(default_factory=Counter)

    def check_room(self, audience: Audience) -> None:
        """Refuse one more stream than an organisation may have.

        Raises:
            TooManyStreams: naming how many it may have.
        """
        if self._open[audience.organisation] >= MAX_STREAMS:
            raise TooManyStreams(most=MAX_STREAMS)

    async def follow(
        self, audience: Audience, since: int, check_token: Callable[[], object]
    ) -> AsyncIterator[bytes]:
        """What an audience is told from an index on, as it comes, for as long as the token is good.

        Of streams that found room in the same moment, those too many end at once: programs come back.
        """
        if self._open[audience.organisation] >= MAX_STREAMS:
            yield COME_BACK
            return
        self._open[audience.organisation] += 1
        try:
            async for piece in self._pieces(audience, since, check_token):
                yield piece
        finally:
            self._open[audience.organisation] -= 1

    async def _pieces(
        self, audience: Audience, since: int, check_token: Callable[[], object]
    ) -> AsyncIterator[bytes]:
        began = heard = time.monotonic()
        yield COME_BACK
        while True:
            if is_behind := since < self.size():
                notices, since = await anyio.to_thread.run_sync(self._read, audience, since)
                for notice in notices:
                    yield event(notice)
            moment = time.monotonic()
            is_over = moment - began >= self.seconds
            if is_over or moment - heard >= self.heartbeat_seconds:
                yield heartbeat(since)
                heard = moment
            if is_over:
                return
            await anyio.sleep(PAUSE_SECONDS if is_behind else self.interval_seconds)
            try:
                check_token()
            except Unauthenticated:
                return

    def _read(self, audience: Audience, since: int) -> tuple[list[Notice], int]:
        with self.db.read() as reading:
            return Bulletin(reading, self.policies).notices(audience, since)


def event(notice: Notice) -> bytes:
    """A notice as one event of the stream."""
    head = f"id: {notice.index}\nevent: {notice.type}\ndata: ".encode()
    return head + notice.content + b"\n\n"


def heartbeat(read_to: int) -> bytes:
    """What says that the stream lives, and up to where there was nothing to tell; no program is called."""
    return f": alive\nid: {read_to - 1}\n\n".encode() if read_to else b": alive\n\n"
