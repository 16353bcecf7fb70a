"""Signatures that carry over from one version to the next, and what keeps them from counting."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from registry.agreements.queries.acts import signatures
from registry.agreements.queries.versions import FLOW, VERSION, StoredVersion
from registry.agreements.rules import IN_FORCE, FlowState, Status
from registry.agreements.tables import CarriedSignature
from registry.db import Reading, Transaction

STILL_WANTED = ("superseded", "withdrawn")
"""How a flow ends that its parties go on with in a later version."""

_STOPPED = (
    select(FLOW.c.holder, FLOW.c.recipient, VERSION.c.number, VERSION.c.status)
    .join(VERSION, VERSION.c.id == FLOW.c.version_id)
    .where(
        VERSION.c.ref == bindparam("ref"),
        VERSION.c.number < bindparam("number"),
        (FLOW.c.state == FlowState.SUSPENDED)
        | ((FLOW.c.state == FlowState.ENDED) & FLOW.c.ended_by.not_in(STILL_WANTED)),
    )
)


def insert_carried(tx: Transaction, version: StoredVersion, signature: str, now: datetime) -> None:
    """Let a signature on an earlier version count for this one."""
    tx.insert(CarriedSignature, version_id=version.id, signature=signature, carried_at=now)


def counting(reading: Reading, version: StoredVersion) -> list[Row[Any]]:
    """The signatures and refusals that count for a version; one carried over, until sharing is stopped."""
    answers = signatures(reading, version.id)
    if all(row.carried_from is None for row in answers):
        return list(answers)
    halted = stopped(reading, version)
    return [
        row
        for row in answers
        if row.carried_from is None or row.carried_from > halted.get(row.organisation, 0)
    ]


def stopped(reading: Reading, version: StoredVersion) -> Mapping[str, int]:
    """The newest version, by organisation, whose signature must not start a flow of this one again.

    It is one of which a flow at whose end the organisation stands is suspended, or was ended by a party. As
    long as such a version is in force, no signature on any version before this one does.
    """
    found: dict[str, int] = {}
    for row in reading.all(_STOPPED, ref=version.ref, number=version.number):
        until = version.number if Status(row.status) in IN_FORCE else row.number
        for end in (row.holder, row.recipient):
            found[end] = max(until, found.get(end, 0))
    return found
