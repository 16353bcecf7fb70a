"""The SQL of assessments: reads, locks, row writes, and what an agreement asks of those that cover it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, update
from sqlmodel import SQLModel, col, select

from registry.assessments.tables import (
    Adoption,
    Advice,
    Assessment,
    AssessmentCover,
    AssessmentText,
    Consultation,
    Decision,
)
from registry.assessments.transitions import APPROVED, HOLDING, Kind, Status
from registry.db import Reading, Transaction
from registry.organisations.tables import Organisation

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One assessment as it is stored, with the bytes of its present text."""

    id: str
    kind: Kind
    owner: str
    status: Status
    revision: int
    version: int
    hash: str
    document: bytes
    authors: frozenset[str]
    supersedes: str | None
    valid_until: date | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringAssessment:
    """What an agreement asks of an assessment that covers it. Organisations are primary identifiers.

    `approved` says nothing of dates: an approval holds up to and including `valid_until`, for what is inside
    the scope and for the owner and those that adopted it. `advised`: the DPO or the panel has spoken of the
    present text.
    """

    id: str
    kind: Kind
    owner: str
    status: Status
    approved: bool
    not_required: bool
    advised: bool
    valid_until: date | None
    adopted_by: frozenset[str]
    scope_categories: frozenset[str]
    scope_purposes: frozenset[str]
    scope_parties: frozenset[str]

    def is_valid(self, day: date) -> bool:
        """Whether it is approved and has not run out on a London day."""
        return self.approved and (self.valid_until is None or day <= self.valid_until)


