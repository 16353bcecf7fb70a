"""One function for each thing that is done to a webhook: by its organisation, or by what delivers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from registry.agreements import events as agreements
from registry.agreements.queries import LivingRegister
from registry.auditlog import Event, Sealed, Subject, append_many, conceal, event_types, log_size
from registry.callers import SYSTEM
from registry.db import Reading, Transaction, new_id
from registry.egress import is_address
from registry.organisations.actions import Acting
from registry.organisations.principals import principal
from registry.records import actions as records
from registry.records.actions.tasks import end_tasks, raise_tasks
from registry.records.rules import Wanted
from registry.web.body import InvalidFields, field_error
from registry.webhooks import events, queries, rules
from registry.webhooks.notices import Audience
from registry.webhooks.rules import (
    KEPT,
    PROVABLE,
    PROVED,
    RUNNING,
    NoSuchWebhook,
    Reach,
    SecretShown,
    Status,
    WebhookMayNot,
)
from registry.webhooks.schemas import ReplayIn, WebhookIn
from registry.webhooks.tables import Webhook, WebhookCursor

SUBJECT = "webhook"
DISABLED = "webhook-disabled"
KEEP, FOLLOW = "webhook.keep", "event.follow"


@dataclass(frozen=True, slots=True)
class Changed:
    """What an act came to. `log_index` is the act, `log_size` follows the last entry."""

    id: str
    status: str
    log_index: int
    log_size: int


def open_webhook(tx: Transaction, wanted: WebhookIn, *, acting: Acting) -> Changed:
    """Name an address that is to be told of events. Nothing goes there before it has proved itself.

    It is told of what happens from now on, however long the proof takes.

    Raises:
        WebhookMayNot: the caller does not look after the webhooks of their organisation.
        InvalidFields: the address is none, or a type is no event's about an agreement.
        TooManyWebhooks: the organisation keeps as many as may be.
    """
    check_may(tx, KEEP, acting)
    _check_fields(wanted)
    rules.check_room(queries.count(tx, acting.caller.organisation, KEPT), most=rules.MAX_KEPT)

    identifier = new_id()
    tx.insert(
        Webhook,
        id=identifier,
        organisation=acting.caller.organisation,
        url=wanted.url,
        types=sorted(set(wanted.types)),
        reach=wanted.reach.value,
        status=Status.UNPROVED.value,
        generation=1,
        rotated_at=None,
        shown=False,
        opened_at=acting.now,
    )
    tx.insert(WebhookCursor, webhook=identifier, next_index=log_size(tx), failures=0)
    return _record(tx, events.WebhookOpened, identifier, Status.UNPROVED, acting)


def prove(tx: Transaction, identifier: str, *, acting: Acting) -> Changed:
    """Have the address challenged, for the first time or again. It is told of nothing until it has answered.

    Raises:
        NoSuchWebhook, WebhookMayNot: see `_own`.
        WrongWebhookStatus: it is being challenged, or has ended.
        TooManyWebhooks: as many of the organisation's are told as may be.
    """
    _own(tx, identifier, acting, PROVABLE)
    rules.check_room(queries.count(tx, acting.caller.organisation, RUNNING), most=rules.MAX_WEBHOOKS)
    queries.change(tx, identifier, status=Status.PROVING.value)
    queries.set_cursor(tx, identifier, **queries.WELL)
    return _record(tx, events.WebhookChallenged, identifier, Status.PROVING, acting)


def show_secret(tx: Transaction, identifier: str, *, acting: Acting) -> int:
    """Say which generation of the secret is to be shown to the caller. Each is shown once.

    Raises:
        NoSuchWebhook, WebhookMayNot: see `_own`.
        WrongWebhookStatus: it has ended.
        SecretShown: it was shown before.
    """
    row = _own(tx, identifier, acting, KEPT)
    if row.shown:
        raise SecretShown
    queries.change(tx, identifier, shown=True)
    _record(tx, events.WebhookSecretShown, identifier, Status(row.status), acting)
    return int(row.generation)


def rotate(tx: Transaction, identifier: str, *, acting: Acting) -> Changed:
    """Replace the secret. For a day messages are signed with the earlier one as well.

    Raises:
        NoSuchWebhook, WebhookMayNot: see `_own`.
        WrongWebhookStatus: it has ended.
        RotatedLately: two secrets sign already.
    """
    row = _own(tx, identifier, acting, KEPT)
    rules.check_rotation(row.rotated_at, acting.now)
    queries.change(tx, identifier, generation=row.generation + 1, rotated_at=acting.now, shown=False)
    return _record(tx, events.WebhookRotated, identifier, Status(row.status), acting)


def replay(tx: Transaction, identifier: str, wanted: ReplayIn, *, acting: Acting) -> Changed:
    """Tell it everything again from an entry of the log on, in order.

    Raises:
        NoSuchWebhook, WebhookMayNot: see `_own`.
        WrongWebhookStatus: it has never proved itself, or has ended.
        InvalidFields: the log has no such entry.
    """
    row = _own(tx, identifier, acting, PROVED)
    if wanted.from_index >= log_size(tx):
        raise InvalidFields(errors=(field_error("/from_index", "out-of-bounds"),))
    queries.set_cursor(tx, identifier, next_index=wanted.from_index, retry_at=None)
    return _record(tx, events.WebhookReplayed, identifier, Status(row.status), acting)


def end(tx: Transaction, identifier: str, *, acting: Acting) -> Changed:
    """End a webhook and forget its address.

    Raises:
        NoSuchWebhook, WebhookMayNot: see `_own`.
        WrongWebhookStatus: it has ended before.
    """
    _own(tx, identifier, acting, KEPT)
    queries.change(tx, identifier, status=Status.ENDED.value, url="")
    over = _end_notice(tx, identifier, acting)
    return _record(tx, events.WebhookEnded, identifier, Status.ENDED, acting, *over)


def settle_proof(tx: Transaction, identifier: str, fault: str | None, *, acting: Acting) -> None:
    """Note what a challenge came to: no fault, and it is told of events from now on. The system's act.

    One that was ended meanwhile stays as it is.
    """
    row = queries.lock(tx, identifier)
    if row is None or row.status != Status.PROVING:
        return
    status = Status.ACTIVE if fault is None else Status.UNPROVED
    queries.change(tx, identifier, status=status.value)
    queries.set_cursor(tx, identifier, fault=fault)
    if fault is None:
        told = _event(tx, events.WebhookProved, identifier, acting, party=row.organisation)
        append_many(tx, [told, *_end_notice(tx, identifier, acting)])
    else:
        failed = {"party": row.organisation, "reason_code": fault}
        append_many(tx, [_event(tx, events.WebhookNotProved, identifier, acting, **failed)])


def disable(tx: Transaction, identifier: str, fault: str, *, acting: Acting) -> None:
    """Stop telling an address that has failed for too long, and give its body a task. The system's act."""
    row = queries.lock(tx, identifier)
    if row is None or row.status != Status.ACTIVE:
        return
    queries.change(tx, identifier, status=Status.DISABLED.value)
    failed = {"party": row.organisation, "reason_code": fault}
    told = _event(tx, events.WebhookDisabled, identifier, acting, **failed)
    wanted = Wanted(row.organisation, "admin", DISABLED, SUBJECT, identifier, acting.today)
    append_many(tx, [told, *raise_tasks(tx, [wanted], _keeping(acting))])


