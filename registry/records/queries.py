"""The SQL of records: reads, locks, row writes, and what other parts ask of them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, String, Table, bindparam, cast, func, select, update

from registry.db import Reading, Transaction, table
from registry.records.rules import SEVERE, Wanted
from registry.records.tables import (
    Complaint,
    DisclosureReport,
    EmergencyRecord,
    EmergencyStub,
    ExitDuty,
    Incident,
    Task,
)

ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)
MAX_LISTED = 500

INCIDENT, REPORT, EMERGENCY = table(Incident), table(DisclosureReport), table(EmergencyRecord)
TASK, COMPLAINT, EXIT = table(Task), table(Complaint), table(ExitDuty)
STUB = table(EmergencyStub)

# Built once, because every signature runs it.
_OPEN_INCIDENTS = (
    select(INCIDENT.c.id, INCIDENT.c.flow, INCIDENT.c.kind, INCIDENT.c.severity)
    .where(INCIDENT.c.ref == bindparam("ref"), INCIDENT.c.status == "open")
    .order_by(INCIDENT.c.id)
)


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is not closed; about one flow, or about all of them where `flow` is None."""

    id: str
    flow: str | None
    kind: str
    severity: str

    @property
    def is_severe(self) -> bool:
        """Whether rule BR-01 looks at it."""
        return self.severity in SEVERE


def open_incidents(reading: Reading, ref: str) -> list[OpenIncident]:
    """The incidents of an agreement that are not closed, oldest first."""
    return [OpenIncident(**row._asdict()) for row in reading.all(_OPEN_INCIDENTS, ref=ref)]


def find(reading: Reading, stored: Table, identifier: str) -> Row[Any] | None:
    """The row with an id, or None; text that is no id names none."""
    if ID.fullmatch(identifier) is None:
        return None
    return reading.one_or_none(select(stored).where(stored.c.id == identifier))


def lock(tx: Transaction, stored: Table, identifier: str) -> Row[Any] | None:
    """The row with an id, locked until the transaction ends, or None."""
    if ID.fullmatch(identifier) is None:
        return None
    return tx.one_or_none(select(stored).where(stored.c.id == identifier).with_for_update())


def change(tx: Transaction, stored: Table, row: Row[Any], **values: Any) -> None:
    """Change columns of a row, which makes another revision of it."""
    statement = update(stored).where(stored.c.id == row.id)
    tx.execute(statement.values(revision=row.revision + 1, **values))


def list_incidents(reading: Reading, **values: str) -> Sequence[Row[Any]]:
    """The incidents with these values, such as `ref` or `organisation`, newest first."""
    statement = select(INCIDENT).filter_by(**values).order_by(INCIDENT.c.id.desc())
    return reading.all(statement.limit(MAX_LISTED))


def list_running_incidents(reading: Reading) -> Sequence[Row[Any]]:
    """The incidents of which someone has still to be told."""
    partner = INCIDENT.c.partner_due_at.is_not(None) & INCIDENT.c.partner_told_at.is_(None)
    regulator = INCIDENT.c.regulator_due_at.is_not(None) & INCIDENT.c.regulator_told_at.is_(None)
    return reading.all(select(INCIDENT).where(INCIDENT.c.status == "open", partner | regulator))


def is_reported(reading: Reading, organisation: str, evaluation_id: str) -> bool:
    """Whether an organisation has reported the disclosures of an evaluation."""
    statement = select(REPORT.c.id).where(
        REPORT.c.organisation == organisation, REPORT.c.evaluation_id == evaluation_id
    )
    return reading.scalar(statement) is not None


def sum_disclosures(
    reading: Reading, *, flow: str | None, month: str | None, **values: str
) -> Sequence[Row[Any]]:
    """What was reported with these values, such as `ref`: by agreement, month, flow, organisation, method."""
    of_month = func.substr(cast(REPORT.c.disclosed_on, String), 1, 7)
    keys = (REPORT.c.ref, of_month.label("month"), REPORT.c.flow, REPORT.c.organisation, REPORT.c.method)
    sums = (func.count().label("reports"), cast(func.sum(REPORT.c.count), String).label("total"))
    statement = select(*keys, *sums).filter_by(**values)
    if flow is not None:
        statement = statement.where(REPORT.c.flow == flow)
    if month is not None:
        statement = statement.where(of_month == month)
    return reading.all(statement.group_by(*keys).order_by(*keys))


def list_emergencies(reading: Reading, owner: str) -> Sequence[Row[Any]]:
    """The emergency decisions of a body, newest first."""
    statement = select(EMERGENCY).where(EMERGENCY.c.owner == owner).order_by(EMERGENCY.c.id.desc())
    return reading.all(statement.limit(MAX_LISTED))


