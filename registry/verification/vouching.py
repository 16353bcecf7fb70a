"""What vouches for an approval at its place in the log: the roster and the key that were in force just then.

Of an organisation's rosters and keys the newest with an earlier index counts, and no other: a replaced key
signs nothing any more, not even for whoever stole it. A key counts when two partners countersigned it with
the keys that they had in force; a partner that had none signs with the first one that it registers after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.tlog.faults import Malformed, Unproved
from registry.verification.dsse import Envelope
from registry.verification.logged import REGISTERED, ROSTERED, LogKeys, Recorded
from registry.verification.rosters import OrganisationKey, Roster
from registry.verification.spelling import digest
from registry.verification.statements import Assertion, Site, Statement

ROSTER_EVIDENCE_SCHEMA, KEY_EVIDENCE_SCHEMA = "roster-evidence/1", "organisation-key-evidence/1"

Made = TypeVar("Made", OrganisationKey, Roster)
Vouched = tuple[Made, bool]
"""A key or a roster, and whether it rests on first keys alone that countersigned each other."""


@dataclass(frozen=True, slots=True)
class _Dated(Generic[Made]):
    """A document with what the log says of it."""

    made: Made
    recorded: Recorded

    @property
    def index(self) -> int:
        return self.recorded.logged.index


class Vouching:
    """The rosters and keys that an auditor holds, each checked once, with what vouches for it."""

    def __init__(
        self, rosters: Iterable[Recorded], keys: Iterable[Recorded], *, log: LogKeys, site: Site
    ) -> None:
        """Sort them by organisation and index.

        Raises:
            Malformed: one is no roster, or no key.
        """
        self._log, self._site = log, site
        self._rosters = _sorted([_Dated(Roster.parse(one.document), one) for one in rosters])
        self._keys = _sorted([_Dated(OrganisationKey.parse(one.document), one) for one in keys])
        self._checked_rosters: dict[int, Vouched[Roster]] = {}
        self._checked_keys: dict[int, Vouched[OrganisationKey]] = {}

    def roster(self, organisation: str, wanted: str, index: int) -> Vouched[Roster]:
        """The organisation's roster in force at an index, whose document has to have this digest.

        Raises:
            Malformed: a part cannot be read.
            Unproved: there is none; it is another; or something fails that vouches for it.
        """
        found = _newest(self._rosters, organisation, index)
        if found is None or digest(found.recorded.document) != wanted:
            raise Unproved("no roster was in force that vouches for the passkey")
        return self._check_roster(found)

    def key(self, organisation: str, wanted: str, index: int) -> Vouched[OrganisationKey]:
        """The organisation's key in force at an index, whose document has to have this digest.

        Raises:
            Malformed: a part cannot be read.
            Unproved: there is none; it is another; or something fails that vouches for it.
        """
        found = _newest(self._keys, organisation, index)
        if found is None or digest(found.recorded.document) != wanted:
            raise Unproved("no such key of the organisation was in force")
        if found.index not in self._checked_keys:
            self._checked_keys[found.index] = found.made, self._check_key(found)
        return self._checked_keys[found.index]

    def _check_roster(self, found: _Dated[Roster]) -> Vouched[Roster]:
        if found.index not in self._checked_rosters:
            entry, evidence = found.recorded.check(self._log, ROSTERED)
            if evidence["schema"] != ROSTER_EVIDENCE_SCHEMA or found.made.log != self._log[0].name:
                raise Malformed("not the evidence of a roster of this log")
            check = self._check_by_passkeys if evidence["envelope"] is None else self._check_by_key
            self._checked_rosters[found.index] = found.made, check(found, entry["at"], evidence)
        return self._checked_rosters[found.index]

    def _check_by_key(self, found: _Dated[Roster], at: str, evidence: dict[str, Any]) -> bool:
        """Check that the organisation's key in force signed the roster."""
        roster = found.made
        key, is_first = self.key(roster.organisation, evidence["key"], found.index)
        roster.check_signed_by_key(Envelope.of(evidence["envelope"]), key)
        return is_first

    def _check_by_passkeys(self, found: _Dated[Roster], at: str, evidence: dict[str, Any]) -> bool:
        """Check that two passkeys of the roster before signed the roster."""
        roster = found.made
        previous = _newest(self._rosters, roster.organisation, found.index)
        if previous is None or previous.made.version != roster.version - 1:
            raise Unproved("the roster before, whose passkeys signed this one, is not in the case")
        before, is_first = self._check_roster(previous)
        signatures = [
            (Statement.parse(sign["statement"].encode()), Assertion.of(sign["assertion"]))
            for sign in evidence["signatures"]
        ]
        roster.check_signed_by_passkeys(signatures, before, at, self._site)
        return is_first

    def _check_key(self, found: _Dated[OrganisationKey]) -> bool:
        """Check who countersigned a key; return whether one of them had no key in force at that time."""
        key = found.made
        _, evidence = found.recorded.check(self._log, REGISTERED)
        if evidence["schema"] != KEY_EVIDENCE_SCHEMA or key.log != self._log[0].name:
            raise Malformed("not the evidence of a key of this log")
        signed = [
            (OrganisationKey.parse(one["key"].encode()), Envelope.of(one["envelope"]))
            for one in evidence["countersignatures"]
        ]
        key.check_countersigned(signed)
        firsts = [self._is_first(partner, found.index) for partner, _ in signed]
        return any(firsts)

    def _is_first(self, key: OrganisationKey, index: int) -> bool:
        """Whether a key that countersigned was not in force at that index, but is a partner's first one."""
        in_force = _newest(self._keys, key.organisation, index)
        registered = in_force or next(iter(self._keys.get(key.organisation, ())), None)
        if registered is None or registered.made != key:
            raise Unproved("a key that countersigned was not in force, and is no first key of a partner")
        registered.recorded.check(self._log, REGISTERED)
        return in_force is None


def _sorted(found: list[_Dated[Made]]) -> dict[str, list[_Dated[Made]]]:
    """By organisation, in order of the log."""
    ordered: dict[str, list[_Dated[Made]]] = {}
    for one in sorted(found, key=lambda one: one.index):
        ordered.setdefault(one.made.organisation, []).append(one)
    return ordered


def _newest(found: dict[str, list[_Dated[Made]]], organisation: str, index: int) -> _Dated[Made] | None:
    """The newest of an organisation before an index."""
    earlier: Sequence[_Dated[Made]] = [one for one in found.get(organisation, ()) if one.index < index]
    return earlier[-1] if earlier else None
