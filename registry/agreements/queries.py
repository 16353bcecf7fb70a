"""The SQL of agreements: reads, locks, row writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from registry import clock
from registry.agreements.facts import Body, Signed
from registry.agreements.projections import columns_of, mentioned, parse, resolved, rows_of
from registry.agreements.rules import IN_FORCE, FlowState, NoSuchAgreement, Status
from registry.agreements.schemas import ReviewIn, SignIn
from registry.agreements.sharing import SharedItem, SharingFlow
from registry.agreements.tables import (
    Agreement,
    AgreementFlow,
    AgreementParty,
    AgreementTopic,
    AgreementVersion,
    Confirmation,
    FollowerPosition,
    FrozenText,
    QualityReview,
    Signature,
    Suspension,
)
from registry.agreements.terms import Terms
from registry.assessments.covers import Parties
from registry.callers import Caller
from registry.db import Reading, Transaction, new_id, table
from registry.organisations.tables import Organisation, OrganisationAlias

AGREEMENT = table(Agreement)
VERSION, FLOW, PARTY, TOPIC = map(table, (AgreementVersion, AgreementFlow, AgreementParty, AgreementTopic))
FROZEN, SIGNATURE, SUSPENSION = map(table, (FrozenText, Signature, Suspension))
CONFIRMATION, FOLLOWER = map(table, (Confirmation, FollowerPosition))
ORGANISATION, ALIAS = table(Organisation), table(OrganisationAlias)


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
    openable: tuple[int, ...]
    terms: Terms
    flows: Mapping[str, FlowState]
    parties: frozenset[str]

    @property
    def sealed(self) -> bool:
        """Whether entries about this version are commitments (CONTRACT, Log)."""
        return self.first_live_at is None or self.publication == "withheld"

    @property
    def etag(self) -> str:
        """The tag of this state of this version (RFC 9110 section 8.8.3)."""
        return f'"{self.number}.{self.revision}"'


def lock(tx: Transaction, ref: str, number: int | None = None) -> StoredVersion:
    """A version, the latest unless a number is given, locked until the transaction ends.

    Raises:
        NoSuchAgreement: there is none.
    """
    return _stored(tx, _row(tx, ref, number, locked=True))


def get(reading: Reading, ref: str, number: int | None = None) -> StoredVersion:
    """A version, the latest unless a number is given.

    Raises:
        NoSuchAgreement: there is none.
    """
    return _stored(reading, _row(reading, ref, number, locked=False))


def find_in_force(tx: Transaction, ref: str, *, before: int) -> StoredVersion | None:
    """The newest version before a number that still has flows, locked."""
    statement = (
        select(VERSION)
        .where(
            VERSION.c.ref == ref,
            VERSION.c.number < before,
            VERSION.c.status.in_([Status.ACTIVE, Status.UNDER_REVIEW, Status.SUSPENDED]),
        )
        .order_by(VERSION.c.number.desc())
        .limit(1)
        .with_for_update()
    )
    row = tx.one_or_none(statement)
    return _stored(tx, row) if row else None


def number_in_force(reading: Reading, ref: str) -> int | None:
    """The number of the version in force, of which a draft may be newer; None where none is."""
    statement = select(VERSION.c.number).where(VERSION.c.ref == ref, VERSION.c.status.in_(sorted(IN_FORCE)))
    number: int | None = reading.scalar(statement.order_by(VERSION.c.number.desc()).limit(1))
    return number


def numbers(reading: Reading, ref: str) -> list[int]:
    """The numbers of all versions, newest first."""
    statement = select(VERSION.c.number).where(VERSION.c.ref == ref)
    return [number for (number,) in reading.all(statement.order_by(VERSION.c.number.desc()))]


def _row(reading: Reading, ref: str, number: int | None, *, locked: bool) -> Row[Any]:
    statement = select(VERSION).where(VERSION.c.ref == ref)
    if number is not None:
        statement = statement.where(VERSION.c.number == number)
    statement = statement.order_by(VERSION.c.number.desc()).limit(1)
    row = reading.one_or_none(statement.with_for_update() if locked else statement)
    if row is None:
        raise NoSuchAgreement(ref=ref)
    return row


def _stored(reading: Reading, row: Row[Any]) -> StoredVersion:
    terms = parse(row.document)
    terms = resolved(terms, primaries(reading, mentioned(terms)))
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
        openable=tuple(row.openable),
        terms=terms,
        flows=flow_states(reading, row.id),
        parties=frozenset(party.organisation for party in terms.parties),
    )


def primaries(reading: Reading, ids: frozenset[str]) -> dict[str, str]:
    """The primary identifier of each identifier that is registered."""
    statement = select(ALIAS.c.alias, ALIAS.c.organisation)
    rows = reading.all(statement.where(ALIAS.c.alias.in_(sorted(ids))))
    return {row.alias: row.organisation for row in rows}


def flow_states(reading: Reading, version_id: str) -> dict[str, FlowState]:
    """The state of each flow of a version, in the order of the document."""
    statement = select(FLOW.c.flow, FLOW.c.state).where(FLOW.c.version_id == version_id)
    rows = reading.all(statement.order_by(FLOW.c.position))
    return {row.flow: FlowState(row.state) for row in rows}


def bodies(reading: Reading, ids: frozenset[str]) -> dict[str, Body]:
    """The facts about organisations, by primary identifier."""
    statement = select(
        ORGANISATION.c.id,
        ORGANISATION.c.public_authority,
        ORGANISATION.c.competent_authority,
        ORGANISATION.c.health_or_care,
        ORGANISATION.c.dpo_designated,
    )
    rows = reading.all(statement.where(ORGANISATION.c.id.in_(sorted(ids))))
    return {row.id: Body(**row._mapping) for row in rows}


def signed(reading: Reading, version_id: str) -> list[Signed]:
    """The signatures given to a version (refusals are not)."""
    return [
        Signed(row.organisation, row.role, clock.london_day(row.signed_at))
        for row in signatures(reading, version_id)
        if row.decision == "sign"
    ]


def signatures(reading: Reading, version_id: str) -> Sequence[Row[Any]]:
    """Signatures and refusals of a version, in order of the log."""
    statement = select(SIGNATURE).where(SIGNATURE.c.version_id == version_id)
    return reading.all(statement.order_by(SIGNATURE.c.log_index))


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
        **columns_of(terms),
        **values,
    )
    _insert_projections(tx, version_id, values["ref"], terms)


def replace_text(
    tx: Transaction, version: StoredVersion, terms: Terms, document: bytes, **values: Any
) -> None:
    """Replace the text of a draft and its projections. A text that was frozen stays under its hash."""
    for projection in (PARTY, TOPIC, FLOW):
        tx.execute(delete(projection).where(projection.c.version_id == version.id))
    update_version(tx, version, document=document, **columns_of(terms), **values)
    _insert_projections(tx, version.id, version.ref, terms)


def update_version(tx: Transaction, version: StoredVersion, **values: Any) -> None:
    """Change a version's row; its revision counts on."""
    statement = update(VERSION).where(VERSION.c.id == version.id)
    tx.execute(statement.values(revision=VERSION.c.revision + 1, **values))


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


