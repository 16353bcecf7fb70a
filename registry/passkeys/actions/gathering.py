"""Gathering what proves one approval, so that somebody who trusts nobody here can check it."""

from collections.abc import Callable

from sqlalchemy import Row

from registry.db import Reading
from registry.passkeys import queries
from registry.verification.approvals import ApprovalCase, Logged, Recorded
from registry.verification.spelling import read_json


def gather(reading: Reading, index: int, logged: Callable[[int], Logged]) -> ApprovalCase | None:
    """Everything that the approval at an index rests on; None where it rests on a session alone.

    `logged` gives the entry at an index with its proof and, of a sealed one, its opening.
    """
    found = queries.find_evidence(reading, index)
    if found is None:
        return None
    evidence = bytes(found.document)
    keys = [row for row in queries.list_keys(reading, found.organisation) if row.log_index is not None]
    named = read_json(evidence)["delegation"]
    return ApprovalCase(
        approval=logged(index),
        evidence=evidence,
        rosters=[_recorded(row, logged) for row in queries.list_rosters(reading, found.organisation)],
        keys=[_recorded(row, logged) for row in keys],
        delegation=queries.delegation_document(reading, named) if named else None,
    )


def _recorded(row: Row[tuple[object, ...]], logged: Callable[[int], Logged]) -> Recorded:
    return Recorded(logged(row.log_index), bytes(row.document), bytes(row.evidence))
