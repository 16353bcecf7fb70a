"""Whom a person speaks for, as tokens and pages both have it."""

from datetime import datetime

from registry.callers import Caller
from registry.db import Reading
from registry.oauth.grants import find_principal
from registry.oauth.rules import SCOPES, scope_of_roles


def find_caller(reading: Reading, person: str, chosen: str | None, now: datetime) -> Caller | None:
    """The person at the organisation they chose while they hold a role there, else at their first.

    It is the caller of a token with every scope that their roles allow; None where they hold no role at all.
    """
    found = find_principal(reading, person, chosen, now) if chosen else None
    found = found or find_principal(reading, person, None, now)
    if found is None:
        return None
    return Caller(
        organisation=found.organisation,
        person=person,
        roles=found.roles,
        scopes=frozenset(scope_of_roles(" ".join(SCOPES), found.roles).split()),
        demo=found.demo,
    )


def caller_of(reading: Reading, person: str, now: datetime, chosen: str | None = None) -> Caller:
    """The same, and where they hold no role the person alone: who may still look after how they sign in."""
    return find_caller(reading, person, chosen, now) or Caller(organisation="", person=person)
