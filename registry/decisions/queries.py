"""What permission checks read of organisations."""

from collections import defaultdict

from registry.db import Reading
from registry.decisions.index import Body
from registry.organisations.queries import list_organisations, list_primaries

EVERY_ORGANISATION = 1_000_000
NATIONS = {"E": "E", "W": "W", "S": "S", "N": "NI"}
"""The letters stored of an organisation, and those of `policies/law/nations.yaml`."""


def list_bodies(reading: Reading) -> list[Body]:
    """Every organisation, with every identifier it answers to."""
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for alias, organisation in list_primaries(reading).items():
        aliases[organisation].append(alias)
    return [
        Body(
            id=row.id,
            aliases=tuple(aliases[row.id]),
            name_en=row.name_en,
            name_cy=row.name_cy,
            ig_contact=row.ig_contact,
            duty_contact=row.duty_contact,
            kind=row.kind,
            nations=frozenset(NATIONS[letter] for letter in row.nations),
        )
        for row in list_organisations(reading, limit=EVERY_ORGANISATION)
    ]
