"""The SQL of the home page: what waits and what is due, for one organisation, a bounded number of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update

from registry.agreements.rules import IN_FORCE, FlowState, Status
from registry.agreements.tables import AgreementFlow, AgreementParty, AgreementVersion, Signature
from registry.assessments.tables import Assessment, AssessmentCover, AssessmentText
from registry.assessments.transitions import Status as AssessmentStatus
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table
from registry.organisations.tables import Organisation
from registry.signing.tables import SigningQuestion

VERSION, PARTY, FLOW = map(table, (AgreementVersion, AgreementParty, AgreementFlow))
SIGNATURE = table(Signature)
ASSESSMENT, COVER, TEXT = map(table, (Assessment, AssessmentCover, AssessmentText))
ORGANISATION, QUESTION = table(Organisation), table(SigningQuestion)

WAITING = (
    Status.CHANGES_REQUESTED,
    Status.IN_REVIEW,
    Status.ASSESSMENTS_PENDING,
    Status.READY_TO_SIGN,
    Status.PART_SIGNED,
)
"""Statuses before force in which a version waits for somebody's act."""

FEW = 400
"""An organisation with fewer agreements is looked up by its agreements; of others, days are walked."""

LINE = [
    VERSION.c[name]
    for name in (
        "id",
        "ref",
        "number",
        "status",
        "title_en",
        "title_cy",
        "review_on",
        "authors",
        "author_organisation",
        "submitted_at",
        "ready_at",
    )
]

ASSESSED = [ASSESSMENT.c[name] for name in ("id", "kind", "owner", "status", "authors")]


@dataclass(frozen=True, slots=True)
class Name:
    """What an organisation is called."""

    en: str
    cy: str

    @property
    def pair(self) -> dict[str, str]:
        """In both languages."""
        return {"en": self.en, "cy": self.cy}


def waiting_versions(
    reading: Reading, organisation: str, *, first: Collection[Status], limit: int
) -> list[Row[Any]]:
    """The versions of an organisation's agreements that wait for an act.

    Those in a status of `first` come first, those that the organisation has not signed before the others: so
    no limit cuts off what waits for the person who asks. `is_answered` says whether the organisation signed.

    Few agreements are in another status than active, so that status is looked up before the party is.
    """
    answered = _is_answered(organisation)
    urgency = (VERSION.c.status.in_(sorted(first)).desc(), answered, VERSION.c.ref, VERSION.c.number)
    line = [*LINE, answered.label("is_answered")]
    before = select(*line).where(VERSION.c.status.in_(WAITING), _is_party(organisation))
    statements = (before, _unsigned(line, organisation))
    found = [row for one in statements for row in reading.all(one.order_by(*urgency).limit(limit))]
    return sorted(found, key=lambda row: (row.status not in first, row.is_answered))[:limit]


def reviews_by(reading: Reading, organisation: str, *, until: date, limit: int) -> list[Row[Any]]:
    """The versions in force of an organisation's agreements to be reviewed by a day, the earliest first."""
    few = reading.all(select(PARTY.c.version_id).where(PARTY.c.organisation == organisation).limit(FEW))
    mine: ColumnElement[bool] = (
        VERSION.c.id.in_([row.version_id for row in few]) if len(few) < FEW else _is_party(organisation)
    )
    found: list[Row[Any]] = []
    for status in sorted(IN_FORCE):
        due = select(*LINE).where(VERSION.c.status == status, VERSION.c.review_on <= until, mine)
        found += reading.all(due.order_by(VERSION.c.review_on).limit(limit))
    return sorted(found, key=lambda row: (row.review_on, row.ref))[:limit]


