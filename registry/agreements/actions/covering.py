"""Which agreements cover one body's sharing with another, and what may be asked because of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements import queries
from registry.agreements.coverage import stands
from registry.agreements.queries import Ends
from registry.agreements.rules import MayNot
from registry.callers import Caller
from registry.db import Reading
from registry.organisations.queries import get_primary


@dataclass(frozen=True, slots=True)
class Covering:
    """One page of the flows between two bodies, and the reference to go on after.

    `summarised` are those of which the caller sees a summary alone. An end knows of everything: `complete`.
    """

    ends: Ends
    complete: bool
    flows: Sequence[Row[Any]]
    summarised: Sequence[Row[Any]]
    next: str | None


def find_covering(
    reading: Reading, holder: str, recipient: str, *, after: str, limit: int, caller: Caller
) -> Covering:
    """The flows from a holder to a recipient, of the agreements that the caller's organisation may see.

    Raises:
        MayNot: the token has not the scope to read the register.
        UnknownOrganisation: no organisation answers to an identifier.
    """
    if "register:read" not in caller.scopes:
        raise MayNot(action="agreement.read")
    ends = Ends(get_primary(reading, holder), get_primary(reading, recipient))
    ours = get_primary(reading, caller.organisation)
    drafts = caller.kind == "person"
    page, following = queries.flows_between(
        reading, ends, visible_to=ours, drafts=drafts, after=after, limit=limit
    )
    seen = [row for row in page if row.is_party or row.publication == "full"]
    return Covering(
        ends=ends,
        complete=ours in (ends.holder, ends.recipient),
        flows=seen,
        summarised=[row for row in page if row not in seen],
        next=following,
    )


def find_askable(
    reading: Reading, holder: str, *, after: str, limit: int, caller: Caller, now: datetime
) -> Covering:
    """The flows to the caller's organisation that let something through now.

    Raises:
        MayNot, UnknownOrganisation: see `find_covering`.
    """
    found = find_covering(reading, holder, caller.organisation, after=after, limit=limit, caller=caller)
    today = clock.london_day(now)
    live = [row for row in found.flows if stands(row, today) == "permits"]
    return Covering(found.ends, found.complete, live, found.summarised, found.next)
