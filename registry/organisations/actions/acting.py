"""What every action of people shares: who acts, under which rules, and how it is recorded."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from registry import clock
from registry.auditlog import Event, Subject, append, conceal
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.organisations import queries
from registry.organisations.estates import Estates
from registry.organisations.principals import principal
from registry.organisations.rules import NotAuthorised, UnknownPerson
from registry.policy import Policies


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when, by which policies. `delay` is how long a role that approves waits before it counts."""

    caller: Caller
    now: datetime
    policies: Policies
    delay: timedelta = timedelta()
    estates: Estates = field(default_factory=lambda: Estates(()))

    @property
    def person(self) -> str:
        """The person who acts. The access rules let no one else this far."""
        return self.caller.acting_person

    @property
    def today(self) -> date:
        """The present day in London."""
        return clock.london_day(self.now)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded, where the log says so, and whom it still waits for."""

    id: str
    log_index: int
    pending: str | None = None
    counts_from: datetime | None = None
    last_index: int = 0
    """The index of the last entry that followed from this act, where one did."""

    @property
    def log_size(self) -> int:
        """The size of the log after this act."""
        return max(self.log_index, self.last_index) + 1


def check_may(reading: Reading, action: str, acting: Acting, organisation: str) -> frozenset[str]:
    """The roles the caller has now, when the access rules allow the action at an organisation.

    Raises:
        NotAuthorised: they do not.
    """
    facts = principal(reading, acting.caller, acting.now)
    resource = {"owner_organisation": organisation}
    if not acting.policies.access.allows(action, principal=facts, resource=resource).allowed:
        raise NotAuthorised(action=action)
    return frozenset(facts["roles"])


def check_person(tx: Transaction, person: str) -> None:
    """Refuse an id that is nobody's; two changes about one person queue here.

    Raises:
        UnknownPerson: there is no such person.
    """
    if queries.lock_person(tx, person) is None:
        raise UnknownPerson


def record(tx: Transaction, event: type[Event], subject: Subject, acting: Acting, **fields: Any) -> int:
    """Append the event of an act and return its index. Comes last: it locks the log."""
    caller = acting.caller
    return append(
        tx,
        event(
            at=acting.now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=subject,
            demo=caller.demo,
            **fields,
        ),
    )
