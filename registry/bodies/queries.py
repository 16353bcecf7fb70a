"""What anyone may know of who shares with whom: the flows of agreements in force that are published in full.

Of an agreement that is published as a summary the parties are known and nothing of what flows between them.
One that is withheld is not there at all; its parties alone are told how many there are.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from registry.agreements.queries.versions import FLOW, PARTY, VERSION
from registry.agreements.rules import IN_FORCE
from registry.agreements.tables import ReviewAnswer
from registry.db import Reading, table
from registry.organisations.naming import ORGANISATION, public_id
from registry.policy import Law

ANSWER = table(ReviewAnswer)
_IN_FORCE = VERSION.c.status.in_(sorted(IN_FORCE))
_PUBLISHED = and_(_IN_FORCE, VERSION.c.first_live_at.is_not(None))
_IN_FULL = and_(_PUBLISHED, VERSION.c.publication == "full", FLOW.c.state.in_(("live", "suspended")))
_SENDER, _RECEIVER = ORGANISATION.alias("sender"), ORGANISATION.alias("receiver")


def links(reading: Reading, law: Law) -> Sequence[Row[Any]]:
    """Who sends to whom: rows `sender, receiver, agreements`, the first two ids of public names."""
    sender, receiver = public_id(_SENDER, law), public_id(_RECEIVER, law)
    statement = (
        select(
            sender.label("sender"),
            receiver.label("receiver"),
            func.count(FLOW.c.ref.distinct()).label("agreements"),
        )
        .select_from(FLOW)
        .join(VERSION, VERSION.c.id == FLOW.c.version_id)
        .join(_SENDER, _SENDER.c.id == FLOW.c.holder)
        .join(_RECEIVER, _RECEIVER.c.id == FLOW.c.recipient)
        .where(_IN_FULL)
        .group_by(sender, receiver)
    )
    return reading.all(statement)


def flows(
    reading: Reading, organisation: str, partners: Collection[str] | None, *, first: int, most: int
) -> Sequence[Row[Any]]:
    """So many flows that begin or end at a body, from a place on, each with its agreement.

    With `partners`, those alone whose other end is one of these.
    """
    columns = ("ref", "number", "title_en", "title_cy", "review_on")
    statement = select(
        *(VERSION.c[name] for name in columns),
        *(FLOW.c[name] for name in ("flow", "holder", "recipient", "state", "spec")),
    )
    ordered = _of(statement, organisation, partners).order_by(FLOW.c.ref, VERSION.c.number, FLOW.c.position)
    return reading.all(ordered.offset(first).limit(most))


def count_flows(reading: Reading, organisation: str, partners: Collection[str] | None) -> int:
    """How many flows begin or end at a body, of those that `flows` gives."""
    return reading.scalar(_of(select(func.count()), organisation, partners)) or 0


def summaries(reading: Reading, organisation: str, *, most: int) -> Sequence[Row[Any]]:
    """Agreements in force of a body that are published as a summary: `ref, title_en, title_cy, review_on`."""
    statement = select(VERSION.c.ref, VERSION.c.title_en, VERSION.c.title_cy, VERSION.c.review_on).where(
        _PUBLISHED, VERSION.c.publication == "summary", _names(organisation)
    )
    return reading.all(statement.order_by(VERSION.c.ref).limit(most))


def count_withheld(reading: Reading, organisation: str, viewer: str) -> int:
    """How many withheld agreements in force name both a body and the one that asks."""
    statement = select(func.count(VERSION.c.ref.distinct())).where(
        _PUBLISHED, VERSION.c.publication == "withheld", _names(organisation), _names(viewer)
    )
    return reading.scalar(statement) or 0


def review_days(reading: Reading, organisation: str | None = None) -> Row[Any]:
    """When an agreement, of a body or of any, last came into force or was reviewed, and when one is next due.

    One row `started_at, answered_at, next_on`, empty where there is none.
    """
    known = [_PUBLISHED, VERSION.c.publication != "withheld"]
    known += [_names(organisation)] if organisation is not None else []
    answered = select(func.max(ANSWER.c.answered_at)).join(VERSION, VERSION.c.id == ANSWER.c.version_id)
    statement = select(
        func.max(VERSION.c.first_live_at).label("started_at"),
        answered.where(*known).scalar_subquery().label("answered_at"),
        func.min(VERSION.c.review_on).label("next_on"),
    )
    return reading.execute(statement.where(*known)).one()


def texts(reading: Reading, organisation: str, *, most: int) -> list[bytes]:
    """The newest texts in force and published in full that name a body, so many at most."""
    statement = select(VERSION.c.document).where(
        _PUBLISHED, VERSION.c.publication == "full", _names(organisation)
    )
    found = reading.all(statement.order_by(VERSION.c.first_live_at.desc()).limit(most))
    return [bytes(row.document) for row in found]


def count_agreements(reading: Reading, organisations: Collection[str]) -> dict[str, int]:
    """How many agreements in force that are not withheld name each of these bodies."""
    statement = (
        select(PARTY.c.organisation, func.count(VERSION.c.ref.distinct()).label("agreements"))
        .join(VERSION, VERSION.c.id == PARTY.c.version_id)
        .where(_PUBLISHED, VERSION.c.publication != "withheld", PARTY.c.organisation.in_(organisations))
        .group_by(PARTY.c.organisation)
    )
    return {row.organisation: row.agreements for row in reading.all(statement)}


def _of(statement: Select[Any], organisation: str, partners: Collection[str] | None) -> Select[Any]:
    """The statement over flows that begin or end at a body."""
    joined = statement.select_from(FLOW).join(VERSION, VERSION.c.id == FLOW.c.version_id)
    chosen = joined.where(_IN_FULL, _touches(organisation))
    if partners is None:
        return chosen
    return chosen.where(or_(FLOW.c.holder.in_(partners), FLOW.c.recipient.in_(partners)))


def _touches(organisation: str) -> ColumnElement[bool]:
    """Whether a flow begins or ends at a body. The parties of versions are looked up first: by an index."""
    at_an_end = or_(FLOW.c.holder == organisation, FLOW.c.recipient == organisation)
    return and_(FLOW.c.version_id.in_(_versions(organisation)), at_an_end)


def _names(organisation: str) -> ColumnElement[bool]:
    return VERSION.c.id.in_(_versions(organisation))


def _versions(organisation: str) -> Select[tuple[str]]:
    """The ids of the versions that name a body."""
    return select(PARTY.c.version_id).where(PARTY.c.organisation == organisation)