def find(reading: Reading, *, acting: Acting) -> Sequence[Row[Any]]:
    """The webhooks of the caller's organisation and how far each is, oldest first.

    Raises:
        WebhookMayNot: the caller does not look after them.
    """
    check_may(reading, KEEP, acting)
    return queries.list_of(reading, acting.caller.organisation)


def read(reading: Reading, identifier: str, *, acting: Acting) -> Row[Any]:
    """A webhook of the caller's organisation and how far it is.

    Raises:
        NoSuchWebhook: there is none.
        WebhookMayNot: the caller does not look after it.
    """
    row = queries.find(reading, identifier)
    if row is None or row.organisation != acting.caller.organisation:
        raise NoSuchWebhook
    check_may(reading, KEEP, acting)
    return row


def follow(reading: Reading, *, acting: Acting, reach: Reach, types: frozenset[str]) -> Audience:
    """The caller's organisation as one that follows events itself.

    Raises:
        WebhookMayNot: the caller does not read the register.
    """
    check_may(reading, FOLLOW, acting)
    return Audience(acting.caller.organisation, reach, types)


def check_may(reading: Reading, action: str, acting: Acting) -> None:
    """Refuse what the access rules do not allow the caller at their own organisation.

    Raises:
        WebhookMayNot: they do not allow it.
    """
    facts = principal(reading, acting.caller, acting.now)
    resource = {"owner_organisation": acting.caller.organisation}
    if not acting.policies.access.allows(action, principal=facts, resource=resource).allowed:
        raise WebhookMayNot(action=action)


def _own(tx: Transaction, identifier: str, acting: Acting, allowed: frozenset[Status]) -> Row[Any]:
    """A webhook of the caller's organisation in one of these statuses, locked.

    Raises:
        NoSuchWebhook: there is none.
        WebhookMayNot: the caller does not look after it.
        WrongWebhookStatus: it is in another status.
    """
    row = queries.lock(tx, identifier)
    if row is None or row.organisation != acting.caller.organisation:
        raise NoSuchWebhook
    check_may(tx, KEEP, acting)
    rules.check_status(row.status, allowed)
    return row


def _check_fields(wanted: WebhookIn) -> None:
    known = {event.type for event in event_types() if event.__module__ == agreements.__name__}
    faults = [
        field_error(f"/types/{place}", "unknown-code", value=name, list="types")
        for place, name in enumerate(wanted.types)
        if name not in known
    ]
    if not is_address(wanted.url):
        faults.append(field_error("/url", "bad-form"))
    if faults:
        raise InvalidFields(errors=tuple(faults))


def _record(
    tx: Transaction, kind: type[Event], identifier: str, status: Status, acting: Acting, *more: Sealed
) -> Changed:
    indices = append_many(tx, [_event(tx, kind, identifier, acting), *more])
    return Changed(identifier, status.value, indices[0], indices.stop)


def _event(tx: Transaction, kind: type[Event], identifier: str, acting: Acting, **fields: Any) -> Event:
    caller = acting.caller
    return kind(
        at=acting.now,
        org=caller.organisation,
        actor=conceal(tx, caller),
        subject=Subject(SUBJECT, identifier),
        demo=caller.demo,
        **fields,
    )


def _end_notice(tx: Transaction, identifier: str, acting: Acting) -> list[Sealed]:
    """End the task that a disabled webhook gave its organisation."""
    return end_tasks(tx, identifier, _keeping(acting))


def _keeping(acting: Acting) -> records.Acting:
    """The registry itself, as records see who acts: it alone raises and ends this task."""
    return records.Acting(SYSTEM, acting.now, acting.policies, LivingRegister())
