"""Telling everyone that an organisation's key is about to be replaced, while that can still be stopped."""

from collections.abc import Iterator

from registry import clock
from registry.db import Reading
from registry.organisations.queries import list_organisations
from registry.passkeys.queries import waiting_resets
from registry.passkeys.rules import RESET_WAITS
from registry.records.rules import Wanted

EVERY_ORGANISATION = 10_000
OWN = ("siro", "dpo", "admin")
"""Who can withdraw a key of their organisation's."""


def wanted_tasks(reading: Reading) -> Iterator[Wanted]:
    """A task for every body's officers, and for those of the body itself who can withdraw the new key."""
    for row in waiting_resets(reading):
        due_on = clock.london_day(row.proposed_at + RESET_WAITS)
        told = {(body.id, "ig_officer") for body in list_organisations(reading, limit=EVERY_ORGANISATION)}
        for organisation, role in sorted(told | {(row.organisation, role) for role in OWN}):
            yield Wanted(organisation, role, "key-reset", "organisation-key", row.id, due_on)
