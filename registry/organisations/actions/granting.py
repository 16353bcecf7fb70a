"""Giving an organisation's people accounts and roles over the API, where two people grant what approves."""

from registry.auditlog import Subject
from registry.db import Transaction
from registry.organisations import queries, rules
from registry.organisations.actions import register
from registry.organisations.actions.acting import Acting, Recorded, check_may, check_person, record
from registry.organisations.events import RoleGranted, RoleProposed
from registry.organisations.rules import APPROVING, RoleAlreadyHeld
from registry.organisations.schemas import NewPerson


def admit(tx: Transaction, wanted: NewPerson, *, acting: Acting) -> Recorded:
    """Give a colleague an account. They can do nothing until they hold a role.

    Raises:
        NotAuthorised: see `check_may`.
        BadUsername, UsernameTaken: see `register.register_person`.
    """
    check_may(tx, "person.register", acting, acting.caller.organisation)
    made = register.register_person(tx, wanted, caller=acting.caller, now=acting.now)
    return Recorded(made.id, made.log_index)


def give_role(tx: Transaction, person: str, role: str, *, acting: Acting) -> Recorded:
    """Give a person a role at the caller's organisation: one that approves only when a second person agrees.

    The first call then answers that it waits; the same call by another person completes it, and the role
    counts after the delay.

    Raises:
        NotAuthorised: see `check_may`.
        UnknownRole, UnknownPerson: there is none.
        RoleAlreadyHeld: they hold it, or will when the delay is over.
        AdministratorsDoNotApprove: see `rules.check_compatible`.
        AnotherPersonNeeded: the same person asks twice, or for themself.
    """
    organisation = acting.caller.organisation
    request = queries.find_request(tx, person=person, organisation=organisation, role=role)
    check_may(tx, "person.role-complete" if request else "person.role-grant", acting, organisation)
    rules.check_role(role)
    check_person(tx, person)
    held = queries.roles_given(tx, person, organisation, acting.now)
    if role in held:
        raise RoleAlreadyHeld(role=role, organisation=organisation)
    rules.check_compatible(role, held)

    if role not in APPROVING:
        return _grant(tx, person, role, acting)
    rules.check_second_person(first=request and request.asked_by, second=acting.person, concerned=person)
    if request is None:
        return _propose(tx, person, role, acting)
    counts_from = acting.now + acting.delay
    queries.complete_request(tx, request.id, by=acting.person, now=acting.now, counts_from=counts_from)
    return _grant(tx, person, role, acting)


def take_role(tx: Transaction, person: str, role: str, *, acting: Acting) -> Recorded:
    """End a role a person holds at the caller's organisation, at once.

    Raises:
        NotAuthorised: see `check_may`.
        UnknownRole, UnknownPerson, RoleNotHeld: see `register.end_role`.
    """
    organisation = acting.caller.organisation
    check_may(tx, "person.role-end", acting, organisation)
    check_person(tx, person)
    ended = register.end_role(
        tx, person=person, organisation=organisation, role=role, caller=acting.caller, now=acting.now
    )
    return Recorded(ended.id, ended.log_index)


def _propose(tx: Transaction, person: str, role: str, acting: Acting) -> Recorded:
    organisation = acting.caller.organisation
    request = queries.insert_request(
        tx,
        person=person,
        organisation=organisation,
        role=role,
        asked_by=acting.person,
        asked_at=acting.now,
    )
    index = record(tx, RoleProposed, Subject("role", request), acting, role=role, party=organisation)
    return Recorded(request, index, pending="second-person")


def _grant(tx: Transaction, person: str, role: str, acting: Acting) -> Recorded:
    organisation = acting.caller.organisation
    counts_from = acting.now + acting.delay if role in APPROVING else acting.now
    held = queries.insert_role(tx, person=person, organisation=organisation, role=role, now=counts_from)
    index = record(tx, RoleGranted, Subject("role", held), acting, role=role, party=organisation)
    return Recorded(held, index, counts_from=counts_from)
