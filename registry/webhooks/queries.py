"""The SQL of webhooks: reads, locks, row writes, how far each has been told."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, exists, func, select, update

from registry.agreements.tables import AgreementParty, AgreementVersion
from registry.db import Reading, Transaction, table
from registry.organisations.tables import Organisation
from registry.webhooks.rules import RUNNING, Status
from registry.webhooks.tables import Webhook, WebhookCursor

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)

WEBHOOK, CURSOR = table(Webhook), table(WebhookCursor)
VERSION, PARTY, BODY = table(AgreementVersion), table(AgreementParty), table(Organisation)

_WHOLE = select(WEBHOOK, *(column for column in CURSOR.c if column.name != "webhook")).join(
    CURSOR, CURSOR.c.webhook == WEBHOOK.c.id
)
_RUNNING = _WHOLE.where(WEBHOOK.c.status.in_(sorted(RUNNING))).order_by(WEBHOOK.c.id)


WELL: dict[str, Any] = {"failures": 0, "failing_since": None, "retry_at": None, "fault": None}
"""A cursor that nothing keeps from moving."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may know of a version of an agreement."""

    status: str
    publication: str
    parties: frozenset[str]


def find(reading: Reading, identifier: str) -> Row[Any] | None:
    """A webhook and its cursor, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    return reading.one_or_none(_WHOLE.where(WEBHOOK.c.id == identifier))


def lock(tx: Transaction, identifier: str) -> Row[Any] | None:
    """A webhook, locked until the transaction ends, or None."""
    if ID.fullmatch(identifier) is None:
        return None
    return tx.one_or_none(select(WEBHOOK).where(WEBHOOK.c.id == identifier).with_for_update())


def list_of(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """The webhooks of an organisation and their cursors, oldest first."""
    return reading.all(_WHOLE.where(WEBHOOK.c.organisation == organisation).order_by(WEBHOOK.c.id))


def list_running(reading: Reading) -> Sequence[Row[Any]]:
    """Every webhook that is told of events or is to be challenged, and their cursors."""
    return reading.all(_RUNNING)


def count(tx: Transaction, organisation: str, statuses: Collection[Status]) -> int:
    """How many webhooks of an organisation have one of these statuses; nobody else counts meanwhile."""
    tx.execute(select(BODY.c.id).where(BODY.c.id == organisation).with_for_update(key_share=True))
    counted = (WEBHOOK.c.organisation == organisation, WEBHOOK.c.status.in_(sorted(statuses)))
    return int(tx.scalar(select(func.count()).select_from(WEBHOOK).where(*counted)))


def change(tx: Transaction, identifier: str, **values: Any) -> None:
    """Change columns of a webhook."""
    tx.execute(update(WEBHOOK).where(WEBHOOK.c.id == identifier).values(**values))


def set_cursor(tx: Transaction, identifier: str, **values: Any) -> None:
    """Change columns of a webhook's cursor, wherever it stands."""
    tx.execute(update(CURSOR).where(CURSOR.c.webhook == identifier).values(**values))


def advance(tx: Transaction, identifier: str, *, at: int, to: int, **values: Any) -> bool:
    """Move a cursor on from where it was seen; whether it was still there, and its webhook active."""
    active = exists().where(WEBHOOK.c.id == identifier, WEBHOOK.c.status == Status.ACTIVE.value)
    still_there = update(CURSOR).where(CURSOR.c.webhook == identifier, CURSOR.c.next_index == at, active)
    return tx.execute(still_there.values(next_index=to, **values)).rowcount == 1


def find_standing(reading: Reading, ref: str, number: int | None) -> Standing | None:
    """Who may know of a version of an agreement, of its newest unless a number is given."""
    statement = select(VERSION.c.id, VERSION.c.status, VERSION.c.publication).where(VERSION.c.ref == ref)
    if number is not None:
        statement = statement.where(VERSION.c.number == number)
    row = reading.one_or_none(statement.order_by(VERSION.c.number.desc()).limit(1))
    if row is None:
        return None
    parties = reading.all(select(PARTY.c.organisation).where(PARTY.c.version_id == row.id))
    return Standing(row.status, row.publication, frozenset(party.organisation for party in parties))
