"""Signatures that carry over from one version to the next, and what keeps them from counting."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from registry.agreements.queries.acts import signatures
from registry.agreements.queries.versions import FLOW, VERSION, StoredVersion
from registry.agreements.rules import IN_FORCE, FlowState
from registry.agreements.tables import CarriedSignature
from registry.db import Reading, Transaction

STILL_WANTED = ("superseded", "withdrawn")
"""How a flow ends that its parties go on with in a later version."""

_STOPPED = (
    select(FLOW.c.holder, FLOW.c.recipient)
    .join(VERSION, VERSION.c.id == FLOW.c.version_id)
    .where(
        VERSION.c.ref == bindparam("ref"),
        VERSION.c.number < bindparam("number"),
        (VERSION.c.number == bindparam("amends")) | VERSION.c.status.in_(sorted(IN_FORCE)),
        (FLOW.c.state == FlowState.SUSPENDED)
        | ((FLOW.c.state == FlowState.ENDED) & FLOW.c.ended_by.not_in(STILL_WANTED)),
    )
)


def insert_carried(tx: Transaction, version: StoredVersion, signature: str, now: datetime) -> None:
    """Let a signature on an earlier version count for this one."""
    tx.insert(CarriedSignature, version_id=version.id, signature=signature, carried_at=now)


def counting(reading: Reading, version: StoredVersion) -> list[Row[Any]]:
    """The signatures and refusals that count for a version; one carried over, until its sharing is stopped."""
    answers = signatures(reading, version.id)
    if all(row.carried_from is None for row in answers):
        return list(answers)
    halted = stopped(reading, version)
    return [row for row in answers if row.carried_from is None or row.organisation not in halted]


def stopped(reading: Reading, version: StoredVersion) -> frozenset[str]:
    """Both ends of every flow that is suspended, or was ended by a party, in what this version replaces.

    An earlier signature of theirs must not start it again.
    """
    rows = reading.all(_STOPPED, ref=version.ref, number=version.number, amends=version.amends)
    return frozenset(end for row in rows for end in (row.holder, row.recipient))
