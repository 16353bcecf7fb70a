"""What refuses a grant to ask, and which grants count at an instant."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry import clock
from registry.errors import Conflict, Forbidden, NotFound, Unprocessable


class MayNotGrant(Forbidden):
    """Only the people who answer for information at an organisation let others ask for it."""

    code = "may-not-grant"


class NoSuchGrant(NotFound):
    """There is no such grant to ask, or none that the caller's organisation gave."""

    code = "no-such-grant"


class GrantEnded(Conflict):
    """The grant to ask has been ended before."""

    code = "grant-ended"


class OwnClient(Unprocessable):
    """The partner system is the organisation's own: it asks for it without a grant."""

    code = "own-client"


@dataclass(frozen=True, slots=True)
class Granted:
    """One client may ask for one organisation on London days, the first and the last included."""

    client: str
    organisation: str
    starts_on: date
    ends_on: date


class Grants:
    """Which clients may ask for which organisations, and when. A value: every change makes another.

    Who is not in it may not: the set is small, and a look-up knows neither clock nor database.
    """

    def __init__(self, granted: Iterable[Granted] = ()) -> None:
        self._periods: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for one in granted:
            begins_at = clock.day_start(one.starts_on).timestamp()
            ends_at = clock.day_end(one.ends_on).timestamp()
            self._periods[one.client, one.organisation].append((begins_at, ends_at))

    def lets(self, client: str | None, organisation: str, now: float) -> bool:
        """Whether a client may ask for an organisation at an instant, in seconds since 1970 (UTC)."""
        if client is None:
            return False
        periods = self._periods.get((client, organisation), ())
        return any(begins_at <= now < ends_at for begins_at, ends_at in periods)
