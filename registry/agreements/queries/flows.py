"""Flows: their states, and what each lets through for the permission index."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Row, Text, bindparam, cast, null, select, union_all

from registry.agreements.queries.lifecycle import NOTICE
from registry.agreements.queries.versions import FLOW, PARTY, VERSION
from registry.agreements.rules import Status
from registry.agreements.sharing import FlowTerms, SharingFlow
from registry.agreements.tables import AgreementFlow
from registry.db import Reading, Transaction

SharingFlows = Generator[SharingFlow, None, None]
Leaving = Mapping[str, Mapping[str, date]]
Knowing = Mapping[str, tuple[str, ...]]

BEFORE_SIGNING = (Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.ASSESSMENTS_PENDING)
_TERMS = msgspec.json.Decoder(FlowTerms)
_CODES = msgspec.json.Decoder(tuple[str, ...])


def _written(column: Column[Any]) -> ColumnElement[str]:
    """A JSON column as it is written: at a start hundreds of thousands are read, and few lists differ."""
    return cast(column, Text).label(column.key)


_SHARING = (
    select(
        *(FLOW.c.version_id, FLOW.c.ref, VERSION.c.number, VERSION.c.hash),
        *(FLOW.c.flow, FLOW.c.holder, FLOW.c.recipient),
        *(FLOW.c.state, FLOW.c.ended_by, FLOW.c.live_at, FLOW.c.blocked_from),
        *map(_written, (FLOW.c.blocked_by, FLOW.c.awaiting, FLOW.c.warned_of)),
        *(VERSION.c.starts_on, VERSION.c.expires_on, VERSION.c.review_on, VERSION.c.attested_by),
        *map(_written, (VERSION.c.shortcomings, FLOW.c.spec)),
    )
    .join(VERSION, VERSION.c.id == FLOW.c.version_id)
    .where(VERSION.c.status.not_in(BEFORE_SIGNING))
)
"""Its columns are in the order in which `_sharing` takes a row apart."""

_SHARING_OF = _SHARING.where(FLOW.c.ref.in_(bindparam("refs", expanding=True))).order_by(
    VERSION.c.ref, VERSION.c.number
)
_LEAVING = select(NOTICE.c.version_id, NOTICE.c.organisation, NOTICE.c.effective_on).where(~NOTICE.c.done)
_KNOWING = (
    select(PARTY.c.version_id, PARTY.c.organisation)
    .join(VERSION, VERSION.c.id == PARTY.c.version_id)
    .where(VERSION.c.publication == "withheld")
)
_THESE = VERSION.c.ref.in_(bindparam("refs", expanding=True))
_BODIES_OF = union_all(
    _LEAVING.join(VERSION, VERSION.c.id == NOTICE.c.version_id).where(_THESE),
    _KNOWING.add_columns(null().label("effective_on")).where(_THESE),
)
"""Both in one, because they are read after every change: who leaves has a day, who may know has none."""


def update_flow(tx: Transaction, version_id: str, flow: str, **values: Any) -> None:
    """Change one flow's row."""
    tx.update(AgreementFlow, {"version_id": version_id, "flow": flow}, **values)


def sharing_flows(reading: Reading, refs: Sequence[str] | None = None) -> SharingFlows:
    """What each flow lets through, for the permission index: of these agreements, or of all.

    Drafts and texts under review have no standing and are left out. Those of some agreements come in order of
    reference and version; all come in any order, because sorting them would take the database seconds.
    """
    if refs is None:
        leaving, knowing = _leaving(reading.all(_LEAVING)), _knowing(reading.all(_KNOWING))
        rows: Any = reading.stream(_SHARING, size=250)  # what the processor's cache holds
    else:
        bodies = reading.all(_BODIES_OF, refs=refs)
        leaving = _leaving(row for row in bodies if row.effective_on is not None)
        knowing = _knowing(row for row in bodies if row.effective_on is None)
        rows = reading.execute(_SHARING_OF, {"refs": refs})
    with closing(rows):  # a row that cannot be read leaves no cursor open
        for row in rows:
            yield _sharing(row, leaving, knowing)


def _leaving(notices: Iterable[Row[Any]]) -> Leaving:
    """The bodies that have given notice, with the day from which nothing of theirs flows, by version."""
    found: dict[str, dict[str, date]] = {}
    for row in notices:
        found.setdefault(row.version_id, {})[row.organisation] = row.effective_on
    return found


def _knowing(parties: Iterable[Row[Any]]) -> Knowing:
    """The only bodies that may know of each version that is withheld: its parties, who may be successors."""
    found: dict[str, tuple[str, ...]] = {}
    for row in parties:
        found[row.version_id] = (*found.get(row.version_id, ()), row.organisation)
    return found


def _sharing(row: Sequence[Any], leaving: Leaving, knowing: Knowing) -> SharingFlow:
    # Taken apart at once: to ask a row for each column by name takes longer than all the rest.
    (
        version_id, ref, number, digest, flow, holder, recipient,
        state, ended_by, live_at, blocked_from, blocked_by, awaiting, warned_of,
        starts_on, expires_on, review_on, attested_by, shortcomings, spec,
    ) = row  # fmt: skip
    said = _TERMS.decode(spec)
    leaves_on = _first_of(leaving[version_id], holder, recipient) if version_id in leaving else None
    # In the order of its members, too: given by name, they take more than twice as long.
    return SharingFlow(
        ref, number, digest, flow, holder, recipient, state, ended_by, starts_on, expires_on, live_at,
        said.actions, said.items, said.purposes, said.subject_groups, said.volume, said.methods,
        said.regimes, said.age_bands, said.onward_recipients, said.gateways, said.obligations,
        said.retention, said.protective, _codes(blocked_by), _codes(awaiting), blocked_from,
        _codes(warned_of), attested_by, _codes(shortcomings), leaves_on, review_on,
        knowing.get(version_id, ()),
    )  # fmt: skip


def _first_of(leaving: Mapping[str, date], *ends: str) -> date | None:
    return min((leaving[end] for end in ends if end in leaving), default=None)


@lru_cache(maxsize=4096)
def _codes(written: str) -> tuple[str, ...]:
    return _CODES.decode(written)
