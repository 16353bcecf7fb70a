"""Versions: reading and locking them, writing their texts and rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from registry.agreements.facts import NATIONS, Body
from registry.agreements.projections import columns_of, mentioned, parse, resolved, rows_of
from registry.agreements.rules import IN_FORCE, FlowState, NoSuchAgreement, Status
from registry.agreements.tables import (
    Agreement,
    AgreementFlow,
    AgreementParty,
    AgreementTitle,
    AgreementTopic,
    AgreementVersion,
    FrozenText,
)
from registry.agreements.terms import Terms
from registry.db import Reading, Transaction, new_id, table
from registry.organisations.queries import answering
from registry.organisations.tables import Organisation, OrganisationAlias

AGREEMENT, VERSION, FLOW = map(table, (Agreement, AgreementVersion, AgreementFlow))
PARTY, TOPIC, FROZEN = map(table, (AgreementParty, AgreementTopic, FrozenText))
TITLE = table(AgreementTitle)
ORGANISATION, ALIAS = table(Organisation), table(OrganisationAlias)
MAX_NUMBER = 2**31 - 1

# What every change runs is built once: building a statement costs as much as running it.
_LOCK = select(AGREEMENT.c.ref).where(AGREEMENT.c.ref == bindparam("ref")).with_for_update()
_NEWEST_FIRST = select(VERSION).where(VERSION.c.ref == bindparam("ref")).order_by(VERSION.c.number.desc())
_NEWEST = _NEWEST_FIRST.limit(1)
_NUMBERED = _NEWEST_FIRST.where(VERSION.c.number == bindparam("number"))
# What it sets beside the revision are the names of the parameters it is run with.
_CHANGE = update(VERSION).where(VERSION.c.id == bindparam("version")).values(revision=VERSION.c.revision + 1)
_BODIES = (
    select(
        ALIAS.c.alias,
        ORGANISATION.c.id,
        ORGANISATION.c.public_authority,
        ORGANISATION.c.competent_authority,
        ORGANISATION.c.health_or_care,
        ORGANISATION.c.dpo_designated,
        ORGANISATION.c.kind,
        ORGANISATION.c.nations,
    )
    .select_from(ALIAS)
    .join(ORGANISATION, ORGANISATION.c.id == answering(ALIAS.c.alias, bindparam("ref")))
    .where(ALIAS.c.alias.in_(bindparam("ids", expanding=True)))
)
_FLOWS = (
    select(
        FLOW.c.flow,
        FLOW.c.state,
        FLOW.c.blocked_by,
        FLOW.c.blocked_from,
        FLOW.c.awaiting,
        FLOW.c.warned_of,
        FLOW.c.stopped_by,
        FLOW.c.live_at,
    )
    .where(FLOW.c.version_id == bindparam("version"))
    .order_by(FLOW.c.position)
)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """What is stored of a flow beside its terms."""

    state: FlowState
    blocked_by: list[str]
    blocked_from: date | None
    awaiting: list[str]
    warned_of: list[str]
    stopped_by: list[str]
    live_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version as it is stored, its organisations under their primary identifiers."""

    id: str
    ref: str
    number: int
    revision: int
    status: Status
    hash: str
    document: bytes
    authors: tuple[str, ...]
    author_organisation: str
    publication: str
    starts_on: date
    expires_on: date
    review_on: date
    first_live_at: datetime | None
    ended_on: date | None
    amends: int | None
    attested_by: str
    shortcomings: tuple[str, ...]
    openable: tuple[int, ...]
    terms: Terms
    flow_rows: Mapping[str, FlowRow]
    bodies: Mapping[str, Body]
    parties: frozenset[str]

    @property
    def flows(self) -> dict[str, FlowState]:
        """The state of each flow, in the order of the document."""
        return {flow: row.state for flow, row in self.flow_rows.items()}

    @property
    def sealed(self) -> bool:
        """Whether entries about this version are commitments (CONTRACT, Log)."""
        return self.first_live_at is None or self.publication == "withheld"

    @property
    def etag(self) -> str:
        """The tag of this state of this version (RFC 9110 section 8.8.3)."""
        return f'"{self.number}.{self.revision}"'


def lock(tx: Transaction, ref: str, number: int | None = None) -> StoredVersion:
    """A version, the latest unless a number is given, locked with its agreement until the transaction ends.

    Raises:
        NoSuchAgreement: there is none.
    """
    _lock_agreement(tx, ref)
    return get(tx, ref, number)


def lock_in_force(tx: Transaction, ref: str) -> list[StoredVersion]:
    """The versions in force, newest first, or the latest alone when none is; locked with their agreement.

    Raises:
        NoSuchAgreement: there is none.
    """
    _lock_agreement(tx, ref)
    return list_in_force(tx, ref) or [get(tx, ref)]


def get(reading: Reading, ref: str, number: int | None = None) -> StoredVersion:
    """A version, the latest unless a number is given.

    Raises:
        NoSuchAgreement: there is none.
    """
    return _stored(reading, _row(reading, ref, number))


def list_in_force(reading: Reading, ref: str, *, before: int | None = None) -> list[StoredVersion]:
    """The versions in force, of those before a number, newest first.

    There is more than one while a new version replaces another flow by flow.
    """
    if before == 1:
        return []
    statement = _NEWEST_FIRST.where(VERSION.c.status.in_(sorted(IN_FORCE)))
    if before is not None:
        statement = statement.where(VERSION.c.number < before)
    return [_stored(reading, row) for row in reading.all(statement, ref=ref)]


