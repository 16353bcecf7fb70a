"""Orders of succession, and who answers to a body's identifiers since."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, select

from registry.db import Reading, Transaction, new_id
from registry.organisations.queries.columns import ID, every_column
from registry.organisations.queries.people import end_roles_of, insert_role, roles_given
from registry.organisations.tables import (
    Delegation,
    OrganisationAlias,
    RoleHeld,
    RoleRequest,
    SharedAuthority,
    SuccessionOrder,
    SuccessionShare,
    Training,
)


def answering(organisation: Any, ref: Any) -> ColumnElement[str]:
    """SQL for the body that stands today where an agreement names this one; both are columns or values."""
    share = select(SuccessionShare.successor).where(
        col(SuccessionShare.ref) == ref, col(SuccessionShare.predecessor) == organisation
    )
    # Under a name of its own, because the query around it may look at the same table.
    known = aliased(OrganisationAlias)
    heir = select(known.organisation).where(col(known.alias) == organisation)
    return func.coalesce(share.scalar_subquery(), heir.scalar_subquery())


def insert_order(tx: Transaction, **values: Any) -> str:
    """Store an order that a first person recorded, and return its id."""
    order = new_id()
    tx.insert(SuccessionOrder, id=order, **values)
    return order


def lock_order(tx: Transaction, order: str) -> Row[Any] | None:
    """The row of an order, locked until the transaction ends; text that is no id names none."""
    if ID.fullmatch(order) is None:
        return None
    tx.execute(select(SuccessionOrder.id).where(col(SuccessionOrder.id) == order).with_for_update())
    return tx.one_or_none(every_column(SuccessionOrder).where(col(SuccessionOrder.id) == order))


def update_order(tx: Transaction, order: str, **values: Any) -> None:
    """Change columns of an order."""
    tx.execute(update(SuccessionOrder).where(col(SuccessionOrder.id) == order).values(**values))


def list_orders(reading: Reading) -> Sequence[Row[Any]]:
    """Every order of succession, oldest first."""
    return reading.all(every_column(SuccessionOrder).order_by(col(SuccessionOrder.id)))


def lock_due_orders(tx: Transaction, today: date) -> Sequence[Row[Any]]:
    """The orders that two people have recorded, whose day has come and that were not carried out; locked."""
    statement = (
        every_column(SuccessionOrder)
        .where(
            col(SuccessionOrder.agreed_at).is_not(None),
            col(SuccessionOrder.carried_out_at).is_(None),
            col(SuccessionOrder.effective_on) <= today,
        )
        .order_by(col(SuccessionOrder.effective_on), col(SuccessionOrder.id))
        .with_for_update()
    )
    return tx.all(statement)


def rename(tx: Transaction, predecessor: str, heir: str, shares: Iterable[tuple[str, str]]) -> None:
    """Let the heir answer to every identifier of the predecessor, but for the agreements shared out.

    `shares` are pairs of an agreement and the successor that stands in it.
    """
    names = select(OrganisationAlias.alias).where(col(OrganisationAlias.organisation) == predecessor)
    aliases = [alias for (alias,) in tx.all(names)]
    for ref, successor in shares:
        for alias in aliases:
            tx.insert(SuccessionShare, ref=ref, predecessor=alias, successor=successor)
    _move(tx, OrganisationAlias, predecessor, heir)
    statement = update(SuccessionShare).where(col(SuccessionShare.successor) == predecessor)
    tx.execute(statement.values(successor=heir))


def move_people(tx: Transaction, predecessor: str, heir: str, now: datetime) -> None:
    """Let everyone hold at the heir what they hold at the predecessor, delegations and training too."""
    held = select(RoleHeld.person).where(
        col(RoleHeld.organisation) == predecessor,
        or_(col(RoleHeld.ended_at).is_(None), col(RoleHeld.ended_at) > now),
    )
    for (person,) in tx.all(held.distinct().order_by(col(RoleHeld.person))):
        already = roles_given(tx, person, heir, now)
        for role in sorted({*end_roles_of(tx, person, predecessor, now)} - already):
            insert_role(tx, person=person, organisation=heir, role=role, now=now)
    for table in (RoleRequest, Delegation, Training, SharedAuthority):
        _move(tx, table, predecessor, heir)
    statement = update(SharedAuthority).where(col(SharedAuthority.other) == predecessor)
    tx.execute(statement.values(other=heir))


def _move(tx: Transaction, table: type[SQLModel], predecessor: str, heir: str) -> None:
    column = SQLModel.metadata.tables[str(table.__tablename__)].c.organisation
    tx.execute(update(table).where(column == predecessor).values(organisation=heir))
