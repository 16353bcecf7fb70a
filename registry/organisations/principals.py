"""A caller as the access rules see it."""

from datetime import datetime
from typing import Any

from registry.callers import Caller
from registry.db import Reading
from registry.organisations.queries import current_roles


def principal(reading: Reading, caller: Caller, now: datetime) -> dict[str, Any]:
    """The facts of a caller that access rules judge. Of the roles in a token only those still held count."""
    roles = caller.roles
    if caller.person is not None:
        roles = roles & current_roles(reading, caller.person, caller.organisation, now)
    return {
        "kind": caller.kind,
        "organisation": caller.organisation,
        "roles": sorted(roles),
        "scopes": sorted(caller.scopes),
        "mode": caller.mode or "",
    }