def insert_review(
    tx: Transaction, version: StoredVersion, caller: Caller, review: ReviewIn, now: datetime
) -> None:
    """Store a quality review."""
    tx.insert(
        QualityReview,
        id=new_id(),
        version_id=version.id,
        organisation=caller.organisation,
        person=caller.person,
        outcome=review.outcome,
        comments=[comment.model_dump() for comment in review.comments],
        reviewed_at=now,
    )


def insert_signature(
    tx: Transaction, version: StoredVersion, caller: Caller, wanted: SignIn, *, log_index: int, now: datetime
) -> None:
    """Store a signature or a refusal, with the entry that says so."""
    tx.insert(
        Signature,
        id=new_id(),
        version_id=version.id,
        organisation=caller.organisation,
        role=wanted.role,
        person=caller.person,
        decision=wanted.decision,
        hash=wanted.hash,
        reason=wanted.reason,
        strength="session",
        signed_at=now,
        log_index=log_index,
    )


def update_flow(tx: Transaction, version_id: str, flow: str, **values: Any) -> None:
    """Change one flow's row."""
    tx.execute(update(FLOW).where(FLOW.c.version_id == version_id, FLOW.c.flow == flow).values(**values))


@dataclass(frozen=True, slots=True)
class FlowRow:
    """What is stored of a flow beside its state and its terms."""

    blocked_by: list[str]
    awaiting: list[str]


def flow_rows(reading: Reading, version_id: str) -> dict[str, FlowRow]:
    """What is stored of a version's flows, by id."""
    statement = select(FLOW.c.flow, FLOW.c.blocked_by, FLOW.c.awaiting)
    rows = reading.all(statement.where(FLOW.c.version_id == version_id))
    return {row.flow: FlowRow(row.blocked_by, row.awaiting) for row in rows}


def open_suspensions(tx: Transaction, version_id: str) -> Sequence[Row[Any]]:
    """The suspensions of a version's flows that nobody has lifted."""
    statement = select(SUSPENSION).where(
        SUSPENSION.c.version_id == version_id, SUSPENSION.c.lifted_at.is_(None)
    )
    return tx.all(statement)


