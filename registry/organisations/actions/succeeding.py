"""Successor bodies: an order merges, splits or abolishes bodies, and from its day others answer for them.

Two people put the order on record. On its day, which may be past, the heir takes every identifier of each
predecessor, its people, its partner systems and its place in every agreement, but for the agreements that
the order gives to another successor. Nobody signs again: what the predecessor signed counts for whoever
stands in its place.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.auditlog import Event, Subject, append_many
from registry.db import Reading, Transaction
from registry.organisations import queries, rules
from registry.organisations.actions.acting import Acting, Recorded, check_may, record
from registry.organisations.estates import Estates, Passing
from registry.organisations.events import (
    OrganisationSucceeded,
    ShareSucceeded,
    SuccessionOrdered,
    SuccessionProposed,
)
from registry.organisations.rules import BadSuccession, NoSuchOrder, NotAuthorised, OrderNotOpen
from registry.organisations.schemas import SuccessionIn, SuccessionOut, SuccessionsOut
from registry.web.documents import canonical, digest


def propose_succession(tx: Transaction, wanted: SuccessionIn, *, acting: Acting) -> Recorded:
    """Put an order on record, as the first of two people.

    Raises:
        NotAuthorised: the caller looks after none of the bodies it names.
        UnknownOrganisation: a body is not in the register; it must join before it can succeed another.
        BadSuccession: with what is wrong: a body succeeds itself, or the shares do not fit the kind.
    """
    predecessors = [queries.get_primary(tx, name) for name in wanted.predecessors]
    heir = queries.get_primary(tx, wanted.heir)
    shares = [
        {"ref": share.ref, "successor": queries.get_primary(tx, share.successor)} for share in wanted.shares
    ]
    bodies = [*predecessors, heir, *(share["successor"] for share in shares)]
    _check_concerned(tx, bodies, acting)
    _check_order(wanted.kind, predecessors, heir, [share["successor"] for share in shares])

    order = queries.insert_order(
        tx,
        kind=wanted.kind,
        predecessors=predecessors,
        heir=heir,
        shares=shares,
        citation=wanted.citation,
        effective_on=wanted.effective_on,
        terms=digest(canonical(wanted)),
        asked_by=acting.person,
        asked_at=acting.now,
    )
    subject = Subject("succession", order)
    fields = {"evidence": digest(canonical(wanted)), "party": heir, "reason_code": wanted.kind}
    return Recorded(order, record(tx, SuccessionProposed, subject, acting, **fields), "second-person")


def confirm_succession(tx: Transaction, order: str, *, acting: Acting) -> Recorded:
    """Confirm an order as the second of two people; it is carried out at once when its day has come.

    Raises:
        NoSuchOrder: there is none.
        NotAuthorised: the caller looks after none of the bodies it names.
        OrderNotOpen: it has been confirmed.
        AnotherPersonNeeded: the caller put it on record.
    """
    found = queries.lock_order(tx, order)
    if found is None:
        raise NoSuchOrder
    shared = [share["successor"] for share in found.shares]
    _check_concerned(tx, [*found.predecessors, found.heir, *shared], acting)
    if found.agreed_at is not None:
        raise OrderNotOpen
    rules.check_second_person(first=found.asked_by, second=acting.person, concerned="")
    queries.update_order(tx, order, agreed_by=acting.person, agreed_at=acting.now)
    fields = {"evidence": found.terms, "party": found.heir, "reason_code": found.kind}
    index = record(tx, SuccessionOrdered, Subject("succession", order), acting, **fields)
    if found.effective_on > acting.today:
        return Recorded(order, index, "effective-day")
    return Recorded(order, index, last_index=_carry_out(tx, found, acting.estates, acting.now))


def carry_out_due(tx: Transaction, estates: Estates, now: datetime) -> int:
    """Carry out every order whose day has come, and return how many there were."""
    due = queries.lock_due_orders(tx, clock.london_day(now))
    for order in due:
        _carry_out(tx, order, estates, now)
    return len(due)


def list_successions(reading: Reading) -> SuccessionsOut:
    """Every order of succession."""
    return SuccessionsOut(results=[SuccessionOut.of(row) for row in queries.list_orders(reading)])


def _check_concerned(reading: Reading, bodies: list[str], acting: Acting) -> None:
    """Refuse whoever looks after none of the bodies that an order names."""
    organisation = acting.caller.organisation
    if organisation not in bodies:
        raise NotAuthorised(action="succession.order")
    check_may(reading, "succession.order", acting, organisation)


def _check_order(kind: str, predecessors: list[str], heir: str, shared: list[str]) -> None:
    if heir in predecessors or {*shared} & {*predecessors} or len({*predecessors}) < len(predecessors):
        raise BadSuccession(reason="same-body")
    if (kind == "split") != bool(shared):
        raise BadSuccession(reason="shares")
    if (kind != "merge") and len(predecessors) > 1:
        raise BadSuccession(reason="predecessors")


def _carry_out(tx: Transaction, order: Row[Any], estates: Estates, now: datetime) -> int:
    """Put the successors in the predecessors' place, and return the index of the last entry."""
    shares = {share["ref"]: share["successor"] for share in order.shares}
    for predecessor in order.predecessors:
        queries.rename(tx, predecessor, order.heir, shares.items())
        queries.move_people(tx, predecessor, order.heir, now)
        estates.pass_on(tx, Passing(predecessor, order.heir, now, shares))
    queries.update_order(tx, order.id, carried_out_at=now)
    return append_many(tx, list(_told(order, shares, now)))[-1]


def _told(order: Row[Any], shares: Mapping[str, str], now: datetime) -> Iterator[Event]:
    """What the log says of an order carried out: each agreement shared out, then each predecessor."""
    of_the_system: dict[str, Any] = {"at": now, "org": "", "actor": None}
    for predecessor in order.predecessors:
        subject = Subject("organisation", predecessor)
        for ref, successor in shares.items():
            yield ShareSucceeded(**of_the_system, subject=subject, agreement=ref, party=successor)
        yield OrganisationSucceeded(
            **of_the_system,
            subject=subject,
            party=order.heir,
            reason_code=order.kind,
            evidence=order.terms,
        )
