"""The rows of assessments: found, locked, written, and the matrix that a body has of its own."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, update
from sqlmodel import SQLModel, col, select

from registry.assessments.covers import Extent
from registry.assessments.documents import Limits
from registry.assessments.tables import (
    Advice,
    Assessment,
    AssessmentCover,
    AssessmentText,
    TightenedMatrix,
)
from registry.assessments.transitions import HOLDING, Kind, Status
from registry.db import Reading, Transaction
from registry.organisations.tables import Organisation
from registry.policy import Law

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
    scope: Extent
    limits: Limits


def find(reading: Reading, kind: Kind, identifier: str) -> Stored | None:
    """The assessment of this kind with this id, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    statement = (
        select_columns(Assessment)
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
        select_columns(Assessment)
        .where(col(Assessment.valid_until) < day, col(Assessment.status).in_(sorted(HOLDING)))
        .order_by(col(Assessment.id))
        .limit(limit)
    )
    locked = [lock(tx, Kind(row.kind), row.id) for row in tx.all(statement)]
    return [stored for stored in locked if stored is not None and stored.status in HOLDING]


def refs_covered(reading: Reading, identifiers: Collection[str]) -> list[str]:
    """The agreements that any of these assessments covers, each once."""
    statement = select(AssessmentCover.ref).where(col(AssessmentCover.assessment).in_(identifiers))
    return [ref for (ref,) in reading.all(statement.distinct().order_by(col(AssessmentCover.ref)))]


def is_dpo_designated(reading: Reading, organisation: str) -> bool:
    """Whether an organisation has designated a data protection officer."""
    return bool(
        reading.scalar(select(Organisation.dpo_designated).where(col(Organisation.id) == organisation))
    )


def organisation_name(reading: Reading, organisation: str) -> str:
    """The English name of an organisation."""
    name = reading.scalar(select(Organisation.name_en).where(col(Organisation.id) == organisation))
    return str(name or organisation)


def law_of(reading: Reading, organisation: str, law: Law) -> Law:
    """The law with the risk matrix as a body has tightened it; where it has not, as it is for everyone."""
    statement = select(TightenedMatrix.cells).where(col(TightenedMatrix.organisation) == organisation)
    cells = reading.scalar(statement)
    if not cells:
        return law
    return law.model_copy(update={"risk_matrix": law.risk_matrix.tightened(cells)})


def tighten(
    tx: Transaction, organisation: str, cells: Mapping[str, Mapping[str, str]], *, person: str, now: datetime
) -> None:
    """Store the cells of the risk matrix that a body holds to be higher, in place of those before."""
    tx.execute(delete(TightenedMatrix).where(col(TightenedMatrix.organisation) == organisation))
    tx.insert(TightenedMatrix, organisation=organisation, cells=cells, person=person, changed_at=now)


def list_advisers(reading: Reading, found: Stored) -> frozenset[str]:
    """The people who advised on the present text."""
    statement = select(Advice.person).where(
        col(Advice.assessment) == found.id, col(Advice.hash) == found.hash
    )
    return frozenset(person for (person,) in reading.all(statement))


def insert_assessment(tx: Transaction, stored: Stored) -> None:
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
        scope=_scope_json(stored.scope),
        supersedes=stored.supersedes,
        valid_until=stored.valid_until,
        limits=stored.limits.model_dump(mode="json"),
    )
    _insert_text(tx, stored)
    _insert_covers(tx, stored)


def replace_text(tx: Transaction, stored: Stored) -> None:
    """Give an assessment another text; the bytes of the one before stay under their hash."""
    update_assessment(
        tx,
        stored,
        status=stored.status,
        version=stored.version,
        hash=stored.hash,
        authors=sorted(stored.authors),
        scope=_scope_json(stored.scope),
        supersedes=stored.supersedes,
        limits=stored.limits.model_dump(mode="json"),
    )
    _insert_text(tx, stored)
    tx.execute(delete(AssessmentCover).where(col(AssessmentCover.assessment) == stored.id))
    _insert_covers(tx, stored)


def update_assessment(tx: Transaction, found: Stored, **values: Any) -> None:
    """Change columns of an assessment, which makes another revision of it."""
    statement = update(Assessment).where(col(Assessment.id) == found.id)
    tx.execute(statement.values(revision=found.revision + 1, **values))


def _insert_text(tx: Transaction, stored: Stored) -> None:
    """Keep the bytes under their hash; the very same text as before is kept once, as of its last return."""
    same = (col(AssessmentText.assessment) == stored.id) & (col(AssessmentText.hash) == stored.hash)
    standing = {"version": stored.version, "revision": stored.revision + 1}
    again = update(AssessmentText).where(same).values(**standing).returning(col(AssessmentText.hash))
    if tx.scalar(again) is None:
        tx.insert(
            AssessmentText, assessment=stored.id, hash=stored.hash, document=stored.document, **standing
        )


def _insert_covers(tx: Transaction, stored: Stored) -> None:
    rows = [{"assessment": stored.id, "ref": ref} for ref in dict.fromkeys(stored.refs)]
    if rows:
        tx.execute(insert(AssessmentCover), rows)


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
        scope=Extent(**{name: frozenset(codes) for name, codes in row.scope.items()}),
        limits=Limits.model_validate(row.limits, strict=False),
    )


def _scope_json(scope: Extent) -> dict[str, list[str]]:
    return {
        "categories": sorted(scope.categories),
        "purposes": sorted(scope.purposes),
        "parties": sorted(scope.parties),
    }


def select_columns(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*SQLModel.metadata.tables[str(table.__tablename__)].columns)
