"""One function for each thing a person can do with an opening: read it, have it erased, keep a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Sealed, StoredEvent, append, conceal, erasures, log_size, queries, served
from registry.auditlog.erasing import carry_out, subject_of
from registry.auditlog.feed import event_at
from registry.auditlog.rules import NoPublicOpening, NotYetProvable
from registry.auditlog.tables import LogErasure
from registry.db import Reading, Transaction, new_id
from registry.oauth.queries import forget_sign_in
from registry.openings.entitlement import Belonging, actor_of, entry_of, is_held
from registry.openings.events import ErasureAsked, ErasureConfirmed
from registry.openings.rules import ActorInOffice, ErasureAskedFor, ErasureDone, NoSuchErasure, SignatureHeld
from registry.openings.schemas import EraseIn
from registry.organisations.actions.acting import Acting, Recorded, check_may
from registry.organisations.principals import principal
from registry.organisations.queries import list_organisations_of, pseudonymise
from registry.organisations.rules import check_second_person
from registry.passkeys import queries as passkeys
from registry.tlog.proof import Proof
from registry.tlog.tree import inclusion_path

PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A person's own act: the octets of its entry, what opens it, its proof."""

    index: int
    entry: str
    openings: Sequence[Row[Any]]
    proof: str


def read(reading: Reading, index: int, field: str, *, acting: Acting | None) -> Row[Any]:
    """An opening that is public, or that the caller may read.

    Raises:
        NoPublicOpening: there is none, it was erased, or it is not for the caller: which, is not told.
    """
    newest = served.newest_served(reading)
    is_published = newest is not None and 0 <= index < newest.size
    row = erasures.find_opening(reading, index, field) if is_published else None
    if row is None:
        raise NoPublicOpening(index=index)
    if not row.public:
        event = _readable(reading, index)
        found = _belonging(reading, event, field) if event else None
        if found is None or acting is None or not _may(reading, found.action, found, acting):
            raise NoPublicOpening(index=index)
    return row


def receipt(reading: Reading, index: int, *, acting: Acting) -> Receipt:
    """What the caller keeps of their own act.

    Raises:
        NoPublicOpening: there is no such entry, or it is not the caller's own act.
        NotYetProvable: no checkpoint covers it yet.
    """
    actor = None
    if 0 <= index < log_size(reading):
        actor = erasures.find_opening(reading, index, "actor")
    if actor is None or actor.value != f"{PERSON}{acting.caller.person}":
        raise NoPublicOpening(index=index)
    newest = served.newest_served(reading)
    if newest is None or index >= newest.size:
        raise NotYetProvable(index=index, size=newest.size if newest else 0)
    entry = erasures.find_opening(reading, index, "entry")
    path = inclusion_path(index, newest.size, queries.subtrees(reading))
    return Receipt(
        index=index,
        entry=queries.bodies(reading, index, 1)[0].decode(),
        openings=[row for row in (entry, actor) if row is not None],
        proof=Proof(index, tuple(path), newest.note).text(),
    )


def ask(tx: Transaction, wanted: EraseIn, *, acting: Acting) -> Recorded:
    """Ask that an opening be erased, as the first of two people.

    Raises:
        NoPublicOpening: there is none, or the caller may not ask for it.
        ErasureAskedFor: somebody has.
        SignatureHeld: see `_check_held`.
        AnotherPersonNeeded, ActorInOffice: see `_check_actor`.
    """
    row, event = erasures.find_opening(tx, wanted.index, wanted.field), _readable(tx, wanted.index)
    if row is None or event is None:
        raise NoPublicOpening(index=wanted.index)
    found = _belonging(tx, event, wanted.field)
    if not _may(tx, "log.erase-ask", found, acting):
        raise NoPublicOpening(index=wanted.index)
    if (asked := erasures.find(tx, wanted.index, wanted.field)) is not None:
        raise ErasureAskedFor(id=asked.id)
    _check_held(tx, row)
    _check_actor(tx, row, acting)

    identifier = new_id()
    tx.insert(
        LogErasure,
        id=identifier,
        idx=wanted.index,
        field=wanted.field,
        organisation=found.owner,
        reason_code=wanted.reason.value,
        previous=event.previous,
        asked_by=acting.person,
        asked_at=acting.now,
        confirmed_by=None,
        log_index=None,
    )
    index = append(tx, _act(tx, ErasureAsked, wanted.index, wanted.field, wanted.reason, acting), sealed=True)
    return Recorded(identifier, index, pending="second-person")


