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
from registry.tlog.keys import VerifierKey
from registry.tlog.proof import Proof
from registry.verification.commitments import sealed_entry
from registry.verification.dsse import APPROVAL, Envelope
from registry.verification.openings import Opening
from registry.verification.rosters import OrganisationKey, Roster
from registry.verification.spelling import digest, read_json
from registry.verification.statements import Assertion, Site, Statement

PASSKEY, ORGANISATION_KEY = "passkey", "organisation-key"
EVIDENCE_SCHEMA, ROSTER_EVIDENCE_SCHEMA = "approval-evidence/1", "roster-evidence/1"
KEY_EVIDENCE_SCHEMA = "organisation-key-evidence/1"

LogKeys = tuple[VerifierKey, ...]
"""The keys of the one log that everything is proved by, all under its origin; at least one."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A log entry as a case file holds it: the leaf, its proof, and what opens it where it is sealed."""

    leaf: bytes
    proof: Proof
    opening: Opening | None = None

    @property
    def index(self) -> int:
        """Where it stands in the log. True once it has been checked."""
        return self.proof.index

    def check(self, log: LogKeys) -> dict[str, Any]:
        """Check that the log of these keys holds the entry; return its members (of a sealed one the inner).

        Raises:
            Malformed: a part cannot be read.
            Unproved: the proof or the opening does not hold.
        """
        self.proof.check(self.leaf, *log)
        if self.opening is None:
            return read_json(self.leaf)
        if self.opening.index != self.index or self.leaf != sealed_entry(self.opening.commitment()).encode():
            raise Unproved("the opening is another entry's")
        return read_json(self.opening.value.encode())


