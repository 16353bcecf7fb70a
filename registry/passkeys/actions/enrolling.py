"""Enrolling a passkey, and ending one. What it can approve is for the organisation's roster to say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Subject
from registry.db import Reading, Transaction, new_id
from registry.organisations.actions.acting import Acting, Recorded, check_may, record
from registry.passkeys import queries
from registry.passkeys.actions.verifying import verify_new
from registry.passkeys.ceremonies import Ceremony, enrolling
from registry.passkeys.events import PasskeyEnded, PasskeyEnrolled
from registry.passkeys.rules import NoSuchPasskey, PasskeyKnown, PasskeyOver
from registry.passkeys.schemas import EnrolmentIn
from registry.passkeys.tables import Passkey
from registry.verification.spelling import digest
from registry.verification.statements import Statement


def begin(reading: Reading, *, acting: Acting, ceremony: Ceremony) -> tuple[Statement, dict[str, Any]]:
    """The statement and the options for a new passkey of the caller.

    Raises:
        NotAuthorised: see `check_may`.
    """
    organisation = acting.caller.organisation
    check_may(reading, "passkey.enrol", acting, organisation)
    statement = ceremony.enrolment(acting.caller, acting.now)
    rows = queries.list_passkeys(reading, organisation)
    known = [bytes(row.credential) for row in rows if row.person == acting.person and row.ended_at is None]
    return statement, ceremony.enrolment_options(statement, known)


def enrol(tx: Transaction, wanted: EnrolmentIn, *, acting: Acting, ceremony: Ceremony) -> Recorded:
    """Keep a new passkey of the caller.

    Raises:
        NotAuthorised: see `check_may`.
        BadAssertion: it was not made here, for this statement, by a person who was verified.
        StatementExpired: see there.
        PasskeyKnown: it is enrolled already.
    """
    caller = acting.caller
    check_may(tx, "passkey.enrol", acting, caller.organisation)
    statement = ceremony.read(
        wanted.statement, enrolling(caller), organisation=caller.organisation, now=acting.now
    )
    made = verify_new(wanted.credential, statement, ceremony)
    credential = digest(made.credential_id)
    if queries.find_passkey(tx, credential) is not None:
        raise PasskeyKnown

    identifier = new_id()
    tx.insert(
        Passkey,
        id=identifier,
        person=acting.person,
        organisation=caller.organisation,
        credential=made.credential_id,
        credential_digest=credential,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=made.credential_device_type.value == "multi_device",
        backed_up=made.credential_backed_up,
        aaguid=made.aaguid,
        enrolled_at=acting.now,
        ended_at=None,
    )
    index = record(tx, PasskeyEnrolled, Subject("passkey", identifier), acting, evidence=credential)
    return Recorded(identifier, index)


def end(tx: Transaction, identifier: str, *, acting: Acting) -> Recorded:
    """End a passkey that was lost or is not to count any more: by its holder, or who looks after the body.

    Raises:
        NoSuchPasskey: there is none at the caller's organisation.
        NotAuthorised: see `check_may`.
        PasskeyOver: it has ended already.
    """
    organisation = acting.caller.organisation
    passkey = queries.lock_passkey(tx, identifier, organisation)
    if passkey is None:
        raise NoSuchPasskey
    is_own = passkey.person == acting.caller.person
    check_may(tx, "passkey.enrol" if is_own else "passkey.end", acting, organisation)
    if passkey.ended_at is not None:
        raise PasskeyOver
    queries.update_passkey(tx, identifier, ended_at=acting.now)
    subject = Subject("passkey", identifier)
    return Recorded(identifier, record(tx, PasskeyEnded, subject, acting, evidence=passkey.credential_digest))


def list_passkeys(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The passkeys of the caller's organisation, oldest first.

    Raises:
        NotAuthorised: see `check_may`.
    """
    check_may(reading, "roster.read", acting, acting.caller.organisation)
    return queries.list_passkeys(reading, acting.caller.organisation)
