"""Taking things out of the registry: the case of an agreement, the receipt of an entry."""

from datetime import datetime

from registry.agreements.actions.change import may
from registry.agreements.queries import StoredVersion
from registry.auditlog import queries, served
from registry.auditlog.rules import NothingPublished, NotYetProvable
from registry.callers import Caller
from registry.db import Reading
from registry.exports.case import Sight
from registry.exports.casefile import CaseFile, write_case
from registry.exports.receipt import find_key, write_receipt
from registry.exports.rules import MayNotExport, NoReceipts
from registry.exports.trust import Trust
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.tlog.tree import inclusion_path


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


def give_receipt(reading: Reading, index: int, *, trust: Trust, now: datetime) -> bytes:
    """The COSE receipt that an entry is in the tree of the newest checkpoint.

    Raises:
        NothingPublished: there is no checkpoint yet.
        NotYetProvable: no checkpoint covers the entry.
        NoReceipts: the log's key signs notes alone.
    """
    newest, key = served.newest_served(reading), find_key(trust.signer, now)
    if newest is None:
        raise NothingPublished
    if not 0 <= index < newest.size:
        raise NotYetProvable(index=index, size=newest.size)
    if key is None:
        raise NoReceipts(index=index)
    path = inclusion_path(index, newest.size, queries.subtrees(reading))
    return write_receipt(key, index=index, size=newest.size, root=bytes(newest.root), path=path)
