"""Taking the case of an agreement out of the registry, as far as the caller may see it."""

from datetime import datetime

from registry.agreements.actions.change import may
from registry.agreements.queries import StoredVersion
from registry.callers import Caller
from registry.db import Reading
from registry.exports.case import Sight
from registry.exports.casefile import CaseFile, write_case
from registry.exports.rules import MayNotExport
from registry.exports.trust import Trust
from registry.organisations.principals import principal
from registry.policy import Policies


def give_case(
    reading: Reading, ref: str, *, trust: Trust, caller: Caller, now: datetime, policies: Policies
) -> CaseFile:
    """The case file of an agreement: what is public of it, and what the caller's organisation may see.

    Raises:
        MayNotExport: the access rules do not let the caller export the log.
        NoSuchAgreement: there is none of which the caller may see anything.
        NothingPublished: there is no checkpoint yet.
    """
    facts = principal(reading, caller, now)
    if not policies.access.allows("log.export", principal=facts, resource={}).allowed:
        raise MayNotExport(action="log.export")

    def sight_of(version: StoredVersion) -> Sight:
        is_whole = version.publication == "full" or caller.organisation in version.parties
        return Sight(
            text=is_whole and may(reading, policies, "agreement.read", caller, version, now),
            entries=may(reading, policies, "agreement.open-entry", caller, version, now),
        )

    return write_case(reading, ref, sight_of, trust)
