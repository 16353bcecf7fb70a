"""Looking up what a card tells: the version in force that may be read, and the names in it."""

from datetime import datetime

from registry.agreements.actions.change import may
from registry.agreements.queries import StoredVersion, list_in_force
from registry.agreements.rules import FlowState, NoSuchAgreement
from registry.callers import Caller
from registry.db import Reading
from registry.organisations.naming import PublicName, public_names
from registry.organisations.queries import get_organisation
from registry.policy import Law, Policies

ANYONE = Caller(organisation="", scopes=frozenset({"register:read"}))
"""A visitor who is not signed in: the access rules let them read what is published, and nothing else."""


def get_carried(
    reading: Reading, ref: str, *, caller: Caller, now: datetime, policies: Policies
) -> StoredVersion:
    """The newest version that has a live flow, where the caller may read all of it.

    Raises:
        NoSuchAgreement: there is none, or none the caller may know of.
    """
    for version in list_in_force(reading, ref):
        is_whole = version.publication == "full" or caller.organisation in version.parties
        if (
            is_whole
            and FlowState.LIVE in version.flows.values()
            and may(reading, policies, "agreement.read", caller, version, now)
        ):
            return version
    raise NoSuchAgreement(ref=ref)


def names_for(reading: Reading, version: StoredVersion, caller: Caller, law: Law) -> dict[str, PublicName]:
    """What the parties of a version are called: to one another by name, to others as anyone may know."""
    if caller.organisation not in version.parties:
        return public_names(reading, law, version.parties)
    rows = [get_organisation(reading, party) for party in sorted(version.parties)]
    return {row.id: PublicName(row.id, row.name_en, row.name_cy, row.kind, row.nations) for row in rows}
