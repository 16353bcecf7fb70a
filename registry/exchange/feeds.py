"""Addresses at which a calendar program reads a body's days: it can send no token, so the address is one.

Only days and references are told there, only while the person still has a role that may read them, and
nothing can be changed. An address is made of the feed's id and a secret that is worked out from the key file
of the registry: no copy of the database holds it, and it is in no entry of the log. Every refusal is the
same: trying addresses finds out nothing. Why it stands in the path: docs/adr/0011-calendar-addresses.md.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from registry.auditlog import Event, Subject, append, conceal
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table
from registry.exchange.dates import calendar, days_held
from registry.exchange.events import CalendarOpened, CalendarRevoked
from registry.exchange.giving import check_may
from registry.exchange.papers import held_by
from registry.exchange.rules import CalendarIsRevoked, MayNotExchange, NoSuchCalendar
from registry.exchange.tables import CalendarFeed
from registry.exchange.voice import Language, Voice
from registry.organisations.queries import current_roles
from registry.policy import Policies
from registry.records.vault import Vault

FEED = table(CalendarFeed)
PURPOSE = "registry-calendar-address/v1"
SUBJECT = "calendar"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of a feed came to."""

    id: str
    log_index: int


def open_feed(tx: Transaction, *, caller: Caller, now: datetime, policies: Policies) -> Changed:
    """Give the caller an address for the calendar of the organisation they act for.

    Raises:
        MayNotExchange: the caller is no person who reads the register.
    """
    check_may(tx, policies, "calendar.keep", caller, now)
    feed = new_id()
    tx.insert(
        CalendarFeed,
        id=feed,
        person=caller.acting_person,
        organisation=caller.organisation,
        opened_at=now,
        revoked_at=None,
    )
    return Changed(feed, _record(tx, CalendarOpened, feed, caller, now))


def revoke_feed(tx: Transaction, feed: str, *, caller: Caller, now: datetime, policies: Policies) -> Changed:
    """Take an address of the caller's own back, at once.

    Raises:
        MayNotExchange: the caller is no person who reads the register, or the address is a colleague's.
        NoSuchCalendar: it is nobody's at the caller's organisation.
        CalendarIsRevoked: it was taken back before.
    """
    check_may(tx, policies, "calendar.keep", caller, now)
    row = tx.one_or_none(select(FEED).where(FEED.c.id == feed).with_for_update())
    if row is None or row.organisation != caller.organisation:
        raise NoSuchCalendar
    if row.person != caller.person:
        raise MayNotExchange(action="calendar.keep")
    if row.revoked_at is not None:
        raise CalendarIsRevoked
    tx.execute(update(FEED).where(FEED.c.id == feed).values(revoked_at=now))
    return Changed(feed, _record(tx, CalendarRevoked, feed, caller, now))


def list_feeds(reading: Reading, *, caller: Caller, now: datetime, policies: Policies) -> Sequence[Row[Any]]:
    """The feeds of the caller at the organisation they act for, those revoked as well, oldest first.

    Raises:
        MayNotExchange: the caller is no person who reads the register.
    """
    check_may(reading, policies, "calendar.keep", caller, now)
    ours = (FEED.c.person == caller.acting_person, FEED.c.organisation == caller.organisation)
    return reading.all(select(FEED).where(*ours).order_by(FEED.c.id))


def secret_of(feed: str, vault: Vault) -> str:
    """The part of a feed's address that cannot be guessed: 64 hexadecimal digits."""
    return vault.derive(PURPOSE, feed).hex()


def read_feed(
    reading: Reading,
    feed: str,
    secret: str,
    language: Language,
    *,
    host: str,
    now: datetime,
    policies: Policies,
    vault: Vault,
) -> bytes:
    """The days of a body's agreements, named by reference alone, for whoever has the address.

    Raises:
        NoSuchCalendar: the address is wrong or was taken back, or its person may not read the days any more.
    """
    is_right = hmac.compare_digest(secret_of(feed, vault).encode(), secret.encode())
    row = reading.one_or_none(select(FEED).where(FEED.c.id == feed, FEED.c.revoked_at.is_(None)))
    if row is None or not is_right:
        raise NoSuchCalendar
    roles = current_roles(reading, row.person, row.organisation, now)
    reader = Caller(row.organisation, person=row.person, roles=roles, scopes=frozenset({"register:read"}))
    try:
        check_may(reading, policies, "calendar.read", reader, now)
    except MayNotExchange:
        raise NoSuchCalendar from None
    voice = Voice(language, policies.law, {})
    days = days_held(held_by(reading, row.organisation), row.organisation, voice, titled=False)
    return calendar(days, host=host, now=now)


def _record(tx: Transaction, kind: type[Event], feed: str, caller: Caller, now: datetime) -> int:
    return append(
        tx,
        kind(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject(SUBJECT, feed),
            demo=caller.demo,
        ),
    )
