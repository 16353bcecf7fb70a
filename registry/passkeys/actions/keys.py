"""Organisations' keys: proposed, countersigned by partners, found on the body's own domain, then registered.

An operator who could enrol the key of an organisation could vouch for passkeys of their own. So a key counts
only when its document stands on the body's own domain and two other organisations have signed it; and a key
that replaces one in force waits seven days, in which everyone is told.
"""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
from registry.db import Reading, Transaction, new_id
from registry.organisations.actions.acting import Acting, Recorded, check_may, record
from registry.organisations.queries import get_primary
from registry.organisations.rules import check_second_person
from registry.passkeys import queries
from registry.passkeys.actions.approving import read_envelope
from registry.passkeys.actions.rostering import SALT_OCTETS
from registry.passkeys.ceremonies import Ceremony
from registry.passkeys.events import KeyCountersigned, KeyProposed, KeyRegistered, KeyWithdrawn
from registry.passkeys.rules import (
    BadAssertion,
    KeyNotPublished,
    KeySettled,
    KeyStanding,
    NoSuchKey,
    OwnKey,
    check_key_may_count,
)
from registry.passkeys.schemas import CountersignIn, KeyIn
from registry.passkeys.tables import Countersignature, OrganisationKeyRow
from registry.tlog.faults import Unproved
from registry.verification.commitments import write_base64url
from registry.verification.dsse import KEY
from registry.verification.rosters import COUNTERSIGNATURES, OrganisationKey
from registry.verification.spelling import digest, read_base64url, write_json
from registry.verification.vouching import KEY_EVIDENCE_SCHEMA

PATH = "/.well-known/information-sharing-registry.json"
"""Where an organisation publishes the document of its key, on its own domain."""

SUBJECT = "organisation-key"


def url_of(key: OrganisationKey) -> str:
    """Where the document of a key has to stand. A machine's own loopback address has no certificate."""
    host = key.domain.partition(":")[0]
    scheme = "http" if host in ("localhost", "127.0.0.1") else "https"
    return f"{scheme}://{key.domain}{PATH}"


def propose(tx: Transaction, wanted: KeyIn, *, acting: Acting, ceremony: Ceremony) -> Recorded:
    """Propose the organisation's key: the first one, or one to replace that in force.

    Raises:
        NotAuthorised: see `check_may`.
        BadAssertion: not a public key.
    """
    organisation = acting.caller.organisation
    check_may(tx, "key.propose", acting, organisation)
    try:
        public_key = read_base64url(wanted.public_key)
    except ValueError:
        raise BadAssertion from None
    document = OrganisationKey(
        log=ceremony.log,
        organisation=organisation,
        domain=wanted.domain,
        public_key=public_key,
        salt=write_base64url(secrets.token_bytes(SALT_OCTETS)),
    ).octets()
    is_reset = queries.key_in_force(tx, organisation) is not None
    identifier = new_id()
    tx.insert(
        OrganisationKeyRow,
        id=identifier,
        organisation=organisation,
        document=document,
        digest=digest(document),
        is_reset=is_reset,
        proposed_by=acting.person,
        proposed_at=acting.now,
    )
    subject = Subject(SUBJECT, identifier, digest=digest(document))
    index = record(tx, KeyProposed, subject, acting, reason_code=_reason(is_reset))
    return Recorded(identifier, index, pending="countersignatures")


def countersign(tx: Transaction, identifier: str, wanted: CountersignIn, *, acting: Acting) -> Recorded:
    """Countersign another organisation's proposed key with one of the caller's organisation's own.

    It signs with the key in force. While it has none, a proposed one will do: first keys countersign each
    other.

    Raises:
        NotAuthorised: see `check_may`.
        NoSuchKey: there is none.
        OwnKey: it is the caller's organisation's own.
        KeySettled: it waits for nothing, or the caller's organisation has countersigned it.
        BadAssertion: the signature is not one over the document by such a key of the caller's organisation.
    """
    organisation = acting.caller.organisation
    check_may(tx, "key.propose", acting, organisation)
    found = _lock(tx, identifier)
    if found.organisation == organisation:
        raise OwnKey
    known = {row.organisation for row in queries.countersignatures(tx, identifier)}
    _check_waits(found)
    if organisation in known:
        raise KeySettled
    signing = _signing_key(tx, wanted.key, organisation)
    envelope = read_envelope(wanted.envelope)
    try:
        envelope.check(KEY, bytes(found.document), OrganisationKey.parse(bytes(signing.document)).public_key)
    except Unproved:
        raise BadAssertion from None

    octets = write_json(envelope.members())
    tx.insert(
        Countersignature,
        key=identifier,
        organisation=organisation,
        signing_key=signing.id,
        envelope=octets,
        person=acting.person,
        signed_at=acting.now,
    )
    subject = Subject(SUBJECT, identifier, digest=found.digest)
    index = record(tx, KeyCountersigned, subject, acting, party=found.organisation, evidence=digest(octets))
    return Recorded(identifier, index)


