"""What people and bodies can show: training for a role, assurance of a body."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, func
from sqlmodel import col, select

from registry import clock
from registry.db import Reading, Transaction, new_id
from registry.organisations.mandates import Assured
from registry.organisations.queries.columns import every_column
from registry.organisations.queries.people import held_at
from registry.organisations.tables import Assurance, RoleHeld, Training


def insert_training(tx: Transaction, **values: Any) -> str:
    """Store a course completed, and return the id of the record."""
    identifier = new_id()
    tx.insert(Training, id=identifier, **values)
    return identifier


def list_training(reading: Reading, person: str, organisation: str) -> Sequence[Row[Any]]:
    """The courses a person completed for roles at an organisation, oldest record first."""
    statement = every_column(Training).where(
        col(Training.person) == person, col(Training.organisation) == organisation
    )
    return reading.all(statement.order_by(col(Training.id)))


def training_current(reading: Reading, person: str, organisation: str, role: str, today: date) -> bool:
    """Whether a person has completed a course for a role that still counts on a London day (rule TN-01)."""
    statement = select(Training.id).where(
        col(Training.person) == person,
        col(Training.organisation) == organisation,
        col(Training.role) == role,
        col(Training.completed_on) <= today,
        col(Training.expires_on) >= today,
    )
    return reading.scalar(statement.limit(1)) is not None


def list_untrained(reading: Reading, organisation: str, *, today: date, now: datetime) -> Sequence[Row[Any]]:
    """The roles held at an organisation without current training: person and role, in that order."""
    current = select(Training.id).where(
        col(Training.person) == col(RoleHeld.person),
        col(Training.organisation) == col(RoleHeld.organisation),
        col(Training.role) == col(RoleHeld.role),
        col(Training.completed_on) <= today,
        col(Training.expires_on) >= today,
    )
    statement = select(RoleHeld.person, RoleHeld.role).where(
        col(RoleHeld.organisation) == organisation, held_at(now), ~current.exists()
    )
    return reading.all(statement.order_by(col(RoleHeld.person), col(RoleHeld.role)))


def untrained(
    reading: Reading, organisations: Collection[str], *, today: date, now: datetime
) -> dict[str, list[str]]:
    """The roles held without current training, by organisation (rule TN-01).

    An organisation that never recorded any training is left out: nothing is known of it.
    """
    return {
        organisation: sorted(
            {row.role for row in list_untrained(reading, organisation, today=today, now=now)}
        )
        for (organisation,) in reading.all(_trained(), organisations=sorted(organisations))
    }


@cache
def _trained() -> Any:
    """The organisations that recorded training; built once, because every signature runs it."""
    these = col(Training.organisation).in_(bindparam("organisations", expanding=True))
    return select(Training.organisation).where(these).distinct()


def insert_assurance(tx: Transaction, **values: Any) -> str:
    """Store what a body can show, and return the id of the record."""
    identifier = new_id()
    tx.insert(Assurance, id=identifier, **values)
    return identifier


def list_assurances(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """Every record of an organisation's assurance, oldest first."""
    statement = every_column(Assurance).where(col(Assurance.organisation) == organisation)
    return reading.all(statement.order_by(col(Assurance.id)))


def assurances(
    reading: Reading, organisations: Collection[str], today: date
) -> dict[str, dict[str, Assured]]:
    """What each organisation could show by the end of a London day, by kind, expired or not (PR-02, PR-03).

    Of several records of a kind the one that counts longest.
    """
    rows = reading.all(_assurances(), organisations=sorted(organisations), ends=clock.day_end(today))
    found: dict[str, dict[str, Assured]] = {organisation: {} for organisation in organisations}
    for row in rows:
        found[row.organisation][row.kind] = Assured(
            row.kind, row.level, row.reference, row.evidence, row.expires_on
        )
    return found


@cache
def _assurances() -> Any:
    """Built once, because every signature runs it."""
    return (
        every_column(Assurance)
        .where(
            col(Assurance.organisation).in_(bindparam("organisations", expanding=True)),
            col(Assurance.recorded_at) < bindparam("ends"),
        )
        .order_by(col(Assurance.expires_on), col(Assurance.id))
    )


def assurances_due(reading: Reading, today: date, *, within: timedelta) -> Sequence[Row[Any]]:
    """What runs out within a time and has not been renewed: organisation, kind, expires_on, in that order."""
    last = func.max(col(Assurance.expires_on))
    statement = (
        select(Assurance.organisation, Assurance.kind, last.label("expires_on"))
        .group_by(col(Assurance.organisation), col(Assurance.kind))
        .having(last >= today, last <= today + within)
    )
    return reading.all(statement.order_by(last, col(Assurance.organisation), col(Assurance.kind)))
