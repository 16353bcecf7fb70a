"""The bodies that generated agreements are between, and the people who write and sign them there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.demo.patterns import Body
from registry.organisations.actions import grant_role, register_person
from registry.organisations.queries import find_person, list_organisations
from registry.organisations.schemas import NewPerson

FAMILIES = {
    "council": "council",
    "police": "police",
    "nhs-trust": "health",
    "ambulance-service": "health",
    "icb": "health",
    "health-board": "health",
}
"""Which kinds of organisation take part, and as what."""

NO_PASSWORD = "!"  # noqa: S105 - the hash of no password: nobody signs in with such an account


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts for one body: an officer who writes and reviews, and a signatory."""

    officer: Caller
    signatory: Caller


Crowd = Mapping[str, Staff]


def list_bodies(reading: Reading) -> list[Body]:
    """Every registered organisation of a kind that takes part."""
    rows = list_organisations(reading, limit=10_000)
    return [
        Body(row.id, row.name_en, row.name_cy, row.nations, FAMILIES[row.kind])
        for row in rows
        if row.kind in FAMILIES
    ]


def find_or_hire(tx: Transaction, bodies: list[Body], now: datetime) -> Crowd:
    """The staff of every body, registered when they are not there yet."""
    return {
        body.id: Staff(_caller(tx, body, "ig_officer", now), _caller(tx, body, "signatory", now))
        for body in bodies
    }


def _caller(tx: Transaction, body: Body, role: str, now: datetime) -> Caller:
    username = f"{body.id.replace(':', '-').lower()}.{role.replace('_', '-')}"
    person = find_person(tx, username)
    identifier = person.id if person else _hire(tx, body, username, role, now)
    return Caller(organisation=body.id, person=identifier, roles=frozenset({role}), demo=True)


def _hire(tx: Transaction, body: Body, username: str, role: str, now: datetime) -> str:
    system = Caller(organisation="", demo=True)
    wanted = NewPerson(
        username=username,
        name=f"{body.name_en}, {role.replace('_', ' ')}",
        email=f"{username}@generated.test",
        password_hash=NO_PASSWORD,
        demo=True,
    )
    identifier = register_person(tx, wanted, caller=system, now=now).id
    grant_role(tx, person=identifier, organisation=body.id, role=role, caller=system, now=now)
    return identifier
