"""Attestations that an agreement was signed outside: what the first person said, and the second."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from registry.agreements.queries.versions import StoredVersion
from registry.agreements.schemas import AttestIn, OutsideSignature
from registry.agreements.tables import Attestation, Signature
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table

ATTESTATION = table(Attestation)


def find_attestation(reading: Reading, version: StoredVersion) -> Row[Any] | None:
    """What somebody has attested of the present text, or None."""
    return reading.one_or_none(
        select(ATTESTATION).where(ATTESTATION.c.version_id == version.id, ATTESTATION.c.hash == version.hash)
    )


def begin_attestation(
    tx: Transaction, version: StoredVersion, wanted: AttestIn, caller: Caller, now: datetime
) -> None:
    """Keep what the first person says; what was said of another text of this version goes."""
    tx.execute(delete(ATTESTATION).where(ATTESTATION.c.version_id == version.id))
    tx.insert(
        Attestation,
        version_id=version.id,
        organisation=caller.organisation,
        hash=version.hash,
        pdf=wanted.pdf,
        signatures=wanted.stored(),
        person=caller.person,
        attested_at=now,
        second_person=None,
        completed_at=None,
    )


def finish_attestation(tx: Transaction, version: StoredVersion, caller: Caller, now: datetime) -> None:
    """Keep who the second person was."""
    statement = update(ATTESTATION).where(ATTESTATION.c.version_id == version.id)
    tx.execute(statement.values(second_person=caller.person, completed_at=now))


def insert_outside_signature(
    tx: Transaction,
    version: StoredVersion,
    signature: OutsideSignature,
    *,
    person: str | None,
    signed_at: datetime,
    log_index: int,
) -> None:
    """Store a signature that was given outside; `person` is the one who completed the attestation."""
    tx.insert(
        Signature,
        id=new_id(),
        version_id=version.id,
        organisation=signature.organisation,
        role=signature.role,
        person=person,
        decision="sign",
        hash=version.hash,
        reason="",
        strength="attested",
        signed_at=signed_at,
        log_index=log_index,
    )
