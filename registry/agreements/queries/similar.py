"""Agreements that share parties, purposes and categories with what someone means to draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Row, Select, func, select

from registry.agreements.queries.register import parties_of
from registry.agreements.queries.versions import PARTY, TOPIC, VERSION, primaries
from registry.agreements.rules import OVER
from registry.agreements.terms import Terms
from registry.db import Reading

MOST = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone means to share: the parties, under any identifier, for what purposes, which categories."""

    parties: frozenset[str]
    purposes: frozenset[str]
    categories: frozenset[str]

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """What a text means to share."""
        return cls(
            parties=frozenset(party.organisation for party in terms.parties),
            purposes=frozenset(code for flow in terms.flows for code in flow.purposes),
            categories=frozenset(item.category for item in terms.items),
        )


@dataclass(frozen=True, slots=True)
class Alike:
    """An agreement, and what it has in common with a wish."""

    row: Row[Any]
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    categories: tuple[str, ...]


def similar(reading: Reading, wish: Wish, *, visible_to: str, leave_out: str = "") -> list[Alike]:
    """The agreements most like a wish, at most ten, none of them over.

    Each has at least two of its parties and one purpose or category. The organisation sees its own, and those
    of others that have been in force and are published.
    """
    names = primaries(reading, wish.parties)
    parties = sorted({names.get(party, party) for party in wish.parties})
    rows = reading.all(_ranked(wish, parties, visible_to, leave_out).limit(2 * MOST))
    best: dict[str, Row[Any]] = {}
    for row in rows:
        best.setdefault(row.ref, row)
    found = list(best.values())[:MOST]
    named, about = parties_of(reading, [row.id for row in found]), _topics(reading, [row.id for row in found])
    return [
        Alike(
            row,
            tuple(party for party in named[row.id] if party in parties),
            tuple(sorted(about[row.id]["purpose"] & wish.purposes)),
            tuple(sorted(about[row.id]["category"] & wish.categories)),
        )
        for row in found
    ]


def _ranked(wish: Wish, parties: Sequence[str], visible_to: str, leave_out: str) -> Select[Any]:
    """Versions by how much they share, newer ones of an agreement first."""
    shared = (
        select(PARTY.c.version_id, func.count().label("many"))
        .where(PARTY.c.organisation.in_(parties))
        .group_by(PARTY.c.version_id)
        .having(func.count() >= 2)
        .subquery()
    )
    wanted = ((TOPIC.c.kind == "purpose") & TOPIC.c.code.in_(sorted(wish.purposes))) | (
        (TOPIC.c.kind == "category") & TOPIC.c.code.in_(sorted(wish.categories))
    )
    about = (
        select(TOPIC.c.version_id, func.count().label("many"))
        .join(shared, shared.c.version_id == TOPIC.c.version_id)
        .where(wanted)
        .group_by(TOPIC.c.version_id)
        .subquery()
    )
    own = select(PARTY.c.version_id).where(
        PARTY.c.version_id == VERSION.c.id, PARTY.c.organisation == visible_to
    )
    published = VERSION.c.first_live_at.is_not(None) & (VERSION.c.publication != "withheld")
    return (
        select(VERSION.c.id, VERSION.c.ref, VERSION.c.number, VERSION.c.status, VERSION.c.title_en)
        .add_columns(VERSION.c.title_cy)
        .join(shared, shared.c.version_id == VERSION.c.id)
        .join(about, about.c.version_id == VERSION.c.id)
        .where(VERSION.c.status.not_in(sorted(OVER)), VERSION.c.ref != leave_out, own.exists() | published)
        .order_by((shared.c.many + about.c.many).desc(), VERSION.c.ref, VERSION.c.number.desc())
    )


def _topics(reading: Reading, version_ids: Sequence[str]) -> dict[str, dict[str, set[str]]]:
    """The codes that each version is about, by their kind."""
    found: dict[str, dict[str, set[str]]] = {
        version_id: {"purpose": set(), "category": set()} for version_id in version_ids
    }
    for row in reading.all(select(TOPIC).where(TOPIC.c.version_id.in_(version_ids))):
        found[row.version_id][row.kind].add(row.code)
    return found