def find_stub(
    reading: Reading, owner: str, holder: str, recipient: str, purpose: str, category: str, due_on: date
) -> Row[Any] | None:
    """An open stub about the same thing that is due on a day or later, or None."""
    about = {"owner": owner, "holder": holder, "recipient": recipient}
    same = select(STUB).filter_by(**about, purpose=purpose, category=category, closed_at=None)
    return reading.one_or_none(same.where(STUB.c.due_on >= due_on).order_by(STUB.c.id).limit(1))


def list_stubs(reading: Reading, **values: str | None) -> Sequence[Row[Any]]:
    """The stubs with these values, such as `owner`, oldest first."""
    return reading.all(select(STUB).filter_by(**values).order_by(STUB.c.id).limit(MAX_LISTED))


def list_stubs_due(reading: Reading, since: date) -> Sequence[Row[Any]]:
    """The open stubs that were due on a day or later: older ones are asked for no more."""
    return reading.all(select(STUB).where(STUB.c.closed_at.is_(None), STUB.c.due_on >= since))


def change_stub(tx: Transaction, identifier: str, **values: Any) -> None:
    """Say which record a stub has come to, or when it was closed."""
    tx.execute(update(STUB).where(STUB.c.id == identifier).values(**values))


def list_reported(reading: Reading, organisation: str, evaluation_id: str) -> Sequence[Row[Any]]:
    """What an organisation reported as disclosed or received under an evaluation."""
    statement = select(REPORT).where(REPORT.c.organisation == organisation)
    return reading.all(statement.where(REPORT.c.evaluation_id == evaluation_id))


def list_recorded(reading: Reading, owner: str, evaluation_id: str) -> Sequence[Row[Any]]:
    """The emergency decisions of a body after an evaluation, oldest first."""
    statement = select(EMERGENCY).where(EMERGENCY.c.owner == owner)
    return reading.all(statement.where(EMERGENCY.c.evaluation_id == evaluation_id).order_by(EMERGENCY.c.id))


def list_unreviewed(reading: Reading) -> Sequence[Row[Any]]:
    """The emergency decisions that nobody has reviewed."""
    return reading.all(select(EMERGENCY).where(EMERGENCY.c.outcome.is_(None)))


def list_to_erase(reading: Reading, today: date) -> Sequence[Row[Any]]:
    """The emergency decisions whose words have been kept long enough."""
    return reading.all(select(EMERGENCY).where(EMERGENCY.c.erase_on < today, EMERGENCY.c.words.is_not(None)))


def count_emergencies(reading: Reading, *, owner: str, recipient: str, purpose: str, since: datetime) -> int:
    """How often one body decided to share with another for a purpose since an instant."""
    statement = select(func.count()).where(
        EMERGENCY.c.owner == owner,
        EMERGENCY.c.recipient == recipient,
        EMERGENCY.c.purpose == purpose,
        EMERGENCY.c.decision == "share",
        EMERGENCY.c.decided_at >= since,
    )
    return int(reading.scalar(statement))


def list_tasks(
    reading: Reading, organisation: str, *, roles: Collection[str] | None, done: bool
) -> Sequence[Row[Any]]:
    """Tasks of an organisation, for these roles or for all, in order of the day they are due."""
    statement = select(TASK).where(TASK.c.organisation == organisation)
    statement = statement.where(TASK.c.done_at.is_not(None) if done else TASK.c.done_at.is_(None))
    if roles is not None:
        statement = statement.where(TASK.c.role.in_(sorted(roles)))
    return reading.all(statement.order_by(TASK.c.due_on, TASK.c.id).limit(MAX_LISTED))


def list_open_tasks(reading: Reading, **values: str) -> Sequence[Row[Any]]:
    """The tasks that are not done, of those with these values."""
    statement = select(TASK).where(TASK.c.done_at.is_(None))
    return reading.all(statement.filter_by(**values).order_by(TASK.c.id))


def known_tasks(reading: Reading, since: date) -> frozenset[Wanted]:
    """Every task due since a day that has been raised, done or not."""
    columns = ("organisation", "role", "kind", "subject_kind", "subject", "due_on")
    statement = select(*(TASK.c[name] for name in columns)).where(TASK.c.due_on >= since)
    return frozenset(Wanted(**row._asdict()) for row in reading.all(statement))


def list_complaints(reading: Reading, organisation: str) -> Sequence[Row[Any]]:
    """The complaints at an organisation, newest first."""
    statement = select(COMPLAINT).where(COMPLAINT.c.organisation == organisation)
    return reading.all(statement.order_by(COMPLAINT.c.id.desc()).limit(MAX_LISTED))


def list_unacknowledged(reading: Reading) -> Sequence[Row[Any]]:
    """The complaints whose receipt has not been acknowledged."""
    return reading.all(select(COMPLAINT).where(COMPLAINT.c.status == "received"))


def list_exits(reading: Reading, **values: str) -> Sequence[Row[Any]]:
    """The duties left by the end of agreements, those with these values, such as `ref` or `organisation`."""
    return reading.all(select(EXIT).filter_by(**values).order_by(EXIT.c.ref, EXIT.c.organisation))