def find(reading: Reading, kind: Kind, identifier: str) -> Stored | None:
    """The assessment of this kind with this id, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    statement = (
        _select(Assessment)
        .add_columns(col(AssessmentText.document))
        .join(
            AssessmentText,
            (col(AssessmentText.assessment) == col(Assessment.id))
            & (col(AssessmentText.hash) == col(Assessment.hash)),
        )
        .where(col(Assessment.id) == identifier, col(Assessment.kind) == kind)
    )
    row = reading.one_or_none(statement)
    return row and _stored(row, tuple(refs_covered(reading, (identifier,))))


def lock(tx: Transaction, kind: Kind, identifier: str) -> Stored | None:
    """The assessment of this kind with this id, locked until the transaction ends, or None."""
    if ID.fullmatch(identifier) is None:
        return None
    # Locked first and read afterwards, so that what is read is what the transaction before this one left.
    tx.execute(select(Assessment.id).where(col(Assessment.id) == identifier).with_for_update())
    return find(tx, kind, identifier)


def lock_overdue(tx: Transaction, day: date, limit: int) -> list[Stored]:
    """Locked: assessments that still count as approved though their last day is before this one."""
    statement = (
        _select(Assessment)
        .where(col(Assessment.valid_until) < day, col(Assessment.status).in_(sorted(HOLDING)))
        .order_by(col(Assessment.id))
        .limit(limit)
    )
    locked = [lock(tx, Kind(row.kind), row.id) for row in tx.all(statement)]
    return [stored for stored in locked if stored is not None and stored.status in HOLDING]


def covering(reading: Reading, ref: str) -> list[CoveringAssessment]:
    """Every assessment that covers an agreement, oldest first, whatever its status."""
    return covering_many(reading, (ref,))[ref]


def covering_many(reading: Reading, refs: Collection[str]) -> dict[str, list[CoveringAssessment]]:
    """Every assessment that covers each of these agreements, in two queries."""
    rows = reading.all(_covering_statement(), refs=list(refs))
    adopted = _adopters(reading, {row.id for row in rows})
    found: dict[str, list[CoveringAssessment]] = {ref: [] for ref in refs}
    for row in rows:
        found[row.ref].append(_covering(row, adopted.get(row.id, frozenset())))
    return found


def refs_covered(reading: Reading, identifiers: Collection[str]) -> list[str]:
    """The agreements that any of these assessments covers, each once."""
    statement = select(AssessmentCover.ref).where(col(AssessmentCover.assessment).in_(identifiers))
    return [ref for (ref,) in reading.all(statement.distinct().order_by(col(AssessmentCover.ref)))]


def is_dpo_designated(reading: Reading, organisation: str) -> bool:
    """Whether an organisation has designated a data protection officer."""
    return bool(
        reading.scalar(select(Organisation.dpo_designated).where(col(Organisation.id) == organisation))
    )


def list_advisers(reading: Reading, found: Stored) -> frozenset[str]:
    """The people who advised on the present text."""
    statement = select(Advice.person).where(
        col(Advice.assessment) == found.id, col(Advice.hash) == found.hash
    )
    return frozenset(person for (person,) in reading.all(statement))


def list_acts(
    reading: Reading, table: type[Advice | Consultation | Decision | Adoption], identifier: str
) -> list[dict[str, Any]]:
    """The rows of one kind of act on an assessment, oldest first."""
    rows = reading.all(_select(table).where(col(table.assessment) == identifier))
    return sorted((dict(row._mapping) for row in rows), key=lambda row: row.get("id", ""))


def is_adopted(reading: Reading, identifier: str, organisation: str) -> bool:
    """Whether an organisation has adopted an assessment."""
    return organisation in _adopters(reading, (identifier,)).get(identifier, frozenset())


def insert_assessment(tx: Transaction, stored: Stored, scope: Mapping[str, Any]) -> None:
    """Store a new assessment, its first text and what it covers."""
    tx.insert(
        Assessment,
        id=stored.id,
        kind=stored.kind,
        owner=stored.owner,
        status=stored.status,
        revision=stored.revision + 1,
        version=stored.version,
        hash=stored.hash,
        authors=sorted(stored.authors),
        scope=scope,
        supersedes=stored.supersedes,
        valid_until=stored.valid_until,
    )
    _insert_text(tx, stored)
    _insert_covers(tx, stored)


def replace_text(tx: Transaction, stored: Stored, scope: Mapping[str, Any]) -> None:
    """Give an assessment another text; the bytes of the one before stay under their hash."""
    update_assessment(
        tx,
        stored,
        status=stored.status,
        version=stored.version,
        hash=stored.hash,
        authors=sorted(stored.authors),
        scope=scope,
        supersedes=stored.supersedes,
    )
    _insert_text(tx, stored)
    tx.execute(delete(AssessmentCover).where(col(AssessmentCover.assessment) == stored.id))
    _insert_covers(tx, stored)


def update_assessment(tx: Transaction, found: Stored, **values: Any) -> None:
    """Change columns of an assessment, which makes another revision of it."""
    statement = update(Assessment).where(col(Assessment.id) == found.id)
    tx.execute(statement.values(revision=found.revision + 1, **values))


def _insert_text(tx: Transaction, stored: Stored) -> None:
    """Keep the bytes under their hash, unless this assessment had the very same text before."""
    same = select(AssessmentText.hash).where(
        col(AssessmentText.assessment) == stored.id, col(AssessmentText.hash) == stored.hash
    )
    if tx.scalar(same) is None:
        tx.insert(
            AssessmentText,
            assessment=stored.id,
            hash=stored.hash,
            version=stored.version,
            document=stored.document,
        )


def _insert_covers(tx: Transaction, stored: Stored) -> None:
    rows = [{"assessment": stored.id, "ref": ref} for ref in dict.fromkeys(stored.refs)]
    if rows:
        tx.execute(insert(AssessmentCover), rows)


def _adopters(reading: Reading, identifiers: Collection[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    if not identifiers:
        return found
    for row in reading.all(_select(Adoption).where(col(Adoption.assessment).in_(identifiers))):
        found[row.assessment] = found.get(row.assessment, frozenset()) | {row.organisation}
    return found


@cache
def _covering_statement() -> Any:
    """Built once, because every signature runs it."""
    return (
        _select(Assessment)
        .add_columns(col(AssessmentCover.ref), _advised().label("advised"))
        .join(AssessmentCover, col(AssessmentCover.assessment) == col(Assessment.id))
        .where(col(AssessmentCover.ref).in_(bindparam("refs", expanding=True)))
        .order_by(col(Assessment.id))
    )


def _advised() -> Any:
    """Whether anyone advised on the present text of the assessment in the outer query."""
    return (
        select(Advice.id)
        .where(col(Advice.assessment) == col(Assessment.id), col(Advice.hash) == col(Assessment.hash))
        .exists()
    )


def _covering(row: Row[Any], adopted_by: frozenset[str]) -> CoveringAssessment:
    return CoveringAssessment(
        id=row.id,
        kind=Kind(row.kind),
        owner=row.owner,
        status=Status(row.status),
        approved=row.status in APPROVED,
        not_required=row.status == Status.NOT_REQUIRED,
        advised=bool(row.advised),
        valid_until=row.valid_until,
        adopted_by=adopted_by,
        scope_categories=frozenset(row.scope["categories"]),
        scope_purposes=frozenset(row.scope["purposes"]),
        scope_parties=frozenset(row.scope["parties"]),
    )


def _stored(row: Row[Any], refs: tuple[str, ...]) -> Stored:
    return Stored(
        id=row.id,
        kind=Kind(row.kind),
        owner=row.owner,
        status=Status(row.status),
        revision=row.revision,
        version=row.version,
        hash=row.hash,
        document=row.document,
        authors=frozenset(row.authors),
        supersedes=row.supersedes,
        valid_until=row.valid_until,
        refs=refs,
    )


def _select(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)