def confirm(tx: Transaction, identifier: str, *, acting: Acting) -> Recorded:
    """Erase an opening, as the second of two people, and what proves the approval that it tells of.

    Where it names the person who acted, their names and all they sign in with go too.

    Raises:
        NoSuchErasure: there is none, or the caller may not confirm it.
        ErasureDone: it is done.
        AnotherPersonNeeded: the caller asked for it, or it is about them.
        SignatureHeld: see `_check_held`.
        ActorInOffice: see `_check_actor`.
    """
    row = erasures.lock(tx, identifier)
    if row is None or not _may(tx, "log.erase-confirm", Belonging("", row.organisation), acting):
        raise NoSuchErasure
    opening = erasures.find_opening(tx, row.idx, row.field)
    if row.log_index is not None or opening is None:
        raise ErasureDone
    check_second_person(first=row.asked_by, second=acting.person, concerned="")
    _check_held(tx, opening)
    _check_actor(tx, opening, acting)

    if (person := _person(opening)) is not None:
        pseudonymise(tx, person)
        passkeys.erase_passkeys(tx, person)
        forget_sign_in(tx, person)
    if row.field == "entry":
        passkeys.erase_evidence(tx, row.idx)
    act = _act(tx, ErasureConfirmed, row.idx, row.field, row.reason_code, acting)
    indices = carry_out(tx, row, [Sealed(act)], acting.now, person=acting.person)
    return Recorded(identifier, indices[0], last_index=indices[-1])


def list_erasures(reading: Reading, *, after: str, limit: int, acting: Acting) -> Sequence[Row[Any]]:
    """The erasures that the caller's organisation's people asked for.

    Raises:
        NotAuthorised: the caller may not confirm any.
    """
    ours = acting.caller.organisation
    check_may(reading, "log.erase-confirm", acting, ours)
    return erasures.list_of(reading, ours, after=after, limit=limit)


def _readable(reading: Reading, index: int) -> StoredEvent | None:
    """The event at an index; None where there is none, or its entry cannot be read any more."""
    event = event_at(reading, index)
    return event if event and event.subject_kind else None


def _belonging(reading: Reading, event: StoredEvent, field: str) -> Belonging:
    """Where an opening belongs."""
    return actor_of(reading, event) if field == "actor" else entry_of(reading, event)


def _may(reading: Reading, action: str, found: Belonging, acting: Acting) -> bool:
    facts = principal(reading, acting.caller, acting.now)
    return acting.policies.access.allows(action, principal=facts, resource=found.resource()).allowed


def _check_held(tx: Transaction, opening: Row[Any]) -> None:
    """Refuse to erase what an approval says while its version stands on it.

    Raises:
        SignatureHeld: the version is not over.
    """
    event = _readable(tx, opening.idx) if opening.field == "entry" else None
    if event is not None and is_held(tx, event):
        raise SignatureHeld


def _check_actor(tx: Transaction, opening: Row[Any], acting: Acting) -> None:
    """Refuse to erase who acted while they hold a role, or at their own word.

    Raises:
        AnotherPersonNeeded: the caller is the person.
        ActorInOffice: they hold a role.
    """
    person = _person(opening)
    if person is None:
        return
    check_second_person(first=None, second=acting.person, concerned=person)
    if list_organisations_of(tx, person, acting.now):
        raise ActorInOffice


def _person(opening: Row[Any]) -> str | None:
    """The row id of the person whom an actor's opening names, if it names one."""
    kind, _, identifier = opening.value.partition(":")
    is_person = opening.field == "actor" and f"{kind}:" == PERSON
    return identifier if is_person else None


def _act(
    tx: Transaction,
    event: type[ErasureAsked | ErasureConfirmed],
    index: int,
    field: str,
    reason: str,
    acting: Acting,
) -> ErasureAsked | ErasureConfirmed:
    return event(
        at=acting.now,
        org=acting.caller.organisation,
        actor=conceal(tx, acting.caller),
        subject=subject_of(index, field),
        reason_code=str(reason),
        demo=acting.caller.demo,
    )
