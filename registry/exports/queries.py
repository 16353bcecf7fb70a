"""What exports read that nothing else does."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from heapq import merge
from typing import Any

from sqlalchemy import Row, String, Table, and_, cast, func, select

from registry.auditlog.entries import is_sealed
from registry.auditlog.tables import CHECKPOINT, ENTRY, OPENING, SERVED, TimestampToken
from registry.db import Reading, table
from registry.passkeys.queries import find_delegation
from registry.passkeys.tables import ApprovalEvidence, OrganisationKeyRow, RosterRow
from registry.verification.statements import Assertion

TOKEN = table(TimestampToken)
EVIDENCE, ROSTER, KEY = map(table, (ApprovalEvidence, RosterRow, OrganisationKeyRow))
PAGE = 1000


def checkpoint_of(reading: Reading, size: int) -> Row[Any] | None:
    """The row `size, root, note` of the checkpoint of this size, its note with the cosignatures served."""
    note = func.coalesce(SERVED.c.note, CHECKPOINT.c.note).label("note")
    statement = select(CHECKPOINT.c.size, CHECKPOINT.c.root, note)
    joined = statement.outerjoin(SERVED, SERVED.c.size == CHECKPOINT.c.size)
    return reading.one_or_none(joined.where(CHECKPOINT.c.size == size))


def daily_checkpoints(reading: Reading, size: int) -> Iterator[Row[Any]]:
    """The last checkpoint of each day (UTC) up to a size, and those with a time-stamp, by file name."""
    signed = select(CHECKPOINT.c.size, CHECKPOINT.c.published_at).where(CHECKPOINT.c.size <= size)
    last: dict[date, int] = {}
    for row in reading.execute(signed.order_by(CHECKPOINT.c.size).execution_options(yield_per=PAGE)):
        last[row.published_at.date()] = row.size
    stamped = {row.size for row in reading.all(select(TOKEN.c.size).where(TOKEN.c.size <= size))}
    for found in sorted({*last.values(), *stamped}, key=str):
        if row_then := checkpoint_of(reading, found):
            yield row_then


def tokens(reading: Reading, size: int) -> Iterator[Row[Any]]:
    """The time-stamp tokens `size, tsr` of checkpoints up to a size, the oldest of each, by file name."""
    statement = select(TOKEN).where(TOKEN.c.size <= size).order_by(TOKEN.c.gen_time)
    first: dict[int, Row[Any]] = {}
    for row in reading.all(statement):
        first.setdefault(row.size, row)
    for found in sorted(first, key=str):
        yield first[found]


def openings(reading: Reading, indices: Sequence[int]) -> dict[int, Row[Any]]:
    """The openings `idx, salt, value, public` of these sealed entries, by index."""
    sealed = select(OPENING).where(OPENING.c.field == "entry", OPENING.c.idx.in_(indices))
    return {row.idx: row for row in reading.all(sealed)}


def evidence(reading: Reading, size: int) -> Iterator[tuple[str, bytes]]:
    """The evidence that readable entries name, by file name in order: of approvals, rosters and keys."""
    sealed = and_(OPENING.c.idx == EVIDENCE.c.log_index, OPENING.c.field == "entry")
    approvals = (
        select(EVIDENCE.c.log_index, EVIDENCE.c.document, ENTRY.c.body, OPENING.c.public)
        .join(ENTRY, ENTRY.c.idx == EVIDENCE.c.log_index)
        .outerjoin(OPENING, sealed)
        .where(EVIDENCE.c.log_index < size)
        .order_by(cast(EVIDENCE.c.log_index, String))
        .execution_options(yield_per=PAGE)
    )
    vouching = [(str(row.log_index), bytes(row.evidence)) for _, row in vouched(reading, size)]
    streamed = (
        (str(row.log_index), bytes(row.document))
        for row in reading.execute(approvals)
        if row.public or not is_sealed(row.body)
    )
    for index, octets in merge(sorted(vouching), streamed):
        yield f"evidence/{index}.json", octets


def origins(reading: Reading, size: int) -> set[str]:
    """The web origins at which passkeys approved what the first entries say, as the passkeys saw them."""
    statement = select(EVIDENCE.c.document).where(EVIDENCE.c.log_index < size)
    found = set()
    for (document,) in reading.execute(statement.execution_options(yield_per=PAGE)):
        if members := json.loads(bytes(document)).get("assertion"):
            found.add(str(json.loads(Assertion.of(members).client_data)["origin"]))
    return found


def delegations(reading: Reading, size: int) -> Iterator[tuple[str, bytes]]:
    """Digest and document of each delegation that this evidence names, in order."""
    named = {json.loads(octets).get("delegation") for _, octets in evidence(reading, size)} - {None}
    for digest in sorted(named):
        if row := find_delegation(reading, digest):
            yield digest.removeprefix("sha256:"), bytes(row.document)


def vouched(reading: Reading, size: int) -> list[tuple[str, Row[Any]]]:
    """The rosters and keys of organisations: file names in order, and the row of each."""
    found = [(f"roster/{row.organisation}/{row.version}", row) for row in _logged(reading, ROSTER, size)]
    found += [(f"key/{row.organisation}/{row.log_index}", row) for row in _logged(reading, KEY, size)]
    return sorted(found, key=lambda pair: pair[0])


def _logged(reading: Reading, rows: Table, size: int) -> Sequence[Row[Any]]:
    return reading.all(select(rows).where(rows.c.log_index < size))