def find_url(reading: Reading, identifier: str, *, acting: Acting) -> str:
    """Where the document of a waiting key of the caller's organisation has to stand.

    Raises:
        NotAuthorised: see `check_may`.
        NoSuchKey: there is none of the caller's organisation.
    """
    found = _check_own(reading, queries.find_key(reading, identifier), acting)
    return url_of(OrganisationKey.parse(bytes(found.document)))


def register(tx: Transaction, identifier: str, published: bytes, *, acting: Acting) -> Recorded:
    """Let a key count from here on: as the second of two people, with what stands on the body's own domain.

    Raises:
        NotAuthorised: see `check_may`.
        NoSuchKey: there is none of the caller's organisation.
        KeySettled: it waits for nothing any more; or another key came into force since it was proposed, so
            that nobody was told, or told what it would replace.
        AnotherPersonNeeded: the caller proposed it.
        KeyNotPublished: what stands there is not its document.
        KeyWaits: countersignatures are missing, or the seven days of a reset are not over.
    """
    found = _lock_own(tx, identifier, acting)
    check_second_person(first=found.proposed_by, second=acting.person, concerned="")
    _check_replaces(found, queries.key_in_force(tx, found.organisation))
    if published.rstrip(b"\r\n") != bytes(found.document):
        raise KeyNotPublished(url=url_of(OrganisationKey.parse(bytes(found.document))))
    signed = queries.countersignatures(tx, identifier)
    standing = KeyStanding(found.proposed_at, found.is_reset, [row.organisation for row in signed])
    check_key_may_count(standing, acting.now, needed=COUNTERSIGNATURES)

    countersignatures = [
        {"key": bytes(row.document).decode(), "envelope": json.loads(bytes(row.envelope))} for row in signed
    ]
    evidence = write_json({"schema": KEY_EVIDENCE_SCHEMA, "countersignatures": countersignatures})
    subject = Subject(SUBJECT, identifier, digest=found.digest)
    reason = _reason(found.is_reset)
    queries.update_key(tx, identifier, registered_at=acting.now, evidence=evidence)
    index = record(tx, KeyRegistered, subject, acting, evidence=digest(evidence), reason_code=reason)
    queries.update_key(tx, identifier, log_index=index)
    return Recorded(identifier, index)


def withdraw(tx: Transaction, identifier: str, *, acting: Acting) -> Recorded:
    """Take a proposed key back: whoever looks after the body stops a reset that nobody asked for.

    Raises:
        NotAuthorised, NoSuchKey, KeySettled: see `register`.
    """
    found = _lock_own(tx, identifier, acting)
    queries.update_key(tx, identifier, withdrawn_at=acting.now)
    index = record(tx, KeyWithdrawn, Subject(SUBJECT, identifier, digest=found.digest), acting)
    return Recorded(identifier, index)


def list_keys(
    reading: Reading, organisation: str, *, acting: Acting
) -> Sequence[tuple[Row[Any], Sequence[str]]]:
    """The keys of an organisation, oldest first, each with who countersigned it. Every reader sees them.

    Raises:
        UnknownOrganisation: there is none of this identifier.
        NotAuthorised: see `check_may`.
    """
    check_may(reading, "key.read", acting, organisation)
    rows = queries.list_keys(reading, get_primary(reading, organisation))
    return [(row, [one.organisation for one in queries.countersignatures(reading, row.id)]) for row in rows]


def _lock_own(tx: Transaction, identifier: str, acting: Acting) -> Row[Any]:
    """A waiting key of the caller's organisation, locked. Others are not told that there is one."""
    found = _check_own(tx, queries.lock_key(tx, identifier), acting)
    _check_waits(found)
    return found


def _check_own(reading: Reading, found: Row[Any] | None, acting: Acting) -> Row[Any]:
    organisation = acting.caller.organisation
    if found is None or found.organisation != organisation:
        raise NoSuchKey
    check_may(reading, "key.propose", acting, organisation)
    return found


def _lock(tx: Transaction, identifier: str) -> Row[Any]:
    found = queries.lock_key(tx, identifier)
    if found is None:
        raise NoSuchKey
    return found


def _signing_key(tx: Transaction, identifier: str, organisation: str) -> Row[Any]:
    """The key with which an organisation countersigns: the one in force; without, one that waits."""
    signing, in_force = queries.find_key(tx, identifier), queries.key_in_force(tx, organisation)
    if signing is None or signing.organisation != organisation or signing.withdrawn_at is not None:
        raise BadAssertion
    if in_force is not None and in_force.id != signing.id:
        raise BadAssertion
    return signing


def _check_waits(key: Row[Any]) -> None:
    if key.registered_at is not None or key.withdrawn_at is not None:
        raise KeySettled


def _check_replaces(key: Row[Any], in_force: Row[Any] | None) -> None:
    """Refuse a key when another came into force since it was proposed."""
    if in_force is not None and (not key.is_reset or in_force.registered_at > key.proposed_at):
        raise KeySettled


def _reason(is_reset: bool) -> str:
    return "reset" if is_reset else "first"
