"""The SQL of organisations, people and roles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, update
from sqlmodel import SQLModel, col, select

from registry.db import Reading, Transaction, new_id
from registry.organisations.rules import UnknownOrganisation, is_identifier
from registry.organisations.schemas import NewOrganisation, NewPerson, RoleMailbox
from registry.organisations.tables import Organisation, OrganisationAlias, Person, RoleHeld


def find_primary(reading: Reading, identifier: str) -> str | None:
    """The primary identifier of the organisation that any identifier names, or None."""
    if not is_identifier(identifier):
        return None
    statement = select(OrganisationAlias.organisation).where(col(OrganisationAlias.alias) == identifier)
    primary: str | None = reading.scalar(statement)
    return primary


def get_primary(reading: Reading, identifier: str) -> str:
    """The primary identifier of the organisation that any identifier names.

    Raises:
        UnknownOrganisation: it names none.
    """
    primary = find_primary(reading, identifier)
    if primary is None:
        raise UnknownOrganisation(organisation=identifier)
    return primary


def list_primaries(reading: Reading) -> dict[str, str]:
    """Every identifier, alias or primary, with the primary one of its organisation."""
    statement = select(OrganisationAlias.alias, OrganisationAlias.organisation)
    return {row.alias: row.organisation for row in reading.all(statement)}


def get_organisation(reading: Reading, identifier: str) -> Row[Any]:
    """The row of the organisation that any identifier names.

    Raises:
        UnknownOrganisation: it names none.
    """
    primary = get_primary(reading, identifier)
    return reading.execute(_every_column(Organisation).where(col(Organisation.id) == primary)).one()


def list_organisations(reading: Reading, *, after: str = "", limit: int = 100) -> Sequence[Row[Any]]:
    """Rows of organisations in order of primary identifier, those beyond `after`."""
    statement = _every_column(Organisation).where(col(Organisation.id) > after)
    return reading.all(statement.order_by(col(Organisation.id)).limit(limit))


def list_aliases(reading: Reading, organisations: Sequence[str]) -> dict[str, list[str]]:
    """The other identifiers of each of these organisations, in order."""
    statement = (
        select(OrganisationAlias.organisation, OrganisationAlias.alias)
        .where(
            col(OrganisationAlias.organisation).in_(organisations),
            col(OrganisationAlias.alias) != col(OrganisationAlias.organisation),
        )
        .order_by(col(OrganisationAlias.alias))
    )
    aliases: dict[str, list[str]] = {organisation: [] for organisation in organisations}
    for row in reading.all(statement):
        aliases[row.organisation].append(row.alias)
    return aliases


def insert_organisation(tx: Transaction, wanted: NewOrganisation) -> None:
    """Store an organisation and every identifier it answers to."""
    tx.insert(Organisation, **wanted.model_dump(exclude={"aliases"}))
    for alias in (wanted.id, *wanted.aliases):
        tx.insert(OrganisationAlias, alias=alias, organisation=wanted.id)


def find_person(reading: Reading, username: str) -> Row[Any] | None:
    """The row of the person with a user name, or None."""
    return reading.one_or_none(_every_column(Person).where(col(Person.username) == username))


def find_person_by_id(reading: Reading, person: str) -> Row[Any] | None:
    """The row of a person, or None."""
    return reading.one_or_none(_every_column(Person).where(col(Person.id) == person))


def lock_person(tx: Transaction, person: str) -> Row[Any] | None:
    """The row of a person, locked so that two changes of their roles queue; None when there is none."""
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


def list_people(reading: Reading) -> Sequence[Row[Any]]:
    """The rows of everyone with an account, in order of user name."""
    return reading.all(_every_column(Person).order_by(col(Person.username)))


def has_demo_people(reading: Reading) -> bool:
    """Whether anyone with a published password has an account."""
    return reading.scalar(select(Person.id).where(col(Person.demo)).limit(1)) is not None


def current_roles(reading: Reading, person: str, organisation: str, now: datetime) -> frozenset[str]:
    """The roles a person holds at an organisation at this instant, whatever their token says."""
    statement = select(RoleHeld.role).where(
        col(RoleHeld.person) == person, col(RoleHeld.organisation) == organisation, _held_at(now)
    )
    return frozenset(role for (role,) in reading.all(statement))


def list_organisations_of(reading: Reading, person: str, now: datetime) -> list[str]:
    """The organisations at which a person holds a role now, the one granted first at the front."""
    statement = (
        select(RoleHeld.organisation)
        .where(col(RoleHeld.person) == person, _held_at(now))
        .order_by(col(RoleHeld.granted_at), col(RoleHeld.id))
    )
    return list(dict.fromkeys(organisation for (organisation,) in reading.all(statement)))


def list_roles_held(reading: Reading, now: datetime) -> Sequence[Row[Any]]:
    """Every role held now: person, organisation and role, in that order."""
    columns = (col(RoleHeld.person), col(RoleHeld.organisation), col(RoleHeld.role))
    return reading.all(select(*columns).where(_held_at(now)).order_by(*columns))


def list_role_mailboxes(
    reading: Reading, now: datetime, organisation: str | None = None
) -> list[RoleMailbox]:
    """Every role someone holds now, at one organisation or at all, with the body's mailbox."""
    statement = (
        select(RoleHeld.organisation, RoleHeld.role, Organisation.ig_contact)
        .join(Organisation, col(Organisation.id) == col(RoleHeld.organisation))
        .where(_held_at(now))
        .distinct()
        .order_by(col(RoleHeld.organisation), col(RoleHeld.role))
    )
    if organisation is not None:
        statement = statement.where(col(RoleHeld.organisation) == organisation)
    return [
        RoleMailbox(organisation=row.organisation, role=row.role, contact=row.ig_contact)
        for row in reading.all(statement)
    ]


def insert_role(tx: Transaction, *, person: str, organisation: str, role: str, now: datetime) -> str:
    """Store that a person holds a role from now on, and return the id of the holding."""
    held = new_id()
    tx.insert(
        RoleHeld, id=held, person=person, organisation=organisation, role=role, granted_at=now, ended_at=None
    )
    return held


def end_role(tx: Transaction, *, person: str, organisation: str, role: str, now: datetime) -> str | None:
    """End a holding now and return its id; None when the role is not held."""
    statement = (
        update(RoleHeld)
        .where(
            col(RoleHeld.person) == person,
            col(RoleHeld.organisation) == organisation,
            col(RoleHeld.role) == role,
            _held_at(now),
        )
        .values(ended_at=now)
        .returning(col(RoleHeld.id))
    )
    held: str | None = tx.scalar(statement)
    return held


def _held_at(instant: datetime) -> ColumnElement[bool]:
    return and_(
        col(RoleHeld.granted_at) <= instant,
        or_(col(RoleHeld.ended_at).is_(None), col(RoleHeld.ended_at) > instant),
    )


def _every_column(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)
