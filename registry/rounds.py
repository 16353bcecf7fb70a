"""Rounds: what a worker does over and over beside the requests, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError


class Rounds:
    """A thread that rests, takes a turn, and rests again, until it is ended.

    A turn that fails is taken again after the next rest. The log of the process is told what waits meanwhile,
    and of a fault that is not the storage's where it arose. `begins_at_once` spares the first rest,
    `takes_last` adds a turn when it is ended.
    """

    def __init__(
        self,
        name: str,
        turn: Callable[[], object],
        *,
        rest_seconds: float,
        waits: str,
        logger: logging.Logger,
        begins_at_once: bool = False,
        takes_last: bool = False,
    ) -> None:
        self._turn, self._rest_seconds = turn, rest_seconds
        self._begins_at_once, self._takes_last = begins_at_once, takes_last
        self._waits, self._logger = waits, logger
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether turns are being taken."""
        return self._thread.is_alive()

    @property
    def is_ending(self) -> bool:
        """Whether no turn follows this one."""
        return self._ending.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Wait for the turn that is being taken, if any, and end the thread."""
        self._ending.set()
        if self.is_running:
            self._thread.join()

    def _run(self) -> None:
        is_last, rest_seconds = False, 0.0 if self._begins_at_once else self._rest_seconds
        while not is_last:
            is_last, rest_seconds = self._ending.wait(rest_seconds), self._rest_seconds
            if is_last and not self._takes_last:
                return
            try:
                self._turn()
            except SQLAlchemyError as fault:
                self._logger.warning("%s: %s", self._waits, fault)
            except Exception:  # a thread that ends would be missed only when it is too late
                self._logger.exception(self._waits)
