"""Flows: their states, and what each lets through for the permission index."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from registry.agreements.queries.lifecycle import NOTICE
from registry.agreements.queries.versions import FLOW, PARTY, VERSION
from registry.agreements.rules import Status
from registry.agreements.sharing import SharingFlow, said_by
from registry.agreements.tables import AgreementFlow
from registry.db import Reading, Transaction

BEFORE_SIGNING = (Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.ASSESSMENTS_PENDING)
_SHARING = (
    select(
        VERSION.c.number,
        VERSION.c.hash,
        VERSION.c.starts_on,
        VERSION.c.expires_on,
        VERSION.c.review_on,
        VERSION.c.attested_by,
        VERSION.c.shortcomings,
        *FLOW.c,
    )
    .join(VERSION, VERSION.c.id == FLOW.c.version_id)
    .where(VERSION.c.status.not_in(BEFORE_SIGNING))
    .order_by(VERSION.c.ref, VERSION.c.number)
)
_SHARING_OF = _SHARING.where(FLOW.c.ref.in_(bindparam("refs", expanding=True)))


def update_flow(tx: Transaction, version_id: str, flow: str, **values: Any) -> None:
    """Change one flow's row."""
    tx.update(AgreementFlow, {"version_id": version_id, "flow": flow}, **values)


def sharing_flows(reading: Reading, refs: Sequence[str] | None = None) -> Iterator[SharingFlow]:
    """What each flow lets through, for the permission index: of these agreements, or of all.

    Drafts and texts under review have no standing and are left out.
    """
    leaving, knowing = _leaving(reading), _knowing(reading, refs)
    if refs is None:
        rows = reading.execute(_SHARING.execution_options(yield_per=2000))
    else:
        rows = reading.execute(_SHARING_OF, {"refs": list(refs)})
    with rows:  # a row that cannot be read leaves no cursor open
        for row in rows:
            yield _sharing(row, leaving.get(row.version_id, {}), knowing.get(row.version_id, ()))


def _leaving(reading: Reading) -> Mapping[str, Mapping[str, date]]:
    """The bodies that have given notice, with the day from which nothing of theirs flows, by version."""
    found: dict[str, dict[str, date]] = {}
    for row in reading.all(select(NOTICE).where(~NOTICE.c.done)):
        found.setdefault(row.version_id, {})[row.organisation] = row.effective_on
    return found


def _knowing(reading: Reading, refs: Sequence[str] | None) -> Mapping[str, Sequence[str]]:
    """The only bodies that may know of each version that is withheld: its parties, who may be successors."""
    parties = select(PARTY.c.version_id, PARTY.c.organisation).join(
        VERSION, VERSION.c.id == PARTY.c.version_id
    )
    withheld = parties.where(VERSION.c.publication == "withheld")
    found: dict[str, list[str]] = {}
    for row in reading.all(withheld if refs is None else withheld.where(PARTY.c.ref.in_(refs))):
        found.setdefault(row.version_id, []).append(row.organisation)
    return found


def _sharing(row: Row[Any], leaving: Mapping[str, date], knowing: Sequence[str]) -> SharingFlow:
    left_on = [leaving[end] for end in (row.holder, row.recipient) if end in leaving]
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
        **said_by(row.spec) | {"known_to": tuple(knowing)},
        blocked_by=tuple(row.blocked_by),
        awaiting=tuple(row.awaiting),
        blocked_from=row.blocked_from,
        attested_by=row.attested_by,
        shortcomings=tuple(row.shortcomings),
        warned_of=tuple(row.warned_of),
        review_on=row.review_on,
        leaves_on=min(left_on, default=None),
    )