@dataclass(frozen=True, slots=True)
class Recorded:
    """A document of the organisation (a key, a roster), the evidence for it, and the entry about both."""

    logged: Logged
    document: bytes
    evidence: bytes

    def check(self, log: LogKeys, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Check that the entry is about this document and this evidence; return entry and evidence.

        Raises:
            Malformed: a part cannot be read.
            Unproved: the proof does not hold, or the entry is about something else.
        """
        entry = self.logged.check(log)
        named = entry["type"], entry["subject"].get("digest"), entry.get("evidence")
        if named != (kind, digest(self.document), digest(self.evidence)):
            raise Unproved(f"the entry at {self.logged.index} is not about this document")
        return entry, read_json(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCase:
    """Everything that one approval rests on.

    `rosters` are all of the organisation's that the case holds, `keys` its own keys. `delegation` is the
    document of the delegation that the evidence names, where it names one.
    """

    approval: Logged
    evidence: bytes
    rosters: Sequence[Recorded] = ()
    keys: Sequence[Recorded] = ()
    delegation: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What was proved: who decided what, where the log says so, and how strongly it is known.

    `marked` when a reset of the organisation's key was waiting at that time.
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
    try:
        return _check(case, log, site)
    except (AttributeError, KeyError, TypeError) as fault:
        raise Malformed("a part of the case is missing") from fault


def _check(case: ApprovalCase, log: LogKeys, site: Site) -> Approval:
    entry = case.approval.check(log)  # 1
    evidence = read_json(case.evidence)
    strength = evidence["strength"]
    if (entry["evidence"], entry["strength"]) != (digest(case.evidence), strength):
        raise Unproved("the entry names other evidence")
    if evidence["schema"] != EVIDENCE_SCHEMA:
        raise Malformed("not the evidence of an approval")
    statement = Statement.parse(evidence["statement"].encode())
    check_states(statement, entry, log[0].name)  # 2
    if strength == PASSKEY:
        _check_passkey(case, entry, evidence, statement, log, site)  # 3, 4
    elif strength == ORGANISATION_KEY:
        _check_key(case, evidence, statement, log)  # 3, 4
    else:
        raise Unproved(f"an approval of strength {strength} proves nothing of itself")
    return Approval(
        index=case.approval.index,
        at=entry["at"],
        organisation=statement.org,
        role=statement.role,
        decision=statement.decision,
        digest=statement.digest,
        strength=strength,
        delegation=evidence["delegation"],
        marked=evidence["reset_pending"],
    )


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


def _check_passkey(
    case: ApprovalCase,
    entry: dict[str, Any],
    evidence: dict[str, Any],
    statement: Statement,
    log: LogKeys,
    site: Site,
) -> None:
    """Steps 3 and 4 for a passkey."""
    earlier = [one for one in case.rosters if one.logged.index < case.approval.index]
    rosters = [one for one in earlier if Roster.parse(one.document).organisation == statement.org]
    in_force = max(rosters, key=lambda one: one.logged.index, default=None)
    if in_force is None or digest(in_force.document) != evidence["roster"]:
        raise Unproved("no roster was in force that vouches for the passkey")
    roster = check_roster(in_force, case, log=log, site=site)
    assertion = Assertion.of(evidence["assertion"])
    if statement.credential != assertion.credential_digest:
        raise Unproved("the statement names another passkey")
    passkey = roster.get(statement.credential, entry["at"])
    if statement.role not in passkey.roles:
        _check_delegation(case, evidence, statement, entry["at"])
    assertion.check(statement, passkey.public_key, site)


def _check_key(case: ApprovalCase, evidence: dict[str, Any], statement: Statement, log: LogKeys) -> None:
    """Steps 3 and 4 for the organisation's own key."""
    key = _key_before(case, evidence["key"], case.approval.index, log)
    if (key.organisation, key.key_digest) != (statement.org, statement.credential):
        raise Unproved("the key is another organisation's")
    Envelope.of(evidence["envelope"]).check(APPROVAL, statement.octets(), key.public_key)


def check_roster(one: Recorded, case: ApprovalCase, *, log: LogKeys, site: Site) -> Roster:
    """Check a roster with what vouches for it: the organisation's key, or two passkeys of the roster before.

    Raises:
        Malformed: a part cannot be read.
        Unproved: a proof or a signature does not hold, or the case lacks what vouches for the roster.
    """
    entry, evidence = one.check(log, "roster.signed")
    roster = Roster.parse(one.document)
    if evidence["schema"] != ROSTER_EVIDENCE_SCHEMA or roster.log != log[0].name:
        raise Malformed("not the evidence of a roster of this log")
    if evidence["envelope"] is not None:
        key = _key_before(case, evidence["key"], one.logged.index, log)
        roster.check_signed_by_key(Envelope.of(evidence["envelope"]), key)
        return roster
    wanted = roster.version - 1
    for other in case.rosters:
        before = Roster.parse(other.document)
        is_before = other.logged.index < one.logged.index and before.version == wanted
        if is_before and before.organisation == roster.organisation:
            before = check_roster(other, case, log=log, site=site)
            signatures = [
                (Statement.parse(sign["statement"].encode()), Assertion.of(sign["assertion"]))
                for sign in evidence["signatures"]
            ]
            roster.check_signed_by_passkeys(signatures, before, entry["at"], site)
            return roster
    raise Unproved("the roster before, whose passkeys signed this one, is not in the case")


def _key_before(case: ApprovalCase, wanted: str, index: int, log: LogKeys) -> OrganisationKey:
    """The organisation's key whose document has this digest, with an entry before an index."""
    for one in case.keys:
        if digest(one.document) == wanted and one.logged.index < index:
            _, evidence = one.check(log, "organisation_key.registered")
            key = OrganisationKey.parse(one.document)
            if evidence["schema"] != KEY_EVIDENCE_SCHEMA or key.log != log[0].name:
                raise Malformed("not the evidence of a key of this log")
            key.check_countersigned(
                (OrganisationKey.parse(sign["key"].encode()), Envelope.of(sign["envelope"]))
                for sign in evidence["countersignatures"]
            )
            return key
    raise Unproved("no key of the organisation was registered before")


def _check_delegation(case: ApprovalCase, evidence: dict[str, Any], statement: Statement, at: str) -> None:
    """Check that the role was lent, by the document that the evidence names, for the day of the approval."""
    if case.delegation is None or digest(case.delegation) != evidence["delegation"]:
        raise Unproved("the passkey is not rostered for the role, and no delegation is there")
    lent = read_json(case.delegation)
    if (lent["organisation"], lent["role"]) != (statement.org, statement.role):
        raise Unproved("the delegation is of another role")
    day = clock.london_day(datetime.fromisoformat(at)).isoformat()
    if not lent["starts_on"] <= day <= lent["ends_on"]:
        raise Unproved("the delegation does not reach to this day")
