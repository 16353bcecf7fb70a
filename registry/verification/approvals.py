"""Checking one approval offline: that a person its organisation vouches for gave it, and the log holds it.

Nothing here asks the registry, and a passkey's signature is checked without the library that the registry
checks it with when it is given. What goes in is what a case file holds: log entries with their proofs, the
evidence that the entry of the approval names, the rosters of the organisation, and the keys that signed them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry import clock
from registry.tlog.faults import Malformed, Unproved
from registry.verification.dsse import APPROVAL, Envelope
from registry.verification.logged import Entry, Lent, LogKeys, Recorded
from registry.verification.rosters import Rostered
from registry.verification.spelling import digest, read_json
from registry.verification.statements import Assertion, Site, Statement
from registry.verification.vouching import Vouching

PASSKEY, ORGANISATION_KEY = "passkey", "organisation-key"
STRONG = (PASSKEY, ORGANISATION_KEY)
"""The strengths that evidence proves."""

EVIDENCE_SCHEMA = "approval-evidence/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCase:
    """Everything that one approval rests on.

    `rosters` are all of the organisation's that the case holds, `keys` its own and those of its partners.
    `delegation` is the one that the evidence names, where it names one.
    """

    approval: Entry
    evidence: bytes
    rosters: Sequence[Recorded] = ()
    keys: Sequence[Recorded] = ()
    delegation: Lent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What was proved: who decided what, where the log says so, and how strongly it is known.

    `marked` when the registry said that a reset of the organisation's key was waiting at that time. `firsts`
    when a partner that countersigned the key had none of its own in force yet: what vouches for it are first
    keys that countersigned each other, so ask one of these bodies whether its key is its own. `synced` when
    the passkey said of itself that it may be on other devices too.
    """

    index: int
    at: str
    organisation: str
    role: str
    decision: str
    digest: str
    strength: str
    delegation: str | None
    marked: bool
    firsts: bool
    synced: bool


def check_approval(case: ApprovalCase, *, log: LogKeys, site: Site) -> Approval:
    """Check an approval by a passkey, or by the organisation's own key, together with what vouches for it.

    1. The log holds the approval, and its entry names this evidence and this strength.
    2. The statement says what the entry says, of this log, and had not run out.
    3. What signed is vouched for at an earlier index: the passkey by the roster in force, for the role or by
       the delegation named; the key by its own entry.
    4. The signature is one over the statement.

    Raises:
        Malformed: a part of the case cannot be read.
        Unproved: a step fails.
    """
    vouching = Vouching(case.rosters, case.keys, log=log, site=site)
    return Checker(vouching, log, site).check(case.approval, case.evidence, case.delegation)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks approvals one after the other; what vouches for several of them is checked once."""

    vouching: Vouching
    log: LogKeys
    site: Site

    def check(self, approval: Entry, octets: bytes, delegation: Lent | None) -> Approval:
        """Check one approval: see `check_approval`."""
        try:
            return self._check(approval, octets, delegation)
        except (AttributeError, KeyError, TypeError) as fault:
            raise Malformed("a part of the case is missing") from fault

    def _check(self, approval: Entry, octets: bytes, delegation: Lent | None) -> Approval:
        entry = approval.check(self.log)  # 1
        evidence = read_json(octets)
        strength = evidence["strength"]
        if (entry["evidence"], entry["strength"]) != (digest(octets), strength):
            raise Unproved("the entry names other evidence")
        if evidence["schema"] != EVIDENCE_SCHEMA:
            raise Malformed("not the evidence of an approval")
        statement = Statement.parse(evidence["statement"].encode())
        check_states(statement, entry, self.log[0].name)  # 2
        synced = False
        if strength == PASSKEY:
            passkey, firsts = self._check_passkey(approval.index, entry["at"], evidence, statement)  # 3, 4
            synced = passkey.synced
            if statement.role not in passkey.roles:
                self._check_delegation(approval.index, entry["at"], evidence, statement, delegation)
        elif strength == ORGANISATION_KEY:
            firsts = self._check_key(approval.index, evidence, statement)  # 3, 4
        else:
            raise Unproved(f"an approval of strength {strength} proves nothing of itself")
        return Approval(
            index=approval.index,
            at=entry["at"],
            organisation=statement.org,
            role=statement.role,
            decision=statement.decision,
            digest=statement.digest,
            strength=strength,
            delegation=evidence["delegation"],
            marked=evidence["reset_pending"],
            firsts=firsts,
            synced=synced,
        )

    def _check_passkey(
        self, index: int, at: str, evidence: dict[str, Any], statement: Statement
    ) -> tuple[Rostered, bool]:
        """Steps 3 and 4 for a passkey; what the roster says of it, and `firsts`."""
        roster, firsts = self.vouching.roster(statement.org, evidence["roster"], index)
        assertion = Assertion.of(evidence["assertion"])
        if statement.credential != assertion.credential_digest:
            raise Unproved("the statement names another passkey")
        passkey = roster.get(statement.credential, at)
        assertion.check(statement, passkey.public_key, self.site)
        return passkey, firsts

    def _check_key(self, index: int, evidence: dict[str, Any], statement: Statement) -> bool:
        """Steps 3 and 4 for the organisation's own key; `firsts`."""
        key, firsts = self.vouching.key(statement.org, evidence["key"], index)
        if key.key_digest != statement.credential:
            raise Unproved("the statement names another key")
        Envelope.of(evidence["envelope"]).check(APPROVAL, statement.octets(), key.public_key)
        return firsts

    def _check_delegation(
        self, index: int, at: str, evidence: dict[str, Any], statement: Statement, delegation: Lent | None
    ) -> None:
        """Check that the role was lent before, by the delegation named, for the day of the approval."""
        if delegation is None or digest(delegation.document) != evidence["delegation"]:
            raise Unproved("the passkey is not rostered for the role, and no delegation is there")
        given, lent = delegation.check(self.log)
        if delegation.logged.index > index or given["org"] != statement.org:
            raise Unproved("the delegation was given later, or elsewhere")
        if (lent["organisation"], lent["role"]) != (statement.org, statement.role):
            raise Unproved("the delegation is of another role")
        day = clock.london_day(datetime.fromisoformat(at)).isoformat()
        if not lent["starts_on"] <= day <= lent["ends_on"]:
            raise Unproved("the delegation does not reach to this day")


def check_states(statement: Statement, entry: dict[str, Any], origin: str) -> None:
    """Check that a statement says what an entry says, of the log of this origin, and had not run out.

    Raises:
        Unproved: it does not.
    """
    subject = entry["subject"]
    said = (statement.kind, statement.id, statement.version, statement.digest)
    if said != tuple(subject.get(name) for name in ("kind", "id", "version", "digest")):
        raise Unproved("the statement is about something else")
    if (statement.org, statement.role, statement.decision) != tuple(
        entry.get(name) for name in ("org", "role", "decision")
    ):
        raise Unproved("the statement is another decision")
    if statement.log != origin or statement.expires < entry["at"]:
        raise Unproved("the statement is for another log, or had run out")
