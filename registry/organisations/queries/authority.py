"""Authority given: roles asked for, delegations, authority shared by two bodies."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, update
from sqlmodel import col, select

from registry import clock
from registry.db import Reading, Transaction, new_id
from registry.organisations.mandates import Limits, Mandate
from registry.organisations.queries.columns import ID, Day, Moment, every_column
from registry.organisations.tables import Delegation, RoleHeld, RoleRequest, SharedAuthority


def deputising(now: Moment, today: Day) -> ColumnElement[bool]:
    """Whether a delegation is live at an instant and its London day: given, not ended, within its days."""
    return _deputising_on(today) & or_(col(Delegation.ended_at).is_(None), col(Delegation.ended_at) > now)


def delegation_of(
    reading: Reading, person: str, organisation: str, today: date, *, role: str = "signatory"
) -> Mandate:
    """The authority a person has on a London day to act in a role for an organisation (rule SD-03)."""
    whose = {"person": person, "organisation": organisation, "role": role}
    within = {"begins": clock.day_start(today), "ends": clock.day_end(today)}
    if reading.scalar(_holding(), **whose, **within) is not None:
        return Mandate(outright=True)
    rows = reading.all(_delegated(), **whose, today=today)
    return Mandate(delegations=tuple(Limits(frozenset(row.kinds), row.max_risk) for row in rows))


@cache
def _holding() -> Any:
    """Built once, because every signature runs it."""
    return (
        select(RoleHeld.id)
        .where(
            col(RoleHeld.person) == bindparam("person"),
            col(RoleHeld.organisation) == bindparam("organisation"),
            col(RoleHeld.role) == bindparam("role"),
            col(RoleHeld.granted_at) < bindparam("ends"),
            or_(col(RoleHeld.ended_at).is_(None), col(RoleHeld.ended_at) > bindparam("begins")),
        )
        .limit(1)
    )


@cache
def _delegated() -> Any:
    return select(Delegation.kinds, Delegation.max_risk).where(
        col(Delegation.person) == bindparam("person"),
        col(Delegation.organisation) == bindparam("organisation"),
        col(Delegation.role) == bindparam("role"),
        col(Delegation.ended_at).is_(None),
        _deputising_on(bindparam("today")),
    )


def shared_authority(reading: Reading, person: str, organisations: Collection[str]) -> bool:
    """Whether these organisations have each recorded that a person may sign for it and the others (SD-04)."""
    statement = select(SharedAuthority.organisation, SharedAuthority.other).where(
        col(SharedAuthority.person) == person, col(SharedAuthority.ended_at).is_(None)
    )
    recorded = {(row.organisation, row.other) for row in reading.all(statement)}
    return all((one, other) in recorded for one in organisations for other in organisations if one != other)


def insert_request(tx: Transaction, **values: Any) -> str:
    """Store a first person's word that someone should hold a role, and return its id."""
    identifier = new_id()
    tx.insert(RoleRequest, id=identifier, **values)
    return identifier


def find_request(reading: Reading, *, person: str, organisation: str, role: str) -> Row[Any] | None:
    """The request for a role that waits for a second person, or None."""
    if ID.fullmatch(person) is None:
        return None
    return reading.one_or_none(
        every_column(RoleRequest).where(
            col(RoleRequest.person) == person,
            col(RoleRequest.organisation) == organisation,
            col(RoleRequest.role) == role,
            col(RoleRequest.completed_at).is_(None),
        )
    )


def complete_request(
    tx: Transaction, request: str, *, by: str, now: datetime, counts_from: datetime | None
) -> None:
    """Say who completed a request, and from when the role counts; None when it will not."""
    statement = update(RoleRequest).where(col(RoleRequest.id) == request)
    tx.execute(statement.values(completed_by=by, completed_at=now, counts_from=counts_from))


def list_requests(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """Every request for a role for a person, oldest first."""
    statement = every_column(RoleRequest).where(col(RoleRequest.person) == person)
    return reading.all(statement.order_by(col(RoleRequest.id)))


def insert_delegation(tx: Transaction, **values: Any) -> None:
    """Store a delegation."""
    tx.insert(Delegation, **values)


def find_delegation(reading: Reading, identifier: str) -> Row[Any] | None:
    """The row of a delegation, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    return reading.one_or_none(every_column(Delegation).where(col(Delegation.id) == identifier))


def lock_delegation(tx: Transaction, identifier: str) -> Row[Any] | None:
    """The row of a delegation, locked until the transaction ends, or None."""
    if ID.fullmatch(identifier) is None:
        return None
    tx.execute(select(Delegation.id).where(col(Delegation.id) == identifier).with_for_update())
    return find_delegation(tx, identifier)


def update_delegation(tx: Transaction, identifier: str, **values: Any) -> None:
    """Change columns of a delegation."""
    tx.execute(update(Delegation).where(col(Delegation.id) == identifier).values(**values))


def list_delegations(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """Every delegation at an organisation, oldest first."""
    statement = every_column(Delegation).where(col(Delegation.organisation) == organisation)
    return reading.all(statement.order_by(col(Delegation.id)))


def list_delegations_to(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """Every delegation to a person, oldest first."""
    statement = every_column(Delegation).where(col(Delegation.person) == person)
    return reading.all(statement.order_by(col(Delegation.id)))


def end_delegations_of(tx: Transaction, person: str, organisation: str, now: datetime) -> list[str]:
    """End every delegation at an organisation that a person has or gave, and return their ids."""
    statement = (
        update(Delegation)
        .where(
            col(Delegation.organisation) == organisation,
            or_(col(Delegation.person) == person, col(Delegation.asked_by) == person),
            col(Delegation.ended_at).is_(None),
        )
        .values(ended_at=now)
        .returning(col(Delegation.id))
    )
    return sorted(identifier for (identifier,) in tx.all(statement))


def insert_shared_authority(tx: Transaction, **values: Any) -> str:
    """Store one body's word that a person may sign for it and for another, and return its id."""
    identifier = new_id()
    tx.insert(SharedAuthority, id=identifier, **values)
    return identifier


def end_shared_authority(
    tx: Transaction, *, person: str, organisation: str, other: str, now: datetime
) -> list[str]:
    """End one body's word that a person may sign for it and for another, and return the ids of what ended."""
    statement = (
        update(SharedAuthority)
        .where(
            col(SharedAuthority.person) == person,
            col(SharedAuthority.organisation) == organisation,
            col(SharedAuthority.other) == other,
            col(SharedAuthority.ended_at).is_(None),
        )
        .values(ended_at=now)
        .returning(col(SharedAuthority.id))
    )
    return sorted(identifier for (identifier,) in tx.all(statement))


def _deputising_on(day: Day) -> ColumnElement[bool]:
    return and_(
        col(Delegation.given_at).is_not(None),
        col(Delegation.starts_on) <= day,
        col(Delegation.ends_on) >= day,
    )