def waiting_assessments(
    reading: Reading, owner: str, statuses: Collection[AssessmentStatus], *, limit: int
) -> Sequence[Row[Any]]:
    """The assessments of an organisation in these statuses, with the text of each, oldest first."""
    statement = (
        select(*ASSESSED, TEXT.c.document)
        .join(TEXT, (TEXT.c.assessment == ASSESSMENT.c.id) & (TEXT.c.hash == ASSESSMENT.c.hash))
        .where(ASSESSMENT.c.owner == owner, ASSESSMENT.c.status.in_(sorted(statuses)))
    )
    return reading.all(statement.order_by(ASSESSMENT.c.id).limit(limit))


def covering_assessments(reading: Reading, refs: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The assessments that cover each of these agreements, oldest first."""
    statement = select(COVER.c.ref, *ASSESSED).join(ASSESSMENT, ASSESSMENT.c.id == COVER.c.assessment)
    found: dict[str, list[Row[Any]]] = {ref: [] for ref in refs}
    for row in reading.all(statement.where(COVER.c.ref.in_(sorted(refs))).order_by(ASSESSMENT.c.id)):
        found[row.ref].append(row)
    return found


def unanswered(reading: Reading, author: str, *, limit: int) -> Sequence[Row[Any]]:
    """The questions about an organisation's texts that nobody has answered, each with its version."""
    statement = (
        select(*LINE, QUESTION.c.asked_at)
        .join(QUESTION, QUESTION.c.version_id == VERSION.c.id)
        .where(QUESTION.c.answer.is_(None), VERSION.c.author_organisation == author)
    )
    return reading.all(statement.order_by(QUESTION.c.asked_at).limit(limit))


def questions(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """The questions about a version, oldest first."""
    statement = select(QUESTION).where(QUESTION.c.version_id == version_id)
    return reading.all(statement.order_by(QUESTION.c.log_index))


def insert_question(
    tx: Transaction,
    version_id: str,
    caller: Caller,
    *,
    role: str,
    document: bytes,
    now: datetime,
    log_index: int,
) -> str:
    """Store a question, and return its id."""
    identifier = new_id()
    tx.insert(
        SigningQuestion,
        id=identifier,
        version_id=version_id,
        organisation=caller.organisation,
        role=role,
        person=caller.acting_person,
        document=document,
        asked_at=now,
        log_index=log_index,
    )
    return identifier


def insert_answer(
    tx: Transaction, identifier: str, caller: Caller, *, document: bytes, now: datetime, log_index: int
) -> None:
    """Store the answer to a question."""
    values = {"answer": document, "answered_by": caller.acting_person, "answered_at": now}
    which = update(QUESTION).where(QUESTION.c.id == identifier)
    tx.execute(which.values(answer_index=log_index, **values))


def names(reading: Reading, organisations: Collection[str]) -> Mapping[str, Name]:
    """What organisations are called, by primary identifier."""
    statement = select(ORGANISATION.c.id, ORGANISATION.c.name_en, ORGANISATION.c.name_cy)
    rows = reading.all(statement.where(ORGANISATION.c.id.in_(sorted(organisations))))
    return {row.id: Name(row.name_en, row.name_cy) for row in rows}


def _unsigned(line: Sequence[ColumnElement[Any]], organisation: str) -> Select[Any]:
    """Versions in force of which a flow still waits: few flows do, so that they are looked up first."""
    # SQLite would look the plain column up in its index, which has nearly every version.
    hidden = VERSION.c.status.concat("")
    waits = select(FLOW.c.version_id).where(FLOW.c.state == FlowState.WAITING)
    return select(*line).where(VERSION.c.id.in_(waits), hidden.in_(sorted(IN_FORCE)), _is_party(organisation))


def _is_answered(organisation: str) -> ColumnElement[bool]:
    given = (SIGNATURE.c.version_id == VERSION.c.id, SIGNATURE.c.organisation == organisation)
    return select(SIGNATURE.c.id).where(*given).exists()


def _is_party(organisation: str) -> ColumnElement[bool]:
    return (
        select(PARTY.c.version_id)
        .where(PARTY.c.version_id == VERSION.c.id, PARTY.c.organisation == organisation)
        .exists()
    )