def insert_suspension(
    tx: Transaction,
    version: StoredVersion,
    flow: str,
    caller: Caller,
    *,
    scope: str,
    reason: str,
    now: datetime,
) -> None:
    """Store one body's suspension of one flow."""
    tx.insert(
        Suspension,
        id=new_id(),
        version_id=version.id,
        flow=flow,
        organisation=caller.organisation,
        person=caller.person,
        scope=scope,
        reason=reason,
        suspended_at=now,
        lift_asked_by=None,
        lifted_at=None,
    )


def ask_to_lift(tx: Transaction, suspension: str, caller: Caller) -> None:
    """Note the first person who asks to lift a suspension."""
    tx.execute(update(SUSPENSION).where(SUSPENSION.c.id == suspension).values(lift_asked_by=caller.person))


def lift(tx: Transaction, suspension: str, now: datetime) -> None:
    """Close a suspension."""
    tx.execute(update(SUSPENSION).where(SUSPENSION.c.id == suspension).values(lifted_at=now))


def insert_confirmation(
    tx: Transaction, version: StoredVersion, caller: Caller, next_review_on: date
) -> None:
    """Store one controller's word at the present review; a second word of the same body replaces it."""
    given = (
        CONFIRMATION.c.version_id == version.id,
        CONFIRMATION.c.organisation == caller.organisation,
        CONFIRMATION.c.review_on == version.review_on,
    )
    tx.execute(delete(CONFIRMATION).where(*given))
    tx.insert(
        Confirmation,
        version_id=version.id,
        organisation=caller.organisation,
        review_on=version.review_on,
        next_review_on=next_review_on,
        person=caller.person,
    )


def confirmations(reading: Reading, version: StoredVersion) -> dict[str, date]:
    """The next review that each body asked for when it confirmed at the present one."""
    statement = select(CONFIRMATION.c.organisation, CONFIRMATION.c.next_review_on).where(
        CONFIRMATION.c.version_id == version.id, CONFIRMATION.c.review_on == version.review_on
    )
    return {row.organisation: row.next_review_on for row in reading.all(statement)}


def follower_position(reading: Reading, name: str) -> int:
    """How many entries a follower of the log has read."""
    return reading.scalar(select(FOLLOWER.c.position).where(FOLLOWER.c.name == name)) or 0


def move_follower(tx: Transaction, name: str, position: int) -> None:
    """Say how many entries a follower has read; it never goes back."""
    known = follower_position(tx, name)
    if known == 0:
        tx.execute(delete(FOLLOWER).where(FOLLOWER.c.name == name))
        tx.insert(FollowerPosition, name=name, position=position)
    elif position > known:
        tx.execute(update(FOLLOWER).where(FOLLOWER.c.name == name).values(position=position))


def sharing_flows(reading: Reading, refs: Sequence[str] | None = None) -> Iterator[SharingFlow]:
    """What each flow lets through, for the permission index: of these agreements, or of all.

    Drafts and texts under review have no standing and are left out.
    """
    before_signing = [Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.ASSESSMENTS_PENDING]
    statement = (
        select(
            VERSION.c.number,
            VERSION.c.hash,
            VERSION.c.starts_on,
            VERSION.c.expires_on,
            *FLOW.c,
        )
        .join(VERSION, VERSION.c.id == FLOW.c.version_id)
        .where(VERSION.c.status.not_in(before_signing))
        .order_by(VERSION.c.ref, VERSION.c.number)
    )
    if refs is not None:
        statement = statement.where(FLOW.c.ref.in_(list(refs)))
    result = reading.connection.execution_options(yield_per=2000).execute(statement)
    for row in result:
        yield _sharing(row)


def _sharing(row: Row[Any]) -> SharingFlow:
    spec = row.spec
    return SharingFlow(
        ref=row.ref,
        version=row.number,
        hash=row.hash,
        flow=row.flow,
        holder=row.holder,
        recipient=row.recipient,
        state=row.state,
        ended_by=row.ended_by,
        starts_on=row.starts_on,
        expires_on=row.expires_on,
        live_at=row.live_at,
        actions=tuple(spec["actions"]),
        items=tuple(SharedItem(*item) for item in spec["items"]),
        purposes=tuple(spec["purposes"]),
        subject_groups=tuple(spec["subject_groups"]),
        volume=spec["volume"],
        methods=tuple(spec["methods"]),
        regimes=tuple(spec["regimes"]),
        age_bands=tuple(spec["age_bands"]),
        onward_recipients=tuple(spec["onward_recipients"]),
        gateways=tuple(spec["gateways"]),
        obligations=tuple((code, params) for code, params in spec["obligations"]),
        retention=spec["retention"],
        protective=spec["protective"],
        blocked_by=tuple(row.blocked_by),
        awaiting=tuple(row.awaiting),
    )


