"""Letting another body's partner system ask, ending that, and reading who may ask for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.asking import queries
from registry.asking.events import AskingEnded, AskingGranted
from registry.asking.rules import GrantEnded, MayNotGrant, NoSuchGrant, OwnClient
from registry.asking.schemas import AskingGrantDocument, AskingGrantIn
from registry.asking.tables import AskingGrant
from registry.auditlog import Event, Subject, append, conceal
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id
from registry.oauth.queries import find_client
from registry.oauth.rules import UnknownClient
from registry.organisations.principals import principal
from registry.organisations.rules import check_days
from registry.policy import Policies
from registry.web.documents import canonical, digest, salted

SUBJECT = "asking_grant"
"""The kind of a grant in the log: what follows the log reads grants anew when it meets one."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A grant that was given or ended, and where the log says so."""

    id: str
    log_index: int


def grant(
    tx: Transaction, wanted: AskingGrantIn, *, caller: Caller, now: datetime, policies: Policies
) -> Changed:
    """Let a partner system of another body ask for the caller's organisation.

    Raises:
        MayNotGrant: the access rules do not let the caller.
        UnknownClient: there is no such partner system, or it has been revoked.
        OwnClient: it is one of the organisation itself.
        DaysOutOfOrder: see `organisations.rules.check_days`.
    """
    _check_may(tx, "asking.grant", caller, now, policies)
    client = find_client(tx, wanted.client_id)
    if client is None or client.organisation is None:
        raise UnknownClient(client=wanted.client_id)
    if client.organisation == caller.organisation:
        raise OwnClient(client=wanted.client_id)
    check_days(wanted.starts_on, wanted.ends_on, clock.london_day(now))

    identifier = new_id()
    terms = wanted.model_dump() | {
        "organisation": caller.organisation,
        "client_organisation": client.organisation,
    }
    document = canonical(salted(AskingGrantDocument(**terms)))
    tx.insert(
        AskingGrant,
        id=identifier,
        **terms,
        document=document,
        digest=digest(document),
        granted_by=caller.acting_person,
        granted_at=now,
    )
    subject = Subject(SUBJECT, identifier, digest=digest(document))
    return _record(tx, AskingGranted, subject, client.organisation, caller, now)


def end(tx: Transaction, identifier: str, *, caller: Caller, now: datetime, policies: Policies) -> Changed:
    """End a grant before its last day.

    Raises:
        NoSuchGrant: the caller's organisation gave none of this id.
        MayNotGrant: the access rules do not let the caller.
        GrantEnded: it has been ended.
    """
    found = queries.lock_grant(tx, identifier, caller.organisation)
    if found is None:
        raise NoSuchGrant
    _check_may(tx, "asking.end", caller, now, policies)
    if found.ended_at is not None:
        raise GrantEnded
    queries.end_grant(tx, identifier, now)
    subject = Subject(SUBJECT, identifier, digest=found.digest)
    return _record(tx, AskingEnded, subject, found.client_organisation, caller, now)


def find(
    reading: Reading, *, caller: Caller, now: datetime, policies: Policies
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """The grants that the caller's organisation gave, and those that its partner systems were given.

    Raises:
        MayNotGrant: the access rules do not let the caller read them.
    """
    _check_may(reading, "asking.read", caller, now, policies)
    given = queries.list_grants(reading, organisation=caller.organisation)
    return given, queries.list_grants(reading, client_organisation=caller.organisation)


def _check_may(reading: Reading, action: str, caller: Caller, now: datetime, policies: Policies) -> None:
    facts = principal(reading, caller, now)
    resource = {"owner_organisation": caller.organisation}
    if not policies.access.allows(action, principal=facts, resource=resource).allowed:
        raise MayNotGrant(action=action)


def _record(
    tx: Transaction, kind: type[Event], subject: Subject, party: str, caller: Caller, now: datetime
) -> Changed:
    """Append the event. Comes last: it locks the log."""
    index = append(
        tx,
        kind(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=subject,
            party=party,
            demo=caller.demo,
        ),
    )
    return Changed(subject.id, index)
