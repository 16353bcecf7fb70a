"""People with an account, and the roles they hold."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, or_, update
from sqlmodel import col, select

from registry import clock
from registry.db import Reading, Transaction, new_id
from registry.organisations.queries.authority import deputising
from registry.organisations.queries.columns import ID, Moment, every_column
from registry.organisations.schemas import NewPerson, RoleMailbox
from registry.organisations.tables import Delegation, Departure, Organisation, Person, RoleHeld


def find_person(reading: Reading, username: str) -> Row[Any] | None:
    """The row of the person with a user name, or None."""
    return reading.one_or_none(every_column(Person).where(col(Person.username) == username))


def find_person_by_id(reading: Reading, person: str) -> Row[Any] | None:
    """The row of a person, or None; text that is no id names nobody."""
    if ID.fullmatch(person) is None:
        return None
    return reading.one_or_none(every_column(Person).where(col(Person.id) == person))


def lock_person(tx: Transaction, person: str) -> Row[Any] | None:
    """The row of a person, locked so that two changes of their roles queue; None when there is none."""
    if ID.fullmatch(person) is None:
        return None
    return tx.one_or_none(select(Person.id).where(col(Person.id) == person).with_for_update())


def insert_person(tx: Transaction, wanted: NewPerson) -> str:
    """Store a person and return the new row id."""
    person = new_id()
    tx.insert(
        Person,
        id=person,
        username=wanted.username,
        name=wanted.name,
        email=wanted.email,
        password_hash=wanted.password_hash,
        demo=wanted.demo,
    )
    return person


def pseudonymise(tx: Transaction, person: str) -> None:
    """Take a person's names, address and password from their account; what they did points to it still."""
    values = {"username": f"erased-{new_id()}", "name": "", "email": "", "password_hash": ""}
    tx.execute(update(Person).where(col(Person.id) == person).values(values))


def set_password(tx: Transaction, person: str, password_hash: str) -> None:
    """Store another password of a person."""
    tx.execute(update(Person).where(col(Person.id) == person).values(password_hash=password_hash))


def list_people(reading: Reading) -> Sequence[Row[Any]]:
    """The rows of everyone with an account, in order of user name."""
    return reading.all(every_column(Person).order_by(col(Person.username)))


def has_demo_people(reading: Reading) -> bool:
    """Whether anyone with a published password has an account."""
    return reading.scalar(select(Person.id).where(col(Person.demo)).limit(1)) is not None


def current_roles(reading: Reading, person: str, organisation: str, now: datetime) -> frozenset[str]:
    """The roles a person has at an organisation at this instant, held or lent, whatever their token says."""
    rows = reading.all(
        _current_roles(), person=person, organisation=organisation, now=now, today=clock.london_day(now)
    )
    return frozenset(role for (role,) in rows)


@cache
def _current_roles() -> Any:
    """Built once, because every change runs it."""
    person: BindParameter[str] = bindparam("person")
    organisation: BindParameter[str] = bindparam("organisation")
    held = select(RoleHeld.role).where(
        col(RoleHeld.person) == person, col(RoleHeld.organisation) == organisation, held_at(bindparam("now"))
    )
    lent = select(Delegation.role).where(
        col(Delegation.person) == person,
        col(Delegation.organisation) == organisation,
        deputising(bindparam("now"), bindparam("today")),
    )
    return held.union(lent)


def roles_given(reading: Reading, person: str, organisation: str, now: datetime) -> frozenset[str]:
    """The roles a person holds at an organisation for themself, those that begin later too."""
    statement = select(RoleHeld.role).where(
        col(RoleHeld.person) == person, col(RoleHeld.organisation) == organisation, _not_ended(now)
    )
    return frozenset(role for (role,) in reading.all(statement))


def holding(reading: Reading, organisation: str, role: str, now: datetime) -> frozenset[str]:
    """The people who hold a role at an organisation now, not those it was lent to."""
    statement = select(RoleHeld.person).where(
        col(RoleHeld.organisation) == organisation, col(RoleHeld.role) == role, held_at(now)
    )
    return frozenset(person for (person,) in reading.all(statement))


def holders(reading: Reading, organisation: str, role: str, now: datetime) -> frozenset[str]:
    """The people who hold a role at an organisation for themselves, those whose time begins later too."""
    statement = select(RoleHeld.person).where(
        col(RoleHeld.organisation) == organisation, col(RoleHeld.role) == role, _not_ended(now)
    )
    return frozenset(person for (person,) in reading.all(statement))


