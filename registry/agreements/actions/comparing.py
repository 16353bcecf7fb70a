"""Looking at agreements side by side: two versions of one, and those like what someone means to draft."""

from datetime import datetime

from registry.agreements import queries
from registry.agreements.actions.reading import SUMMARY_MEMBERS, read
from registry.agreements.differences import Difference, compare, plain
from registry.agreements.queries import Alike, StoredVersion, Wish
from registry.agreements.rules import MayNot
from registry.callers import Caller
from registry.db import Reading
from registry.policy import Policies


def differences_between(
    reading: Reading,
    ref: str,
    number: int,
    earlier: int | None,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> tuple[int, list[Difference]]:
    """The number of the version compared with, and what differs of that which the caller may read of both.

    Where none is named it is the version that this one was made from; a first version differs in nothing.

    Raises:
        NoSuchAgreement: the caller may not read both.
    """
    new = read(reading, ref, number, caller=caller, now=now, policies=policies).version
    base = earlier if earlier is not None else new.amends or new.number
    old = read(reading, ref, base, caller=caller, now=now, policies=policies).version
    whole = all(_sees_all(version, caller) for version in (old, new))
    before, after = (
        {name: said for name, said in plain(version.terms).items() if whole or name in SUMMARY_MEMBERS}
        for version in (old, new)
    )
    return old.number, compare(before, after)


def find_similar(reading: Reading, wish: Wish, *, caller: Caller) -> list[Alike]:
    """The agreements most like a wish that the caller's organisation may see.

    Raises:
        MayNot: the token has not the scope to read the register, or is no person's.
    """
    if "register:read" not in caller.scopes or caller.kind != "person":
        raise MayNot(action="agreement.read")
    return queries.similar(reading, wish, visible_to=caller.organisation)


def _sees_all(version: StoredVersion, caller: Caller) -> bool:
    return version.publication != "summary" or caller.organisation in version.parties