def numbers(reading: Reading, ref: str) -> list[int]:
    """The numbers of all versions, newest first."""
    statement = select(VERSION.c.number).where(VERSION.c.ref == ref)
    return [number for (number,) in reading.all(statement.order_by(VERSION.c.number.desc()))]


def primaries(reading: Reading, ids: frozenset[str]) -> dict[str, str]:
    """The primary identifier of each identifier that is registered."""
    statement = select(ALIAS.c.alias, ALIAS.c.organisation)
    rows = reading.all(statement.where(ALIAS.c.alias.in_(sorted(ids))))
    return {row.alias: row.organisation for row in rows}


def bodies(reading: Reading, ref: str, ids: frozenset[str]) -> dict[str, Body]:
    """The facts about the organisations that stand in an agreement, by any identifier that is registered."""
    rows = [row._asdict() for row in reading.all(_BODIES, ref=ref, ids=sorted(ids))]
    return {row.pop("alias"): Body(nations=_nations(row.pop("nations")), **row) for row in rows}


def _nations(letters: str) -> frozenset[str]:
    return frozenset(NATIONS[letter] for letter in letters)


def flow_rows(reading: Reading, version_id: str) -> dict[str, FlowRow]:
    """What is stored of a version's flows, by id, in the order of the document."""
    rows = reading.all(_FLOWS, version=version_id)
    return {
        row.flow: FlowRow(
            FlowState(row.state),
            row.blocked_by,
            row.blocked_from,
            row.awaiting,
            row.warned_of,
            row.stopped_by,
            row.live_at,
        )
        for row in rows
    }


def insert_agreement(tx: Transaction, ref: str, organisation: str) -> None:
    """Store a new agreement, of one version to come."""
    tx.insert(Agreement, ref=ref, author_organisation=organisation, latest=1)


def set_latest(tx: Transaction, ref: str, number: int) -> None:
    """Say which version is the newest."""
    tx.execute(update(AGREEMENT).where(AGREEMENT.c.ref == ref).values(latest=number))


def insert_version(tx: Transaction, terms: Terms, document: bytes, **values: Any) -> None:
    """Store a new draft version with its projections."""
    version_id = new_id()
    tx.insert(
        AgreementVersion,
        id=version_id,
        revision=1,
        status=Status.DRAFT.value,
        document=document,
        first_live_at=None,
        openable=[],
        shortcomings=[],
        **columns_of(terms),
        **values,
    )
    _insert_projections(tx, version_id, values["ref"], terms)


def replace_text(
    tx: Transaction, version: StoredVersion, terms: Terms, document: bytes, **values: Any
) -> None:
    """Replace the text of a draft and its projections. A text that was frozen stays under its hash."""
    for projection in (PARTY, TOPIC, TITLE, FLOW):
        tx.execute(delete(projection).where(projection.c.version_id == version.id))
    update_version(tx, version, document=document, **columns_of(terms), **values)
    _insert_projections(tx, version.id, version.ref, terms)


def update_version(tx: Transaction, version: StoredVersion, **values: Any) -> None:
    """Change a version's row; its revision counts on."""
    tx.execute(_CHANGE, {"version": version.id, **values})


def freeze(tx: Transaction, version: StoredVersion) -> None:
    """Keep the submitted bytes under their hash for ever."""
    known = tx.scalar(select(FROZEN.c.hash).where(FROZEN.c.hash == version.hash))
    if known is None:
        tx.insert(
            FrozenText,
            hash=version.hash,
            ref=version.ref,
            number=version.number,
            document=version.document,
        )


def _lock_agreement(tx: Transaction, ref: str) -> None:
    """Queue with every other change of this agreement; what is read afterwards is what they left."""
    tx.execute(_LOCK, {"ref": ref})


def _row(reading: Reading, ref: str, number: int | None) -> Row[Any]:
    if number is None:
        row = reading.one_or_none(_NEWEST, ref=ref)
    else:
        # No column holds a greater number, and the databases refuse to look for one.
        is_possible = abs(number) <= MAX_NUMBER
        row = reading.one_or_none(_NUMBERED, ref=ref, number=number) if is_possible else None
    if row is None:
        raise NoSuchAgreement(ref=ref)
    return row


def _stored(reading: Reading, row: Row[Any]) -> StoredVersion:
    terms = parse(row.document)
    named = bodies(reading, row.ref, mentioned(terms))
    terms = resolved(terms, {name: body.id for name, body in named.items()}, stored=True)
    return StoredVersion(
        id=row.id,
        ref=row.ref,
        number=row.number,
        revision=row.revision,
        status=Status(row.status),
        hash=row.hash,
        document=row.document,
        authors=tuple(row.authors),
        author_organisation=row.author_organisation,
        publication=row.publication,
        starts_on=row.starts_on,
        expires_on=row.expires_on,
        review_on=row.review_on,
        first_live_at=row.first_live_at,
        ended_on=row.ended_on,
        amends=row.amends,
        attested_by=row.attested_by,
        shortcomings=tuple(row.shortcomings),
        openable=tuple(row.openable),
        terms=terms,
        flow_rows=flow_rows(reading, row.id),
        bodies={body.id: body for body in named.values()},
        parties=frozenset(party.organisation for party in terms.parties),
    )


def _insert_projections(tx: Transaction, version_id: str, ref: str, terms: Terms) -> None:
    named = bodies(tx, ref, mentioned(terms))
    terms = resolved(terms, {name: body.id for name, body in named.items()}, stored=True)
    for model, rows in rows_of(version_id, ref, terms).items():
        tx.execute(insert(table(model)), rows)