def list_organisations_of(reading: Reading, person: str, now: datetime) -> list[str]:
    """The organisations at which a person has a role now, the first given at the front, lent ones last."""
    held = select(RoleHeld.organisation).where(col(RoleHeld.person) == person, held_at(now))
    lent = select(Delegation.organisation).where(
        col(Delegation.person) == person, deputising(now, clock.london_day(now))
    )
    rows = (
        *reading.all(held.order_by(col(RoleHeld.granted_at), col(RoleHeld.id))),
        *reading.all(lent.order_by(col(Delegation.id))),
    )
    return list(dict.fromkeys(organisation for (organisation,) in rows))


def list_roles_held(reading: Reading, now: datetime) -> Sequence[Row[Any]]:
    """Every role held now: person, organisation and role, in that order."""
    columns = (col(RoleHeld.person), col(RoleHeld.organisation), col(RoleHeld.role))
    return reading.all(select(*columns).where(held_at(now)).order_by(*columns))


def list_role_mailboxes(
    reading: Reading, now: datetime, organisation: str | None = None
) -> list[RoleMailbox]:
    """Every role someone holds now, at one organisation or at all, with the body's mailbox."""
    statement = (
        select(RoleHeld.organisation, RoleHeld.role, Organisation.ig_contact)
        .join(Organisation, col(Organisation.id) == col(RoleHeld.organisation))
        .where(held_at(now))
        .distinct()
        .order_by(col(RoleHeld.organisation), col(RoleHeld.role))
    )
    if organisation is not None:
        statement = statement.where(col(RoleHeld.organisation) == organisation)
    return [
        RoleMailbox(organisation=row.organisation, role=row.role, contact=row.ig_contact)
        for row in reading.all(statement)
    ]


def end_roles_of(tx: Transaction, person: str, organisation: str, now: datetime) -> list[str]:
    """End everything a person holds at an organisation, begun or not, and return the roles in order."""
    statement = (
        update(RoleHeld)
        .where(col(RoleHeld.person) == person, col(RoleHeld.organisation) == organisation, _not_ended(now))
        .values(ended_at=now)
        .returning(col(RoleHeld.role))
    )
    return sorted(role for (role,) in tx.all(statement))


def insert_departure(tx: Transaction, **values: Any) -> str:
    """Store that a person left, and return the id of the record."""
    departure = new_id()
    tx.insert(Departure, id=departure, **values)
    return departure


def list_departures_to(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """What others handed over to a person when they left, oldest first."""
    statement = every_column(Departure).where(col(Departure.handed_to) == person)
    return reading.all(statement.order_by(col(Departure.id)))


def list_departed(reading: Reading, now: datetime, *, since: datetime) -> frozenset[tuple[str, str]]:
    """The people who left a body since an instant and have no role there now, each with the body."""
    statement = select(Departure.person, Departure.organisation).where(col(Departure.left_at) >= since)
    left = reading.all(statement.distinct())
    return frozenset(
        (row.person, row.organisation)
        for row in left
        if not current_roles(reading, row.person, row.organisation, now)
    )


def list_holdings(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """Every holding of a person, those that ended too, oldest first."""
    return reading.all(
        every_column(RoleHeld).where(col(RoleHeld.person) == person).order_by(col(RoleHeld.id))
    )


def insert_role(tx: Transaction, *, person: str, organisation: str, role: str, now: datetime) -> str:
    """Store that a person holds a role from now on, and return the id of the holding."""
    held = new_id()
    tx.insert(
        RoleHeld, id=held, person=person, organisation=organisation, role=role, granted_at=now, ended_at=None
    )
    return held


def end_role(tx: Transaction, *, person: str, organisation: str, role: str, now: datetime) -> str | None:
    """End a holding now, begun or not, and return its id; None when the role is not held."""
    statement = (
        update(RoleHeld)
        .where(
            col(RoleHeld.person) == person,
            col(RoleHeld.organisation) == organisation,
            col(RoleHeld.role) == role,
            _not_ended(now),
        )
        .values(ended_at=now)
        .returning(col(RoleHeld.id))
    )
    held: str | None = tx.scalar(statement)
    return held


def held_at(instant: Moment) -> ColumnElement[bool]:
    """Whether a holding has begun and has not ended at an instant."""
    return and_(col(RoleHeld.granted_at) <= instant, _not_ended(instant))


def _not_ended(instant: Moment) -> ColumnElement[bool]:
    return or_(col(RoleHeld.ended_at).is_(None), col(RoleHeld.ended_at) > instant)
