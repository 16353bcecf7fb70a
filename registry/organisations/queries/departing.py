"""What else binds a person to a body they leave: requests for a role, what was lent, authority shared."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import col, select

from registry.db import Reading, Transaction
from registry.organisations.tables import Delegation, RoleRequest, SharedAuthority


def is_bound(reading: Reading, person: str, organisation: str) -> bool:
    """Whether a person who holds no role at a body was asked for, lent something or trusted to sign there."""
    lent = select(Delegation.id).where(
        col(Delegation.person) == person,
        col(Delegation.organisation) == organisation,
        col(Delegation.ended_at).is_(None),
    )
    asked = select(RoleRequest.id).where(_waiting(person, organisation))
    shared = select(SharedAuthority.id).where(_sharing(person, organisation))
    return any(reading.scalar(one.limit(1)) is not None for one in (lent, asked, shared))


def close_requests_of(tx: Transaction, person: str, organisation: str, *, by: str, now: datetime) -> None:
    """Let every request that a person should hold a role at a body come to nothing."""
    statement = update(RoleRequest).where(_waiting(person, organisation))
    tx.execute(statement.values(completed_by=by, completed_at=now, counts_from=None))


def end_authority_of(
    tx: Transaction, person: str, organisation: str, now: datetime
) -> list[tuple[str, str, str]]:
    """End every word that a person may sign for a body and another, of either of them.

    Returns what ended, in order: the id, whose word it was, and the other body it named.
    """
    statement = (
        update(SharedAuthority)
        .where(_sharing(person, organisation))
        .values(ended_at=now)
        .returning(col(SharedAuthority.id), col(SharedAuthority.organisation), col(SharedAuthority.other))
    )
    return sorted((row.id, row.organisation, row.other) for row in tx.all(statement))


def _waiting(person: str, organisation: str) -> ColumnElement[bool]:
    return and_(
        col(RoleRequest.person) == person,
        col(RoleRequest.organisation) == organisation,
        col(RoleRequest.completed_at).is_(None),
    )


def _sharing(person: str, organisation: str) -> ColumnElement[bool]:
    return and_(
        col(SharedAuthority.person) == person,
        or_(
            col(SharedAuthority.organisation) == organisation,
            # The other body trusted them as someone of this one.
            col(SharedAuthority.other) == organisation,
        ),
        col(SharedAuthority.ended_at).is_(None),
    )
