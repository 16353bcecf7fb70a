"""Lending a role: by whoever holds it, or by two people who look after the body. Dated, limited, provable."""

from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
from registry.db import Transaction, new_id
from registry.organisations import queries, rules
from registry.organisations.actions.acting import Acting, Recorded, check_may, check_person, record
from registry.organisations.events import DelegationEnded, DelegationGiven, DelegationProposed
from registry.organisations.rules import (
    LENDERS,
    DelegationNotOpen,
    NoSuchDelegation,
    NotAuthorised,
    UnknownKind,
)
from registry.organisations.schemas import DelegationDocument, DelegationIn
from registry.web.documents import canonical, digest, salted


def delegate(tx: Transaction, person: str, wanted: DelegationIn, *, acting: Acting) -> Recorded:
    """Lend a role at the caller's organisation to a deputy.

    Whoever holds the role lends it at once. Anyone else asks, and a second person agrees (`agree`).

    Raises:
        NotAuthorised: see `check_may`; or the caller neither holds the role nor looks after the body.
        UnknownPerson: there is no such person.
        AnotherPersonNeeded: the deputy is the caller.
        AdministratorsDoNotApprove: the deputy is an administrator and the role approves.
        DaysOutOfOrder, UnknownKind: see there.
    """
    organisation = acting.caller.organisation
    roles = check_may(tx, "delegation.give", acting, organisation)
    check_person(tx, person)
    rules.check_second_person(first=None, second=acting.person, concerned=person)
    rules.check_compatible(wanted.role, queries.roles_given(tx, person, organisation, acting.now))
    rules.check_days(wanted.starts_on, wanted.ends_on, acting.today)
    if unknown := set(wanted.kinds) - set(acting.policies.law.agreement_kinds):
        raise UnknownKind(kind=min(unknown))
    holds = acting.person in queries.holding(tx, organisation, wanted.role, acting.now)
    if not holds and not roles & LENDERS:
        raise NotAuthorised(action="delegation.give")
    return _store(tx, person, wanted, acting, holds=holds)


def agree(tx: Transaction, identifier: str, *, acting: Acting) -> Recorded:
    """Complete a delegation that another person asked for.

    Raises:
        NotAuthorised, NoSuchDelegation, DelegationNotOpen: see there.
        AnotherPersonNeeded: the caller asked for it, or is the deputy.
    """
    found = _lock(tx, "delegation.agree", identifier, acting)
    if found.given_at is not None:
        raise DelegationNotOpen
    rules.check_second_person(first=found.asked_by, second=acting.person, concerned=found.person)
    queries.update_delegation(tx, identifier, agreed_by=acting.person, given_at=acting.now)
    subject = Subject("delegation", identifier, digest=found.digest)
    index = record(tx, DelegationGiven, subject, acting, role=found.role, party=found.organisation)
    return Recorded(identifier, index)


def end(tx: Transaction, identifier: str, *, acting: Acting) -> Recorded:
    """End a delegation before its last day.

    Raises:
        NotAuthorised, NoSuchDelegation, DelegationNotOpen: see there.
    """
    found = _lock(tx, "delegation.end", identifier, acting)
    queries.update_delegation(tx, identifier, ended_at=acting.now)
    subject = Subject("delegation", identifier, digest=found.digest)
    index = record(tx, DelegationEnded, subject, acting, role=found.role, party=found.organisation)
    return Recorded(identifier, index)


def _store(tx: Transaction, person: str, wanted: DelegationIn, acting: Acting, *, holds: bool) -> Recorded:
    organisation, identifier = acting.caller.organisation, new_id()
    terms = wanted.model_dump() | {"organisation": organisation}
    document = canonical(salted(DelegationDocument(**terms)))
    queries.insert_delegation(
        tx,
        id=identifier,
        person=person,
        organisation=organisation,
        **wanted.model_dump(),
        document=document,
        digest=digest(document),
        asked_by=acting.person,
        asked_at=acting.now,
        given_at=acting.now if holds else None,
    )
    index = record(
        tx,
        DelegationGiven if holds else DelegationProposed,
        Subject("delegation", identifier, digest=digest(document)),
        acting,
        role=wanted.role,
        party=organisation,
    )
    return Recorded(identifier, index, pending=None if holds else "second-person")


def _lock(tx: Transaction, action: str, identifier: str, acting: Acting) -> Row[Any]:
    """A delegation at the caller's organisation that has not ended, locked.

    Raises:
        NotAuthorised: see `check_may`; or it is another organisation's.
        NoSuchDelegation: there is none.
        DelegationNotOpen: it has ended.
    """
    check_may(tx, action, acting, acting.caller.organisation)
    found = queries.lock_delegation(tx, identifier)
    if found is None:
        raise NoSuchDelegation
    if found.organisation != acting.caller.organisation:
        raise NotAuthorised(action=action)
    if found.ended_at is not None:
        raise DelegationNotOpen
    return found
