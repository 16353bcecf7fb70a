"""The agreement on top: whether what the terms name as `parent` is one that every party has signed up to.

Nothing is refused for it - the accord may be kept elsewhere - but whoever drafts is told.
"""

from datetime import datetime

from registry.agreements import queries
from registry.agreements.actions.change import may
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import IN_FORCE, NoSuchAgreement
from registry.agreements.terms import Terms
from registry.callers import Caller
from registry.db import Reading
from registry.errors import FieldError
from registry.policy import Policies
from registry.web.body import field_error

PLACE = "/terms/parent"


def warnings_about(
    reading: Reading, terms: Terms, *, caller: Caller, now: datetime, policies: Policies
) -> tuple[FieldError, ...]:
    """What whoever drafts should know of the agreement that these terms stand under."""
    if not terms.parent:
        return ()
    version = _framework(reading, terms.parent, caller, now, policies)
    if version is None:
        return (field_error(PLACE, "parent-not-here", parent=terms.parent),)
    if version.terms.kind != "mou":
        return (field_error(PLACE, "parent-no-framework", parent=terms.parent),)
    signed = (
        {row.organisation for row in queries.counting(reading, version) if row.decision == "sign"}
        if version.status in IN_FORCE
        else set()
    )
    names = queries.primaries(reading, frozenset(party.organisation for party in terms.parties))
    return tuple(
        field_error(PLACE, "parent-not-signed", parent=terms.parent, organisation=party)
        for party in (names.get(party, party) for party in terms.controllers())
        if party not in signed
    )


def _framework(
    reading: Reading, ref: str, caller: Caller, now: datetime, policies: Policies
) -> StoredVersion | None:
    """The version in force of an agreement, else its newest; None where the caller may not read it."""
    try:
        version = (queries.list_in_force(reading, ref) or [queries.get(reading, ref)])[0]
    except NoSuchAgreement:
        return None
    return version if may(reading, policies, "agreement.read", caller, version, now) else None
