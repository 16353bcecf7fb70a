"""Proving that an approval is a person's own, and keeping the evidence that its log entry names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row

from registry import clock
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.organisations.actions.acting import Acting, check_may
from registry.passkeys import queries
from registry.passkeys.actions.verifying import read_assertion, verify_used
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.rules import (
    ORGANISATION_KEY,
    PASSKEY,
    RESET_MARK,
    SESSION,
    BadAssertion,
    NotRostered,
    StatementUsed,
    check_strength,
)
from registry.passkeys.schemas import AssertionIn, EnvelopeIn
from registry.passkeys.tables import ApprovalEvidence
from registry.policy import Policies
from registry.policy.approvals import Act
from registry.tlog.faults import Malformed, Unproved
from registry.verification.approvals import EVIDENCE_SCHEMA
from registry.verification.dsse import APPROVAL, Envelope
from registry.verification.rosters import OrganisationKey, Roster, Rostered
from registry.verification.spelling import digest, write_json
from registry.verification.statements import Statement


@dataclass(frozen=True, slots=True)
class Proven:
    """How strongly an approval is known to be a person's own, and the evidence for it where there is any.

    `mark` says what makes it doubtful: that a reset of the organisation's key waits. `synced` says of a
    passkey that it may be on other devices too.
    """

    strength: str = SESSION
    evidence: bytes | None = None
    nonce: str = ""
    mark: str = ""
    synced: bool = False

    def fields(self) -> dict[str, str]:
        """The fields of the approval's log entry that say so."""
        said = {"strength": self.strength}
        if self.evidence is not None:
            said["evidence"] = digest(self.evidence)
        return said | ({"reason_code": self.mark} if self.mark else {})


class Approver(Protocol):
    """Who approves, when, and by which policies."""

    @property
    def caller(self) -> Caller:
        """The person, at the organisation that decides."""
        ...

    @property
    def now(self) -> datetime:
        """The instant of the approval."""
        ...

    @property
    def policies(self) -> Policies:
        """What says how strong it has to be."""
        ...


BY_SESSION = Proven()
"""An approval that rests on the person's signing in alone."""


def begin(
    reading: Reading, deciding: Deciding, *, by_key: bool, acting: Acting, ceremony: Ceremony
) -> tuple[Statement, dict[str, Any] | None]:
    """The statement of one decision, for the caller's newest rostered passkey or the organisation's key.

    Raises:
        NotAuthorised: see `check_may`.
        NotRostered: no roster in force vouches for a passkey of the caller; or the organisation has no key.
    """
    organisation = acting.caller.organisation
    check_may(reading, "passkey.enrol", acting, organisation)
    if by_key:
        key = _key_in_force(reading, organisation)
        return _state(ceremony, deciding, key.key_digest, acting), None
    roster, at = _roster_in_force(reading, organisation), clock.stamp(acting.now)
    mine = [row for row in queries.list_passkeys(reading, organisation) if _is_mine(row, acting)]
    mine.reverse()  # the newest first; where the role needs one that stays in its device, the newest of those
    if _needs_device(acting, deciding.role):
        mine.sort(key=lambda row: bool(row.synced))
    for row in mine:
        if any(one.credential == row.credential_digest and one.counts_at(at) for one in roster.credentials):
            statement = _state(ceremony, deciding, row.credential_digest, acting)
            return statement, ceremony.approval_options(statement, bytes(row.credential))
    raise NotRostered


def approve(
    tx: Transaction,
    given: AssertionIn | None,
    deciding: Deciding,
    *,
    high_risk: bool,
    acting: Approver,
    ceremony: Ceremony | None,
    act: Act = "approve",
) -> Proven:
    """How strongly a decision is known to be the caller's own, which the policy has to find strong enough.

    Raises:
        StrongerApprovalNeeded, DeviceBoundPasskeyNeeded: it does not.
        BadAssertion, StatementExpired, StatementUsed, NotRostered: see `prove`.
    """
    proven = BY_SESSION
    if given is not None:
        if ceremony is None:
            raise ValueError("an assertion came where no ceremonies are held")
        proven = prove(tx, given, deciding, acting=acting, ceremony=ceremony)
    strengths = acting.policies.law.approval_strengths.values()
    check_strength(
        strengths, proven.strength, role=deciding.role, high_risk=high_risk, act=act, synced=proven.synced
    )
    return proven


def prove(
    tx: Transaction, given: AssertionIn, deciding: Deciding, *, acting: Approver, ceremony: Ceremony
) -> Proven:
    """Check what the caller signed, and what vouches for it.

    Raises:
        BadAssertion: it is about something else, from another site, or not signed rightly.
        StatementExpired, StatementUsed: see there.
        NotRostered: nothing in force vouches for the passkey in this role; or the organisation has no key.
    """
    organisation = acting.caller.organisation
    statement = ceremony.read(given.statement, deciding, organisation=organisation, now=acting.now)
    if queries.is_nonce_used(tx, statement.nonce):
        raise StatementUsed
    synced = False
    if given.envelope is not None:
        strength, found = ORGANISATION_KEY, _by_key(tx, given.envelope, statement)
    else:
        strength, (found, synced) = PASSKEY, _by_passkey(tx, given, statement, acting, ceremony)
    marked = queries.reset_waits(tx, organisation)
    evidence = {
        "schema": EVIDENCE_SCHEMA,
        "strength": strength,
        "statement": given.statement,
        "delegation": None,
        "reset_pending": marked,
    }
    mark = RESET_MARK if marked else ""
    return Proven(strength, write_json(evidence | found), statement.nonce, mark, synced)