def _insert_projections(tx: Transaction, version_id: str, ref: str, terms: Terms) -> None:
    terms = resolved(terms, primaries(tx, mentioned(terms)))
    for model, rows in rows_of(version_id, ref, terms).items():
        tx.execute(insert(table(model)), rows)


def search(
    reading: Reading,
    *,
    visible_to: str,
    party: str | None,
    topics: Mapping[str, str],
    status: str | None,
    text: str | None,
    after: str,
    limit: int,
) -> Sequence[Row[Any]]:
    """Lines of the register in order of reference: those the organisation may see, filtered."""
    newest = (
        select(VERSION.c.ref, func.max(VERSION.c.number).label("number"))
        .outerjoin(
            PARTY,
            (PARTY.c.version_id == VERSION.c.id) & (PARTY.c.organisation == visible_to),
        )
        .where(
            PARTY.c.organisation.is_not(None)
            | (VERSION.c.first_live_at.is_not(None) & (VERSION.c.publication != "withheld"))
        )
        .group_by(VERSION.c.ref)
        .subquery()
    )
    statement = (
        select(VERSION)
        .join(
            newest,
            (newest.c.ref == VERSION.c.ref) & (newest.c.number == VERSION.c.number),
        )
        .where(VERSION.c.ref > after)
    )
    if party is not None:
        ours = select(PARTY.c.version_id).where(PARTY.c.organisation == party)
        statement = statement.where(VERSION.c.id.in_(ours))
    for kind, code in topics.items():
        about = select(TOPIC.c.version_id).where(TOPIC.c.kind == kind, TOPIC.c.code == code)
        statement = statement.where(VERSION.c.id.in_(about))
    if status is not None:
        statement = statement.where(VERSION.c.status == status)
    if text:
        pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        titles = func.lower(VERSION.c.title_en + " " + VERSION.c.title_cy)
        statement = statement.where(titles.like(pattern, escape="\\"))
    return reading.all(statement.order_by(VERSION.c.ref).limit(limit))


def parties_of(reading: Reading, version_ids: Sequence[str]) -> dict[str, list[str]]:
    """The parties of each version."""
    statement = select(PARTY.c.version_id, PARTY.c.organisation).where(PARTY.c.version_id.in_(version_ids))
    found: dict[str, list[str]] = {version_id: [] for version_id in version_ids}
    for row in reading.all(statement.order_by(PARTY.c.organisation)):
        found[row.version_id].append(row.organisation)
    return found


def due(reading: Reading, today: date, *, review_from: date) -> list[tuple[str, int]]:
    """The versions for which this day may bring a transition, as (reference, number), in order."""
    moving = select(FLOW.c.version_id).where(
        ((FLOW.c.state == "waiting") & (VERSION.c.status != Status.READY_TO_SIGN))
        | ((FLOW.c.state == "live") & FLOW.c.watched),
        FLOW.c.version_id == VERSION.c.id,
    )
    statement = select(VERSION.c.ref, VERSION.c.number).where(
        VERSION.c.status.in_(sorted(IN_FORCE | {Status.READY_TO_SIGN, Status.PART_SIGNED, Status.EXECUTED})),
        (VERSION.c.expires_on < today)
        | ((VERSION.c.status == Status.ACTIVE) & (VERSION.c.review_on <= review_from))
        | ((VERSION.c.starts_on <= today) & moving.exists()),
    )
    rows = reading.all(statement.order_by(VERSION.c.ref, VERSION.c.number))
    return [(row.ref, row.number) for row in rows]


class Directory:
    """The agreements as assessments look them up (`assessments.covers.AgreementDirectory`)."""

    def parties(self, reading: Reading, ref: str) -> Parties | None:
        """The parties of an agreement's newest version; None when there is none."""
        newest = select(VERSION.c.id).where(VERSION.c.ref == ref).order_by(VERSION.c.number.desc()).limit(1)
        rows = reading.all(
            select(PARTY.c.organisation, PARTY.c.is_controller).where(
                PARTY.c.version_id == newest.scalar_subquery()
            )
        )
        if not rows:
            return None
        return Parties(
            controllers=frozenset(row.organisation for row in rows if row.is_controller),
            parties=frozenset(row.organisation for row in rows),
        )
