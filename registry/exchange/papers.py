"""What an agreement is, for every form it is given out in: one version, its signatures, the names it uses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from registry.agreements.actions import read
from registry.agreements.projections import mentioned, parse, resolved
from registry.agreements.queries import StoredVersion
from registry.agreements.queries.versions import PARTY, VERSION
from registry.agreements.rules import IN_FORCE, Status
from registry.agreements.terms import Terms
from registry.assessments.queries import CoveringAssessment, covering_many
from registry.callers import Caller
from registry.db import Reading, table
from registry.exchange.rules import NotInFull
from registry.organisations.queries import list_primaries
from registry.organisations.tables import Organisation
from registry.policy import Policies

ORGANISATION = table(Organisation)
CHUNK = 500
HELD = IN_FORCE | {Status.EXECUTED}
"""Versions that a body's records are about: those in force, and those signed whose start is ahead."""


@dataclass(frozen=True, slots=True)
class Named:
    """What an organisation is called."""

    en: str
    cy: str


Names = Mapping[str, Named]


@dataclass(frozen=True, slots=True)
class Paper:
    """One version as it is given out. `log_index` is the entry that froze its text; None before that.

    `review_on` is the day of its next review, which each review moves; the terms have the first one.
    """

    ref: str
    number: int
    hash: str
    log_index: int | None
    terms: Terms
    review_on: date
    document: bytes
    signatures: Sequence[Row[Any]]
    names: Names

    @property
    def name(self) -> str:
        """How its files are called."""
        return f"{self.ref}-v{self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One version among those that an organisation holds, with the assessments that cover it.

    `review_on` is as in `Paper`.
    """

    ref: str
    number: int
    status: str
    terms: Terms
    review_on: date
    assessments: Sequence[CoveringAssessment]


def read_paper(
    reading: Reading, ref: str, number: int | None, *, caller: Caller, now: datetime, policies: Policies
) -> Paper:
    """A version, the newest that the caller may read unless a number is given.

    Raises:
        NoSuchAgreement: there is none that the caller may read.
        NotInFull: the caller may read no more than its summary.
    """
    found = read(reading, ref, number, caller=caller, now=now, policies=policies)
    version = found.version
    if version.publication == "summary" and caller.organisation not in version.parties:
        raise NotInFull
    return Paper(
        ref=version.ref,
        number=version.number,
        hash=version.hash,
        log_index=_frozen_at(version, found.signatures),
        terms=version.terms,
        review_on=version.review_on,
        document=version.document,
        signatures=found.signatures,
        names=names_of(reading, mentioned(version.terms)),
    )


def held_by(reading: Reading, organisation: str) -> Iterator[Line]:
    """Every version that an organisation is party to and holds now, in order of reference."""
    ours = select(PARTY.c.version_id).where(PARTY.c.organisation == organisation)
    statement = (
        select(VERSION.c.ref, VERSION.c.number, VERSION.c.status, VERSION.c.document, VERSION.c.review_on)
        .where(VERSION.c.id.in_(ours), VERSION.c.status.in_(sorted(HELD)))
        .order_by(VERSION.c.ref, VERSION.c.number)
    )
    primaries = list_primaries(reading)
    for rows in reading.execute(statement).partitions(CHUNK):
        covering = covering_many(reading, {row.ref for row in rows})
        for row in rows:
            terms = parse(row.document)
            known = {name: primaries[name] for name in mentioned(terms)}
            yield Line(
                row.ref, row.number, row.status, resolved(terms, known), row.review_on, covering[row.ref]
            )


def names_of(reading: Reading, organisations: Collection[str] | None = None) -> Names:
    """What organisations are called, by primary identifier: these, or all."""
    statement = select(ORGANISATION.c.id, ORGANISATION.c.name_en, ORGANISATION.c.name_cy)
    if organisations is not None:
        statement = statement.where(ORGANISATION.c.id.in_(sorted(organisations)))
    return {row.id: Named(row.name_en, row.name_cy) for row in reading.all(statement)}


def valid_until(line: Line, organisation: str) -> list[tuple[CoveringAssessment, date]]:
    """The approved assessments of an organisation for a version, each with the last day it holds."""
    return [
        (one, one.valid_until)
        for one in line.assessments
        if one.approved and one.valid_until and organisation in {one.owner, *one.adopted_by}
    ]


def _frozen_at(version: StoredVersion, signatures: Sequence[Row[Any]]) -> int | None:
    indices = [*version.openable, *(row.log_index for row in signatures)]
    return min(indices, default=None)
