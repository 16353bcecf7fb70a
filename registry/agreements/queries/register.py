"""Looking over the whole register: the search, what a day brings, how far followers of the log have come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Executable,
    FromClause,
    Row,
    bindparam,
    exists,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from registry.agreements.queries.versions import FLOW, PARTY, TITLE, TOPIC, VERSION
from registry.agreements.rules import IN_FORCE, SIGNED, Status
from registry.agreements.tables import FollowerPosition, Notice
from registry.assessments.covers import Extent, Parties
from registry.db import Reading, Transaction, table
from registry.organisations.tables import Assurance
from registry.policy import Lifecycle

LINE = [
    VERSION.c[name]
    for name in (
        "id",
        "ref",
        "number",
        "status",
        "title_en",
        "title_cy",
        "starts_on",
        "expires_on",
        "review_on",
    )
]
"""What a line of the register shows. The document is left where it is."""
FOLLOWER, NOTICE, ASSURANCE = table(FollowerPosition), table(Notice), table(Assurance)

AWAKE = IN_FORCE | {Status.ASSESSMENTS_PENDING, Status.READY_TO_SIGN, Status.PART_SIGNED, Status.EXECUTED}
"""Statuses that a day may change."""


def search(
    reading: Reading,
    *,
    visible_to: str,
    drafts: bool,
    party: str | None,
    topics: Mapping[str, str],
    status: str | None,
    text: str | None,
    after: str,
    limit: int,
) -> Sequence[Row[Any]]:
    """Lines of the register in order of reference: those the organisation may see, filtered.

    `drafts`: whether the organisation's own count from the draft on, or only once they are signed. Of each
    agreement the newest version that it may see is the one that is filtered.
    """
    newer = VERSION.alias()
    newest = ~exists().where(
        newer.c.ref == VERSION.c.ref,
        newer.c.number > VERSION.c.number,
        visible(newer, visible_to, drafts=drafts),
    )
    walked, conditions = _walk(
        party=party, topics=topics, status=status, text=text, hides_status=reading.dialect == "sqlite"
    )
    statement = (
        select(*LINE)
        .where(walked.c.ref > after, *conditions, visible(VERSION, visible_to, drafts=drafts), newest)
        .order_by(walked.c.ref)
        .limit(limit)
    )
    return reading.all(statement)


def visible(version: FromClause, organisation: str, *, drafts: bool) -> ColumnElement[bool]:
    """Whether an organisation may see a version: as a party, or because it is published."""
    party = PARTY.alias()
    named = exists().where(party.c.version_id == version.c.id, party.c.organisation == organisation)
    own = named if drafts else named & version.c.status.in_(sorted(SIGNED))
    return own | (version.c.first_live_at.is_not(None) & (version.c.publication != "withheld"))


def _walk(
    *,
    party: str | None,
    topics: Mapping[str, str],
    status: str | None,
    text: str | None,
    hides_status: bool,
) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """The index to walk in order of reference, and the conditions of a search.

    Each index begins with what is asked for and goes on with the reference, so that a page is read and
    nothing sorted. Few versions are in another status than active, so that one is walked before the others.
    """
    pattern = "%" + (text or "").lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    asked: list[tuple[FromClause, list[ColumnElement[bool]]]] = []
    if status is not None and status != Status.ACTIVE:
        asked.append((VERSION, [VERSION.c.status == status]))
    if party is not None:
        asked.append((PARTY, [PARTY.c.version_id == VERSION.c.id, PARTY.c.organisation == party]))
    for kind, code in topics.items():
        topic = TOPIC.alias()
        asked.append(
            (topic, [topic.c.version_id == VERSION.c.id, topic.c.kind == kind, topic.c.code == code])
        )
    if text:
        asked.append((TITLE, [TITLE.c.version_id == VERSION.c.id, TITLE.c.text.like(pattern, escape="\\")]))
    if status == Status.ACTIVE:
        # SQLite would look the plain column up in its index, which has nearly every version.
        hidden = VERSION.c.status.concat("") == status
        asked.append((VERSION, [hidden if asked and hides_status else VERSION.c.status == status]))
    walked = asked[0][0] if asked else VERSION
    return walked, [condition for _, conditions in asked for condition in conditions]


def parties_of(reading: Reading, version_ids: Sequence[str]) -> dict[str, list[str]]:
    """The parties of each version."""
    statement = select(PARTY.c.version_id, PARTY.c.organisation).where(PARTY.c.version_id.in_(version_ids))
    found: dict[str, list[str]] = {version_id: [] for version_id in version_ids}
    for row in reading.all(statement.order_by(PARTY.c.organisation)):
        found[row.version_id].append(row.organisation)
    return found


def due(reading: Reading, today: date, lifecycle: Lifecycle) -> list[tuple[str, int]]:
    """The versions for which this day may bring a transition, as (reference, number), in order.

    Expiry, review, notice, a start that has come for what is signed, a rule that may turn with time: on a
    live flow, or on a version that waits for its assessments.
    """
    rows = reading.all(
        _due_statement(),
        today=today,
        yesterday=today - timedelta(days=1),
        out_of_grace=today - timedelta(days=lifecycle.expiry_grace_days),
        opening=today + timedelta(days=lifecycle.review.notice_days),
    )
    return [(row.ref, row.number) for row in rows]


@cache
def _due_statement() -> Executable:
    """Built once: a daily pass asks it, and a registry that catches up asks it for every day."""
    today = bindparam("today", type_=Date())
    in_force, is_past = VERSION.c.status.in_(sorted(IN_FORCE)), VERSION.c.expires_on < today
    running = select(FLOW.c.version_id).where(FLOW.c.state != "ended", FLOW.c.version_id == VERSION.c.id)
    lapsed = select(PARTY.c.version_id).where(
        PARTY.c.version_id == VERSION.c.id,
        PARTY.c.organisation == ASSURANCE.c.organisation,
        ASSURANCE.c.expires_on == bindparam("yesterday", type_=Date()),
    )
    noticed = select(NOTICE.c.version_id).where(
        NOTICE.c.effective_on <= today, ~NOTICE.c.done, NOTICE.c.version_id == VERSION.c.id
    )
    moving = select(FLOW.c.version_id).where(
        ((FLOW.c.state == "waiting") & (FLOW.c.awaiting == [])) | ((FLOW.c.state == "live") & FLOW.c.watched),
        FLOW.c.version_id == VERSION.c.id,
    )
    is_out_of_grace = VERSION.c.expires_on < bindparam("out_of_grace", type_=Date())
    is_opening = VERSION.c.review_on <= bindparam("opening", type_=Date())
    return (
        select(VERSION.c.ref, VERSION.c.number)
        .where(
            VERSION.c.status.in_(sorted(AWAKE)),
            (VERSION.c.status == Status.ASSESSMENTS_PENDING)
            | (is_past & (~in_force | running.exists() | is_out_of_grace))
            | (~is_past & (VERSION.c.status == Status.ACTIVE) & is_opening)
            | (~is_past & in_force & ((VERSION.c.look_on <= today) | noticed.exists() | lapsed.exists()))
            | (~is_past & (VERSION.c.starts_on <= today) & moving.exists()),
        )
        .order_by(VERSION.c.ref, VERSION.c.number)
    )


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

    def extent(self, reading: Reading, ref: str) -> Extent | None:
        """What an agreement's newest version is about; None when there is none."""
        found = self.parties(reading, ref)
        if found is None:
            return None
        newest = select(VERSION.c.id).where(VERSION.c.ref == ref).order_by(VERSION.c.number.desc()).limit(1)
        rows = reading.all(
            select(TOPIC.c.kind, TOPIC.c.code).where(TOPIC.c.version_id == newest.scalar_subquery())
        )
        return Extent(
            categories=frozenset(row.code for row in rows if row.kind == "category"),
            purposes=frozenset(row.code for row in rows if row.kind == "purpose"),
            parties=found.parties,
        )


def follower_position(reading: Reading, name: str) -> int:
    """How many entries a follower of the log has read."""
    return reading.scalar(select(FOLLOWER.c.position).where(FOLLOWER.c.name == name)) or 0


def move_follower(tx: Transaction, name: str, position: int) -> None:
    """Say how many entries a follower has read; it never goes back. Workers that begin together all do."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    moved = insert(FOLLOWER).values(name=name, position=position)
    tx.execute(
        moved.on_conflict_do_update(
            index_elements=["name"],
            set_={"position": moved.excluded.position},
            where=FOLLOWER.c.position < moved.excluded.position,
        )
    )


def published_documents(reading: Reading) -> Iterator[tuple[str, bytes]]:
    """The texts that an export may hold, in order of digest: SHA-256 (64 hexadecimal digits) and octets.

    They are those of versions that have been in force and are published in full.
    """
    statement = (
        select(VERSION.c.hash, VERSION.c.document)
        .where(VERSION.c.first_live_at.is_not(None), VERSION.c.publication == "full")
        .order_by(VERSION.c.hash)
        .execution_options(yield_per=500)
    )
    for row in reading.execute(statement):
        yield row.hash.removeprefix("sha256:"), bytes(row.document)
