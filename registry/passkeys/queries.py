"""The SQL of passkeys, rosters, keys and evidence."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from registry import clock
from registry.db import Reading, Transaction, table
from registry.organisations.queries.authority import deputising
from registry.organisations.queries.columns import ID
from registry.organisations.tables import Delegation
from registry.passkeys.tables import (
    ApprovalEvidence,
    Countersignature,
    OrganisationKeyRow,
    Passkey,
    RosterRow,
)

PASSKEY, KEY, COUNTERSIGNATURE = map(table, (Passkey, OrganisationKeyRow, Countersignature))
ROSTER, EVIDENCE, DELEGATION = map(table, (RosterRow, ApprovalEvidence, Delegation))


MOST = 200
"""Approvals listed at once."""


def find_passkey(reading: Reading, credential: str) -> Row[Any] | None:
    """The row of the passkey whose credential id has this digest, ended or not."""
    return reading.one_or_none(select(PASSKEY).where(PASSKEY.c.credential_digest == credential))


def lock_passkey(tx: Transaction, identifier: str, organisation: str) -> Row[Any] | None:
    """The row of a passkey at an organisation, locked, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    mine = (PASSKEY.c.id == identifier, PASSKEY.c.organisation == organisation)
    return tx.one_or_none(select(PASSKEY).where(*mine).with_for_update())


def update_passkey(tx: Transaction, identifier: str, **values: Any) -> None:
    """Change columns of a passkey."""
    tx.execute(update(PASSKEY).where(PASSKEY.c.id == identifier).values(**values))


def erase_passkeys(tx: Transaction, person: str) -> None:
    """Delete every passkey of a person, ended or not."""
    tx.execute(delete(PASSKEY).where(PASSKEY.c.person == person))


def list_passkeys(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """The passkeys of an organisation, oldest first."""
    statement = select(PASSKEY).where(PASSKEY.c.organisation == organisation)
    return reading.all(statement.order_by(PASSKEY.c.id))


def list_passkeys_of(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """The passkeys of a person that have not ended, oldest first."""
    mine = (PASSKEY.c.person == person, PASSKEY.c.ended_at.is_(None))
    return reading.all(select(PASSKEY).where(*mine).order_by(PASSKEY.c.id))


def roster_in_force(reading: Reading, organisation: str) -> Row[Any] | None:
    """The newest roster of an organisation, or None."""
    statement = select(ROSTER).where(ROSTER.c.organisation == organisation)
    return reading.one_or_none(statement.order_by(ROSTER.c.version.desc()).limit(1))


def list_rosters(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """The rosters of an organisation, oldest first."""
    statement = select(ROSTER).where(ROSTER.c.organisation == organisation)
    return reading.all(statement.order_by(ROSTER.c.version))


def find_key(reading: Reading, identifier: str) -> Row[Any] | None:
    """The row of an organisation's key, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    return reading.one_or_none(select(KEY).where(KEY.c.id == identifier))


def lock_key(tx: Transaction, identifier: str) -> Row[Any] | None:
    """The row of a key, locked with the organisation's others until the transaction ends, or None."""
    found = find_key(tx, identifier)
    if found is None:
        return None
    others = select(KEY.c.id).where(KEY.c.organisation == found.organisation)
    tx.execute(others.order_by(KEY.c.id).with_for_update())
    return find_key(tx, identifier)


def update_key(tx: Transaction, identifier: str, **values: Any) -> None:
    """Change columns of a key."""
    tx.execute(update(KEY).where(KEY.c.id == identifier).values(**values))


def key_in_force(reading: Reading, organisation: str) -> Row[Any] | None:
    """The newest registered key of an organisation, or None."""
    registered = (KEY.c.organisation == organisation, KEY.c.log_index.is_not(None))
    return reading.one_or_none(select(KEY).where(*registered).order_by(KEY.c.log_index.desc()).limit(1))


def list_keys(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """The keys of an organisation, oldest first."""
    return reading.all(select(KEY).where(KEY.c.organisation == organisation).order_by(KEY.c.id))


def waiting_resets(reading: Reading) -> Sequence[Row[Any]]:
    """The keys that are to replace one in force and do not count yet."""
    waits = (KEY.c.is_reset, KEY.c.registered_at.is_(None), KEY.c.withdrawn_at.is_(None))
    return reading.all(select(KEY.c.id, KEY.c.organisation, KEY.c.proposed_at).where(*waits))


def reset_waits(reading: Reading, organisation: str) -> bool:
    """Whether a reset of an organisation's key waits."""
    return any(row.organisation == organisation for row in waiting_resets(reading))


def countersignatures(reading: Reading, key: str) -> Sequence[Row[Any]]:
    """Who countersigned a key: the rows, each with the document of the key that signed."""
    statement = select(COUNTERSIGNATURE, KEY.c.document).join(KEY, KEY.c.id == COUNTERSIGNATURE.c.signing_key)
    return reading.all(
        statement.where(COUNTERSIGNATURE.c.key == key).order_by(COUNTERSIGNATURE.c.organisation)
    )


def countersigners(reading: Reading, organisations: Collection[str]) -> set[str]:
    """The organisations that countersigned a key of one of these."""
    joined = select(COUNTERSIGNATURE.c.organisation).join(KEY, KEY.c.id == COUNTERSIGNATURE.c.key)
    return {row.organisation for row in reading.all(joined.where(KEY.c.organisation.in_(organisations)))}


def find_evidence(reading: Reading, index: int) -> Row[Any] | None:
    """The evidence of the approval at an index, or None."""
    return reading.one_or_none(select(EVIDENCE).where(EVIDENCE.c.log_index == index))


def erase_evidence(tx: Transaction, index: int) -> None:
    """Delete what proves the approval at an index: it says what the entry said."""
    tx.execute(delete(EVIDENCE).where(EVIDENCE.c.log_index == index))


def list_evidence(reading: Reading, organisation: str, index: int | None) -> Sequence[Row[Any]]:
    """The evidence of an organisation's approvals, newest first: all of it, or that at one index."""
    statement = select(EVIDENCE).where(EVIDENCE.c.organisation == organisation)
    if index is not None:
        statement = statement.where(EVIDENCE.c.log_index == index)
    return reading.all(statement.order_by(EVIDENCE.c.log_index.desc()).limit(MOST))


def is_nonce_used(reading: Reading, nonce: str) -> bool:
    """Whether a statement of this nonce has served."""
    return bool(reading.scalar(select(func.count()).where(EVIDENCE.c.nonce == nonce)))


def delegation_used(
    reading: Reading, person: str, organisation: str, role: str, now: datetime
) -> Row[Any] | None:
    """The delegation of a role by which a deputy acts now, the one that lasts longest, or None."""
    lent = (
        DELEGATION.c.person == person,
        DELEGATION.c.organisation == organisation,
        DELEGATION.c.role == role,
        deputising(now, clock.london_day(now)),
    )
    statement = select(DELEGATION.c.digest).where(*lent)
    return reading.one_or_none(statement.order_by(DELEGATION.c.ends_on.desc(), DELEGATION.c.id).limit(1))


def find_delegation(reading: Reading, digest: str) -> Row[Any] | None:
    """The row `id, document` of the delegation that has this digest, or None."""
    statement = select(DELEGATION.c.id, DELEGATION.c.document).where(DELEGATION.c.digest == digest)
    return reading.one_or_none(statement.limit(1))
