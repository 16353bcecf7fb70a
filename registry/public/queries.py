"""What the public pages read: lines of the register, versions that anyone may see, steps of an approval."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from registry import clock
from registry.agreements.queries.versions import ORGANISATION, PARTY, TOPIC, VERSION
from registry.agreements.rules import IN_FORCE, Status
from registry.agreements.tables import ReviewAnswer
from registry.auditlog.tables import OPENING
from registry.db import Reading, table
from registry.organisations.naming import PublicName
from registry.passkeys.tables import RosterRow
from registry.public.lines import Line

ANSWER, ROSTER = table(ReviewAnswer), table(RosterRow)

PUBLISHED = IN_FORCE | {Status.EXPIRED, Status.TERMINATED, Status.SUPERSEDED}
"""Statuses in which anyone may read a version that has been in force and is not withheld."""

IS_PUBLIC: ColumnElement[bool] = (
    VERSION.c.first_live_at.is_not(None)
    & (VERSION.c.publication != "withheld")
    & VERSION.c.status.in_(sorted(PUBLISHED))
)
AT_ONCE = 2000
_COLUMNS = (
    VERSION.c.id,
    VERSION.c.ref,
    VERSION.c.number,
    VERSION.c.status,
    IS_PUBLIC.label("is_public"),
    VERSION.c.title_en,
    VERSION.c.title_cy,
    VERSION.c.starts_on,
    VERSION.c.expires_on,
    VERSION.c.review_on,
)
Codes = dict[str, tuple[str, ...]]


def lines(reading: Reading, refs: Collection[str] | None = None) -> Iterator[Line]:
    """The lines of these agreements, or of all, in order of reference.

    Of each agreement the newest version that is public, and the newest of all where that is a later one.
    """
    parties = _codes(reading, _of(select(PARTY.c.version_id, PARTY.c.organisation), PARTY, refs))
    topics = {
        kind: _codes(
            reading, _of(select(TOPIC.c.version_id, TOPIC.c.code).where(TOPIC.c.kind == kind), TOPIC, refs)
        )
        for kind in ("purpose", "category")
    }
    for row in _newest(reading, refs):
        yield Line(
            ref=row.ref,
            number=row.number,
            status=row.status,
            is_public=bool(row.is_public),
            title_en=row.title_en,
            title_cy=row.title_cy,
            starts_on=row.starts_on,
            expires_on=row.expires_on,
            review_on=row.review_on,
            parties=parties[row.id],
            purposes=topics["purpose"].get(row.id, ()),
            categories=topics["category"].get(row.id, ()),
        )


def _newest(reading: Reading, refs: Collection[str] | None) -> Iterator[Row[Any]]:
    """The rows of versions that have a line."""
    statement = _of(select(*_COLUMNS), VERSION, refs).order_by(VERSION.c.ref, VERSION.c.number.desc())
    ref, is_shown = "", False
    for row in reading.execute(statement.execution_options(yield_per=AT_ONCE)):
        is_first = row.ref != ref
        ref, is_shown = row.ref, is_shown and not is_first
        if is_first or (row.is_public and not is_shown):
            yield row
        is_shown = is_shown or bool(row.is_public)


def _of(statement: Select[Any], source: Any, refs: Collection[str] | None) -> Select[Any]:
    return statement if refs is None else statement.where(source.c.ref.in_(sorted(refs)))


def _codes(reading: Reading, statement: Select[Any]) -> Codes:
    """The codes of each version; the same ones are held once, for most versions share them with others."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in reading.execute(statement.execution_options(yield_per=AT_ONCE)):
        version, code = tuple(row)
        found[version].append(code)
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return {version: known.setdefault(key := tuple(sorted(codes)), key) for version, codes in found.items()}


def public_numbers(reading: Reading, ref: str) -> Sequence[int]:
    """The numbers of an agreement's versions that anyone may read, newest first."""
    statement = select(VERSION.c.number).where(VERSION.c.ref == ref, IS_PUBLIC)
    return [number for (number,) in reading.all(statement.order_by(VERSION.c.number.desc()))]


def editions(reading: Reading, ref: str, numbers: Collection[int]) -> Sequence[Row[Any]]:
    """Rows `number, status, first_live_at, ended_on` of these versions of an agreement, newest first."""
    columns = (VERSION.c.number, VERSION.c.status, VERSION.c.first_live_at, VERSION.c.ended_on)
    statement = select(*columns).where(VERSION.c.ref == ref, VERSION.c.number.in_(sorted(numbers)))
    return reading.all(statement.order_by(VERSION.c.number.desc()))


def last_reviewed(reading: Reading, version_id: str) -> date | None:
    """The London day of the last answer that a body gave at a review of a version."""
    at = reading.scalar(select(func.max(ANSWER.c.answered_at)).where(ANSWER.c.version_id == version_id))
    return clock.london_day(at) if at else None


def true_names(reading: Reading, organisations: Collection[str]) -> dict[str, PublicName]:
    """What these bodies are called among the parties of an agreement: each by its own name."""
    statement = select(ORGANISATION).where(ORGANISATION.c.id.in_(sorted(organisations)))
    return {
        row.id: PublicName(row.id, row.name_en, row.name_cy, row.kind, row.nations)
        for row in reading.all(statement)
    }


def openings(reading: Reading, indices: Sequence[int]) -> dict[int, Row[Any]]:
    """The rows that open sealed entries, by index."""
    sealed = select(OPENING).where(OPENING.c.field == "entry", OPENING.c.idx.in_(indices))
    return {row.idx: row for row in reading.all(sealed)}


def roster(reading: Reading, digest: str) -> Row[Any] | None:
    """The roster whose document has this digest."""
    return reading.one_or_none(select(ROSTER).where(ROSTER.c.digest == digest))
