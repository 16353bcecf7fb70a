"""Asking several witnesses side by side: how long to wait, and when to ask one again that has failed."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from registry.witness.client import Client, NoCosignature

T = TypeVar("T")
LONGEST_PAUSE = timedelta(minutes=1)
ROUND_SECONDS = 12.0
"""How long a round lasts at most: two calls and a little."""


@dataclass(slots=True)
class Way(Generic[T]):
    """The way to one witness: when it may be asked again, and the call that is under way.

    It pauses after a failure, twice as long after each.
    """

    client: Client
    failures: int = 0
    not_before: datetime | None = None
    call: "Future[T] | None" = None

    def is_open(self, now: datetime) -> bool:
        """Whether the witness may be asked now."""
        return self.call is None and (self.not_before is None or now >= self.not_before)

    def note(self, now: datetime, *, has_failed: bool) -> None:
        """Take note of how a call ended."""
        self.failures = self.failures + 1 if has_failed else 0
        pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(self.failures, 10) / 2))
        self.not_before = now + pause if has_failed else None


@dataclass(frozen=True, slots=True)
class Answers(Generic[T]):
    """What came of asking, by the name of the witness."""

    good: dict[str, T] = field(default_factory=dict)
    bad: dict[str, NoCosignature] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anyone answered."""
        return bool(self.good or self.bad)

    def __or__(self, later: "Answers[T]") -> "Answers[T]":
        """These and later ones, which count where there are both."""
        return Answers(self.good | later.good, self.bad | later.bad)


class Panel(Generic[T]):
    """The witnesses, asked one thing side by side."""

    def __init__(self, clients: Collection[Client]) -> None:
        self.ways = {client.witness.name: Way[T](client) for client in clients}
        self._pool = ThreadPoolExecutor(max(1, len(clients)), thread_name_prefix="witness")

    def ask(
        self,
        names: Collection[str],
        question: Callable[[Client], T],
        now: datetime,
        *,
        is_enough: Callable[[Collection[str]], bool],
        grace_seconds: float,
    ) -> Answers[T]:
        """Ask those of these witnesses who may be asked. Once it is enough, the others have the grace.

        Who has not answered by then goes on in the background: see `late`.
        """
        asked = [way for name, way in self.ways.items() if name in names and way.is_open(now)]
        for way in asked:
            way.call = self._pool.submit(question, way.client)
        answers: Answers[T] = Answers()
        give_up_at, is_waiting = time.monotonic() + ROUND_SECONDS, True
        while calls := [way.call for way in asked if way.call]:
            if is_waiting and is_enough(answers.good):
                give_up_at, is_waiting = min(give_up_at, time.monotonic() + grace_seconds), False
            done, _ = wait(calls, max(0.0, give_up_at - time.monotonic()), FIRST_COMPLETED)
            if not done:
                break
            self._collect(answers, asked, now)
        return answers

    def late(self, now: datetime) -> Answers[T]:
        """The answers that have come since the last time of asking."""
        answers: Answers[T] = Answers()
        self._collect(answers, list(self.ways.values()), now)
        return answers

    def close(self) -> None:
        """Ask nobody any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _collect(answers: Answers[T], ways: Collection[Way[T]], now: datetime) -> None:
        for way in ways:
            if way.call is None or not way.call.done():
                continue
            call, way.call = way.call, None
            try:
                answers.good[way.client.witness.name] = call.result()
            except NoCosignature as fault:
                answers.bad[way.client.witness.name] = fault
            way.note(now, has_failed=way.client.witness.name in answers.bad)
