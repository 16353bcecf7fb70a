"""A caller as the access rules see it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from registry.callers import Caller
from registry.db import Reading
from registry.organisations.queries import current_roles


def still_holding(reading: Reading, caller: Caller, now: datetime) -> Caller:
    """The caller with those roles of the token alone that are still held."""
    if caller.person is None:
        return caller
    held = current_roles(reading, caller.person, caller.organisation, now)
    return replace(caller, roles=caller.roles & held)


def principal(reading: Reading, caller: Caller, now: datetime) -> dict[str, Any]:
    """The facts of a caller that access rules judge. Of the roles in a token only those still held count."""
    caller = still_holding(reading, caller, now)
    return {
        "kind": caller.kind,
        "organisation": caller.organisation,
        "roles": sorted(caller.roles),
        "scopes": sorted(caller.scopes),
        "mode": caller.mode or "",
    }