def keep(tx: Transaction, proven: Proven, *, organisation: str, log_index: int) -> None:
    """Keep the evidence of an approval, where it has any, under the index of its entry."""
    if proven.evidence is not None:
        tx.insert(
            ApprovalEvidence,
            log_index=log_index,
            organisation=organisation,
            nonce=proven.nonce,
            document=proven.evidence,
        )


def list_evidence(reading: Reading, index: int | None, *, acting: Acting) -> Sequence[Row[Any]]:
    """The evidence of approvals by the caller's organisation, newest first; or of the one at an index.

    Raises:
        NotAuthorised: see `check_may`.
    """
    check_may(reading, "roster.read", acting, acting.caller.organisation)
    return queries.list_evidence(reading, acting.caller.organisation, index)


def read_envelope(given: EnvelopeIn) -> Envelope:
    """The envelope that came over the wire.

    Raises:
        BadAssertion: it is not base64 in its one spelling.
    """
    try:
        return Envelope.of(given.model_dump(by_alias=True))
    except Malformed:
        raise BadAssertion from None


def _by_passkey(
    tx: Transaction, given: AssertionIn, statement: Statement, acting: Approver, ceremony: Ceremony
) -> tuple[dict[str, Any], bool]:
    """The evidence of a passkey's assertion: its parts, the roster and the delegation it rests on.

    With it comes whether the passkey may be synced.
    """
    assert given.credential is not None  # noqa: S101 - the schema: an envelope, or this
    assertion = read_assertion(given.credential)
    roster = _roster_in_force(tx, statement.org)
    passkey = queries.find_passkey(tx, assertion.credential_digest)
    if passkey is None or not _is_mine(passkey, acting) or passkey.credential_digest != statement.credential:
        raise NotRostered
    vouched = _rostered(roster, statement.credential, clock.stamp(acting.now))
    lent = None if statement.role in vouched.roles else _delegation(tx, statement, acting)
    count = verify_used(given.credential, statement, passkey, ceremony)
    if count != passkey.sign_count:
        queries.update_passkey(tx, passkey.id, sign_count=count)
    found = {"assertion": assertion.members(), "roster": digest(roster.octets()), "delegation": lent}
    return found, vouched.synced


def _by_key(tx: Transaction, given: EnvelopeIn, statement: Statement) -> dict[str, Any]:
    """The evidence of a signature by the organisation's own key."""
    key, envelope = _key_in_force(tx, statement.org), read_envelope(given)
    if statement.credential != key.key_digest:
        raise NotRostered
    try:
        envelope.check(APPROVAL, statement.octets(), key.public_key)
    except Unproved:
        raise BadAssertion from None
    return {"envelope": envelope.members(), "key": digest(key.octets())}


def _delegation(tx: Transaction, statement: Statement, acting: Approver) -> str:
    """The digest of the delegation by which a deputy acts in the statement's role."""
    lent = queries.delegation_used(tx, acting.caller.acting_person, statement.org, statement.role, acting.now)
    if lent is None:
        raise NotRostered
    return str(lent.digest)


def _state(ceremony: Ceremony, deciding: Deciding, credential: str, acting: Acting) -> Statement:
    organisation = acting.caller.organisation
    return ceremony.state(deciding, organisation=organisation, credential=credential, now=acting.now)


def _needs_device(acting: Acting, role: str) -> bool:
    """Whether the policy takes, for something in this role, no passkey that could be synced."""
    listed = acting.policies.law.approval_strengths.values()
    return any(one.device_bound and role in one.roles for strength in listed for one in strength.demanded)


def _is_mine(passkey: Row[Any], acting: Approver) -> bool:
    whose = (passkey.person, passkey.organisation)
    return whose == (acting.caller.person, acting.caller.organisation) and passkey.ended_at is None


def _rostered(roster: Roster, credential: str, at: str) -> Rostered:
    try:
        return roster.get(credential, at)
    except Unproved:
        raise NotRostered from None


def _roster_in_force(reading: Reading, organisation: str) -> Roster:
    row = queries.roster_in_force(reading, organisation)
    if row is None:
        raise NotRostered
    return Roster.parse(bytes(row.document))


def _key_in_force(reading: Reading, organisation: str) -> OrganisationKey:
    row = queries.key_in_force(reading, organisation)
    if row is None:
        raise NotRostered
    return OrganisationKey.parse(bytes(row.document))
