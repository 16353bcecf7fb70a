"""The people of the demo, whom anyone at this machine may become. Nowhere else do they sign in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.db import Reading
from registry.organisations import queries as organisations
from registry.policy.entries import NamedEntry

Name = dict[str, str]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone of the demo, with the names of their roles at one organisation."""

    username: str
    name: str
    roles: list[Name]


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """An organisation with its people."""

    name: Name
    people: list[DemoPerson]


def list_places(reading: Reading, roles: Mapping[str, NamedEntry], now: datetime) -> list[DemoPlace]:
    """The people of the demo by organisation; one who holds roles at two stands at both."""
    people = {row.id: row for row in organisations.list_people(reading) if row.demo}
    places: dict[str, dict[str, DemoPerson]] = {}
    for row in organisations.list_roles_held(reading, now):
        if row.person in people:
            person, role = people[row.person], roles[row.role]
            at = places.setdefault(row.organisation, {})
            known = at.setdefault(row.person, DemoPerson(person.username, person.name, []))
            known.roles.append({"en": role.en, "cy": role.cy})
    return [DemoPlace(_name(reading, place), list(found.values())) for place, found in sorted(places.items())]


def _name(reading: Reading, organisation: str) -> Name:
    row = organisations.get_organisation(reading, organisation)
    return {"en": row.name_en, "cy": row.name_cy}
