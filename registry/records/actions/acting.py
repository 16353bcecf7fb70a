"""What every action on a record shares: who acts, what they may, what a change comes to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Table

from registry import clock
from registry.auditlog import Event, Sealed, Subject, append_many, conceal
from registry.callers import SYSTEM, Caller
from registry.db import Reading, Transaction
from registry.errors import FieldError
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.records import queries
from registry.records.register import AgreementRegister, AgreementSeen
from registry.records.rules import NoSuchRecord, RecordMayNot
from registry.web.body import InvalidFields, field_error
from registry.web.etags import check_match, tag


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when, by which policies, and where agreements are looked up."""

    caller: Caller
    now: datetime
    policies: Policies
    register: AgreementRegister

    @property
    def today(self) -> date:
        """The London day on which they act."""
        return clock.london_day(self.now)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a change came to. `log_index` is the caller's act, `log_size` follows the last entry."""

    id: str
    status: str
    etag: str
    log_index: int
    log_size: int


def may(
    reading: Reading, action: str, acting: Acting, *, parties: Collection[str] = (), owner: str = ""
) -> bool:
    """Whether the access rules let the caller do this to a record of these parties or of this owner."""
    return acting.policies.access.allows(
        action,
        principal=principal(reading, acting.caller, acting.now),
        resource={"parties": sorted(parties), "owner_organisation": owner},
    ).allowed


def check_may(
    reading: Reading, action: str, acting: Acting, *, parties: Collection[str] = (), owner: str = ""
) -> None:
    """Refuse what the access rules do not allow. Another body is not told that there is anything.

    Raises:
        NoSuchRecord: the record is another body's, or the caller is no person.
        RecordMayNot: it is of the caller's body, and they may not do this.
    """
    if may(reading, action, acting, parties=parties, owner=owner):
        return
    caller = acting.caller
    if caller.kind == "person" and caller.organisation in {owner, *parties}:
        raise RecordMayNot(action=action)
    raise NoSuchRecord


def check_reads(reading: Reading, action: str, acting: Acting) -> str:
    """The caller's organisation, of which they may read such records.

    Raises:
        RecordMayNot: they may not.
    """
    ours = acting.caller.organisation
    if not may(reading, action, acting, parties=(ours,), owner=ours):
        raise RecordMayNot(action=action)
    return ours


def get_agreement(reading: Reading, ref: str, acting: Acting) -> AgreementSeen:
    """The agreement of a reference.

    Raises:
        NoSuchRecord: there is none.
    """
    found = acting.register.agreement(reading, ref)
    if found is None:
        raise NoSuchRecord
    return found


def lock(tx: Transaction, stored: Table, identifier: str, if_match: str | None = None) -> Row[Any]:
    """A row, locked until the transaction ends. Check what the caller may before its tag is told of.

    Raises:
        NoSuchRecord: there is none.
        StaleVersion: `If-Match` was sent and is not the present tag.
    """
    row = queries.lock(tx, stored, identifier)
    if row is None:
        raise NoSuchRecord
    check_match(if_match, row.revision)
    return row


def get(reading: Reading, stored: Table, identifier: str) -> Row[Any]:
    """A row by its id.

    Raises:
        NoSuchRecord: there is none.
    """
    row = queries.find(reading, stored, identifier)
    if row is None:
        raise NoSuchRecord
    return row


def check_codes(acting: Acting, **named: tuple[str, Collection[str]]) -> None:
    """Refuse codes that the lists of `policies/records` or of the law do not have.

    Each argument is a member of the body: the list it is looked up in, and its codes.

    Raises:
        InvalidFields: with every unknown code.
    """
    faults = [
        field_error(
            f"/{member}" if len(given) == 1 else f"/{member}/{place}", "unknown-code", value=code, list=name
        )
        for member, (name, given) in named.items()
        for place, code in enumerate(given)
        if code not in _codes(acting.policies, name)
    ]
    check_fields(faults)


def check_fields(faults: Collection[FieldError | None]) -> None:
    """Refuse a body of which something is wrong.

    Raises:
        InvalidFields: with every fault.
    """
    found = tuple(fault for fault in faults if fault is not None)
    if found:
        raise InvalidFields(errors=found)


def not_ahead(pointer: str, given: Any, present: Any) -> FieldError | None:
    """The field error of something that is said to have happened and lies ahead."""
    return field_error(pointer, "in-the-future") if given is not None and given > present else None


def event(
    tx: Transaction,
    kind: type[Event],
    acting: Acting,
    subject: Subject,
    *,
    by_system: bool = False,
    erase_after: date | None = None,
    **fields: Any,
) -> Sealed:
    """The sealed event of an act of the caller, or of the registry itself, erased after its retention."""
    caller = SYSTEM if by_system else acting.caller
    return Sealed(
        erase_after=erase_after,
        event=kind(
            at=acting.now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=subject,
            demo=acting.caller.demo,
            **fields,
        ),
    )


def finish(
    tx: Transaction, events: Collection[Sealed], *, identifier: str, status: str, revision: int
) -> Recorded:
    """Append the events, the caller's act first, and say what the change came to. Comes last."""
    indices = append_many(tx, list(events))
    return Recorded(identifier, status, tag(revision), indices[0], indices.stop)


def _codes(policies: Policies, name: str) -> Mapping[str, Any] | Collection[str]:
    found = policies.records.codes.get(name)
    return found if found is not None else getattr(policies.law, name)
