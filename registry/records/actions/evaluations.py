"""From an answer of the permission check to what was recorded after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from registry.db import Reading
from registry.records import queries
from registry.records.actions.acting import Acting, check_reads, may

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class EvaluationRecords:
    """What a body recorded after one answer; of emergencies None where the reader may not know of them."""

    disclosures: Rows
    emergencies: Rows | None
    awaited: Rows | None


def find_records(reading: Reading, evaluation_id: str, *, acting: Acting) -> EvaluationRecords:
    """What the caller's organisation recorded after one answer; nothing where the id is nobody's.

    Raises:
        RecordMayNot: the caller reads no disclosures.
    """
    ours = check_reads(reading, "disclosure.read", acting)
    if "\0" in evaluation_id:  # the databases refuse to look for what is no text of theirs
        return EvaluationRecords((), (), ())
    knows = may(reading, "emergency.read", acting, owner=ours)
    awaited = {"owner": ours, "evaluation_id": evaluation_id, "closed_at": None}
    return EvaluationRecords(
        disclosures=queries.list_reported(reading, ours, evaluation_id),
        emergencies=queries.list_recorded(reading, ours, evaluation_id) if knows else None,
        awaited=queries.list_stubs(reading, **awaited) if knows else None,
    )
