"""Registering organisations, people and roles by the registry itself: a command, or an import file.

That is how a new register gets its first people: the operator at the machine grants any role at once, and the
log names no organisation and no actor for it. Over the API an organisation's own people do it (`granting`).
"""

from datetime import datetime
from typing import NamedTuple

from registry.auditlog import Subject, append, conceal
from registry.callers import Caller
from registry.db import Transaction
from registry.organisations import queries, rules
from registry.organisations.events import OrganisationRegistered, PersonRegistered, RoleEnded, RoleGranted
from registry.organisations.principals import still_holding
from registry.organisations.rules import (
    IdentifierTaken,
    RoleAlreadyHeld,
    RoleNotHeld,
    UnknownPerson,
    UsernameTaken,
)
from registry.organisations.schemas import NewOrganisation, NewPerson


class Registered(NamedTuple):
    """What was made or changed, and the index of the log entry that says so."""

    id: str
    log_index: int


def register_organisation(
    tx: Transaction, wanted: NewOrganisation, *, caller: Caller, now: datetime
) -> Registered:
    """Register an organisation under its primary identifier and its aliases.

    Raises:
        NotAnAdministrator: see `rules.check_administrator`.
        BadIdentifier: with every identifier that breaks its grammar.
        IdentifierTaken: one of them already names an organisation.
    """
    rules.check_administrator(still_holding(tx, caller, now), None)
    identifiers = (wanted.id, *wanted.aliases)
    rules.check_identifiers(wanted.id, tuple(wanted.aliases))
    for place, identifier in enumerate(identifiers):
        if identifier in identifiers[:place] or queries.find_primary(tx, identifier) is not None:
            raise IdentifierTaken(identifier=identifier)

    queries.insert_organisation(tx, wanted)
    index = append(
        tx,
        OrganisationRegistered(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("organisation", wanted.id),
            aliases=",".join(wanted.aliases) or None,
            kind=wanted.kind,
            nations=wanted.nations,
            demo=caller.demo,
        ),
    )
    return Registered(wanted.id, index)


def register_person(tx: Transaction, wanted: NewPerson, *, caller: Caller, now: datetime) -> Registered:
    """Give a person a local account. They can do nothing until a role is granted.

    Raises:
        NotAnAdministrator, BadUsername: see `rules`.
        UsernameTaken: the user name is another person's.
    """
    rules.check_administrator(still_holding(tx, caller, now), caller.organisation)
    rules.check_username(wanted.username)
    if queries.find_person(tx, wanted.username) is not None:
        raise UsernameTaken(username=wanted.username)

    person = queries.insert_person(tx, wanted)
    index = append(
        tx,
        PersonRegistered(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("person", person),
            demo=caller.demo,
        ),
    )
    return Registered(person, index)


def grant_role(
    tx: Transaction, *, person: str, organisation: str, role: str, caller: Caller, now: datetime
) -> Registered:
    """Let a person hold a role at an organisation from now on. Any identifier of the organisation will do.

    Raises:
        NotAnAdministrator: anyone but the registry itself grants alone.
        UnknownRole, AdministratorsDoNotApprove: see `rules`.
        UnknownPerson, UnknownOrganisation: there is no such row.
        RoleAlreadyHeld: they hold it, or will.
    """
    rules.check_administrator(caller, None)
    rules.check_role(role)
    primary = queries.get_primary(tx, organisation)
    if queries.lock_person(tx, person) is None:
        raise UnknownPerson
    held_before = queries.roles_given(tx, person, primary, now)
    if role in held_before:
        raise RoleAlreadyHeld(role=role, organisation=primary)
    rules.check_compatible(role, held_before)

    held = queries.insert_role(tx, person=person, organisation=primary, role=role, now=now)
    index = append(
        tx,
        RoleGranted(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("role", held),
            role=role,
            party=primary,
            demo=caller.demo,
        ),
    )
    return Registered(held, index)


def end_role(
    tx: Transaction, *, person: str, organisation: str, role: str, caller: Caller, now: datetime
) -> Registered:
    """End a role a person holds at an organisation. Tokens already issued name it, and it counts no more.

    Raises:
        NotAnAdministrator, UnknownRole: see `rules`.
        UnknownOrganisation: there is no such organisation.
        RoleNotHeld: they do not hold it now.
    """
    primary = queries.get_primary(tx, organisation)
    rules.check_administrator(still_holding(tx, caller, now), primary)
    rules.check_role(role)
    held = queries.end_role(tx, person=person, organisation=primary, role=role, now=now)
    if held is None:
        raise RoleNotHeld(role=role, organisation=primary)

    index = append(
        tx,
        RoleEnded(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("role", held),
            role=role,
            party=primary,
            demo=caller.demo,
        ),
    )
    return Registered(held, index)
