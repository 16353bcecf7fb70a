"""Who shares with whom over the whole register, counted once and kept until the log says that it changed.

Every page about bodies needs it, and to count it anew takes a look at every agreement in force.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from registry.auditlog import log_size, read_events
from registry.bodies import queries
from registry.db import Reading
from registry.policy import Law

MOST = 500
"""How many events are looked at one by one; when more are waiting, all is counted anew."""
TOUCHING = ("agreement.", "flow.", "organisation.")
"""How the events begin that can change who shares with whom."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows as `queries.links` gives them, and the row of `queries.review_days` over all agreements."""

    links: Sequence[Row[Any]]
    reviews: Row[Any]

    def of(self, body: str) -> list[Row[Any]]:
        """The links of one body."""
        return [row for row in self.links if body in (row.sender, row.receiver)]


class Sharing:
    """One worker's count. Threads take turns."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._size = -1
        self._counted: Counted | None = None
        self._turn = threading.Lock()

    def counted(self, reading: Reading) -> Counted:
        """Who shares with whom as this look at the database has it."""
        with self._turn:
            size = log_size(reading)
            if self._counted is None or self._has_changed(reading, size):
                links = queries.links(reading, self._law)
                self._counted = Counted(links, queries.review_days(reading))
            self._size = size
            return self._counted

    def _has_changed(self, reading: Reading, size: int) -> bool:
        """Whether an event since the last count may matter; a look that began before that counts anew."""
        if not 0 <= size - self._size <= MOST:
            return True
        events = read_events(reading, self._size, limit=MOST) if size > self._size else ()
        return any(event.type.startswith((*TOUCHING, "sealed")) for event in events)
