"""What refuses a webhook, how long a delivery is tried again, and when it is given up.

A webhook is `unproved` until its address has answered a challenge (`proving` while it is asked), `active`
while it is told of events, `disabled` once it has failed for too long, `ended` for ever. A disabled one goes
on where it stopped as soon as it has proved itself again: nothing is lost.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from registry import clock
from registry.errors import Conflict, Forbidden, NotFound, TooMany

MAX_WEBHOOKS, MAX_KEPT = 20, 100
"""How many of an organisation are told at the same time, and how many it keeps, told or not."""

MAX_STREAMS = 20
"""How many streams of an organisation a worker keeps open at the same time."""

OVERLAP = timedelta(hours=24)
"""How long the secret before the present one still signs, too."""

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)


class Status(StrEnum):
    """How far a webhook has come."""

    UNPROVED = "unproved"
    PROVING = "proving"
    ACTIVE = "active"
    DISABLED = "disabled"
    ENDED = "ended"


class Reach(StrEnum):
    """Of which agreements it is told: the organisation's own, or every one that it may know of."""

    OWN = "own"
    KNOWN = "known"


PROVABLE = frozenset({Status.UNPROVED, Status.DISABLED})
KEPT = frozenset(Status) - {Status.ENDED}
RUNNING = frozenset({Status.PROVING, Status.ACTIVE})
PROVED = frozenset({Status.ACTIVE, Status.DISABLED})


class NoSuchWebhook(NotFound):
    """There is no webhook of this id at the caller's organisation."""

    code = "no-such-webhook"


class WebhookMayNot(Forbidden):
    """The caller's roles and scopes do not allow looking after webhooks, or following events."""

    code = "webhook-may-not"


class WrongWebhookStatus(Conflict):
    """The webhook is not in a status in which this can be done; `status_now` says in which it is."""

    code = "wrong-webhook-status"

    def extensions(self) -> dict[str, str]:
        """The present status."""
        return {"status_now": self.facts["status"]}


class SecretShown(Conflict):
    """The secret was shown before, once and for all: a new one is made by rotating it."""

    code = "webhook-secret-shown"


class RotatedLately(Conflict):
    """The secret was replaced within a day, and the one before it still signs; `until` says how long."""

    code = "webhook-rotated-lately"

    def extensions(self) -> dict[str, str]:
        """When the next one can be made."""
        return {"until": self.facts["until"]}


class TooManyWebhooks(Conflict):
    """As many webhooks of the organisation are told of events, or kept, as may be."""

    code = "too-many-webhooks"


class TooManyStreams(TooMany):
    """As many streams of the organisation are open as may be."""

    code = "too-many-streams"


def check_status(status: str, allowed: frozenset[Status]) -> None:
    """Refuse an act that the status does not allow.

    Raises:
        WrongWebhookStatus: naming the present one.
    """
    if status not in allowed:
        raise WrongWebhookStatus(status=status)


def check_room(present: int, *, most: int) -> None:
    """Refuse one more than there may be.

    Raises:
        TooManyWebhooks: naming how many there may be.
    """
    if present >= most:
        raise TooManyWebhooks(most=most)


def check_rotation(rotated_at: datetime | None, now: datetime) -> None:
    """Refuse a new secret while two sign: whoever has not fetched the last one yet would be cut off.

    Raises:
        RotatedLately: naming the instant from which it can be done.
    """
    if rotated_at is not None and is_overlapping(rotated_at, now):
        raise RotatedLately(until=clock.stamp(rotated_at + OVERLAP))


def delay_after(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time, shortened by up to half.

    `chance`, from 0 to 1, differs from one webhook to the next, so that they do not all come back at once.
    """
    longest = min(FIRST_DELAY * (1 << min(failures - 1, 20)), LONGEST_DELAY)
    return longest * (1 - chance / 2)


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether it has failed for so long that nobody is expected there any more."""
    return now - failing_since >= GIVEN_UP_AFTER


def is_overlapping(rotated_at: datetime | None, now: datetime) -> bool:
    """Whether the secret before the present one still signs."""
    return rotated_at is not None and now < rotated_at + OVERLAP
