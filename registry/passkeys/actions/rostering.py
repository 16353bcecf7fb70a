"""Rosters: which passkeys a body vouches for, signed by its own key or by two people of the last one."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.auditlog import Subject
from registry.db import Reading, Transaction
from registry.organisations.actions.acting import Acting, Recorded, check_may, record
from registry.organisations.queries import roles_given
from registry.organisations.rules import ROLES
from registry.passkeys import queries
from registry.passkeys.actions.approving import read_envelope
from registry.passkeys.actions.verifying import plain_key, read_assertion, verify_used
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.events import RosterSigned
from registry.passkeys.rules import BadAssertion, BadRoster, NotRostered
from registry.passkeys.schemas import AssertionIn, RosterIn
from registry.passkeys.tables import RosterRow
from registry.tlog.faults import Malformed, Unproved
from registry.verification.commitments import write_base64url
from registry.verification.rosters import SIGNED, OrganisationKey, Roster, Rostered
from registry.verification.spelling import digest, write_json
from registry.verification.statements import Assertion, Statement
from registry.verification.vouching import ROSTER_EVIDENCE_SCHEMA

LASTS = timedelta(days=365)
"""How long the roster that the registry proposes vouches for a passkey."""

SALT_OCTETS = 16


def next_roster(reading: Reading, *, acting: Acting, ceremony: Ceremony) -> Roster:
    """The organisation's next roster: everyone's passkeys that have not ended, for the roles they hold.

    Raises:
        NotAuthorised: see `check_may`.
    """
    organisation = acting.caller.organisation
    check_may(reading, "roster.read", acting, organisation)
    rows = [row for row in queries.list_passkeys(reading, organisation) if row.ended_at is None]
    holders: dict[str, int] = {}
    credentials = tuple(
        Rostered(
            credential=row.credential_digest,
            public_key=plain_key(bytes(row.public_key)),
            holder=holders.setdefault(row.person, len(holders) + 1),
            roles=tuple(sorted(roles_given(reading, row.person, organisation, acting.now))),
            begins=clock.stamp(acting.now),
            ends=clock.stamp(acting.now + LASTS),
            synced=row.synced,
            backed_up=row.backed_up,
        )
        for row in rows
    )
    version = _next_version(queries.roster_in_force(reading, organisation))
    salt = write_base64url(secrets.token_bytes(SALT_OCTETS))
    return Roster(
        log=ceremony.log, organisation=organisation, version=version, salt=salt, credentials=credentials
    )


def sign(tx: Transaction, wanted: RosterIn, *, acting: Acting, ceremony: Ceremony) -> Recorded:
    """Put a signed roster in force.

    Raises:
        NotAuthorised: see `check_may`.
        BadRoster: it is not the organisation's next one, or names a passkey otherwise than it is enrolled.
        BadAssertion: the signature is not one over it.
        StatementExpired: see there.
        NotRostered: the organisation has no key; or a passkey that signed is not in the roster before.
    """
    organisation = acting.caller.organisation
    check_may(tx, "roster.sign", acting, organisation)
    before = queries.roster_in_force(tx, organisation)
    roster = _read(wanted.document)
    named = (roster.log, roster.organisation, roster.version)
    if named != (ceremony.log, organisation, _next_version(before)):
        raise BadRoster
    _check_enrolled(tx, roster)
    if wanted.envelope is not None:
        signed = _by_key(tx, wanted, roster)
    else:
        signed = _by_passkeys(tx, wanted.assertions, roster, before, acting, ceremony)

    evidence = write_json({"schema": ROSTER_EVIDENCE_SCHEMA, "envelope": None} | signed)
    document = roster.octets()
    subject = Subject("roster", organisation, roster.version, digest(document))
    index = record(tx, RosterSigned, subject, acting, evidence=digest(evidence))
    tx.insert(
        RosterRow,
        organisation=organisation,
        version=roster.version,
        document=document,
        digest=digest(document),
        evidence=evidence,
        person=acting.person,
        signed_at=acting.now,
        log_index=index,
    )
    return Recorded(f"{organisation}/{roster.version}", index)


def list_rosters(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The rosters of the caller's organisation, oldest first.

    Raises:
        NotAuthorised: see `check_may`.
    """
    check_may(reading, "roster.read", acting, acting.caller.organisation)
    return queries.list_rosters(reading, acting.caller.organisation)


def _next_version(before: Row[Any] | None) -> int:
    return before.version + 1 if before else 1


def _read(document: str) -> Roster:
    try:
        return Roster.parse(document.encode())
    except (Malformed, UnicodeEncodeError):
        raise BadRoster from None


def _check_enrolled(tx: Transaction, roster: Roster) -> None:
    """Refuse an empty roster, and one that says of a passkey what is not so. One number is one person."""
    rows = {row.credential_digest: row for row in queries.list_passkeys(tx, roster.organisation)}
    holders: dict[str, int] = {}
    for one in roster.credentials:
        row = rows.pop(one.credential, None)
        if row is None or row.ended_at is not None or not set(one.roles) <= ROLES:
            raise BadRoster
        enrolled = (plain_key(bytes(row.public_key)), row.synced, row.backed_up)
        if (one.public_key, one.synced, one.backed_up) != enrolled or not one.begins < one.ends:
            raise BadRoster
        if holders.setdefault(row.person, one.holder) != one.holder:
            raise BadRoster
    if not holders or len(set(holders.values())) != len(holders):
        raise BadRoster


def _by_key(tx: Transaction, wanted: RosterIn, roster: Roster) -> dict[str, Any]:
    """The evidence of a roster that the organisation's own key signed."""
    row = queries.key_in_force(tx, roster.organisation)
    if row is None:
        raise NotRostered
    assert wanted.envelope is not None  # noqa: S101 - the caller looked
    envelope = read_envelope(wanted.envelope)
    try:
        roster.check_signed_by_key(envelope, OrganisationKey.parse(bytes(row.document)))
    except Unproved:
        raise BadAssertion from None
    return {"envelope": envelope.members(), "key": row.digest}


def _by_passkeys(
    tx: Transaction,
    given: Sequence[AssertionIn],
    roster: Roster,
    before: Row[Any] | None,
    acting: Acting,
    ceremony: Ceremony,
) -> dict[str, Any]:
    """The evidence of a roster that two people of the one before signed."""
    if before is None:
        raise NotRostered
    signed = [_signed(tx, one, roster, acting, ceremony) for one in given]
    try:
        roster.check_signed_by_passkeys(
            signed, Roster.parse(bytes(before.document)), clock.stamp(acting.now), ceremony.site
        )
    except (Malformed, Unproved):
        raise BadAssertion from None
    return {
        "signatures": [
            {"statement": statement.octets().decode(), "assertion": assertion.members()}
            for statement, assertion in signed
        ]
    }


def _signed(
    tx: Transaction, given: AssertionIn, roster: Roster, acting: Acting, ceremony: Ceremony
) -> tuple[Statement, Assertion]:
    """One person's signature over a roster, by a passkey that has not ended."""
    organisation = roster.organisation
    subject = Subject("roster", organisation, roster.version, digest(roster.octets()))
    deciding = Deciding(subject, SIGNED, "roster")
    statement = ceremony.read(given.statement, deciding, organisation=organisation, now=acting.now)
    if given.credential is None:
        raise BadAssertion
    passkey = queries.find_passkey(tx, statement.credential)
    if passkey is None or passkey.ended_at is not None or passkey.organisation != organisation:
        raise NotRostered
    verify_used(given.credential, statement, passkey, ceremony)
    return statement, read_assertion(given.credential)
