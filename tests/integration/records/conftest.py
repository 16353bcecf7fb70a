"""A desk with an agreement in force, at which people and systems keep records, on both databases."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from registry.agreements.queries import LivingRegister
from registry.auditlog import StoredEvent
from registry.callers import SYSTEM, Caller
from registry.db import Database
from registry.records.actions import Acting, Recorded, emergencies, incidents, remind
from registry.records.schemas import EmergencyIn, IncidentIn
from registry.records.tables import Task
from registry.records.vault import Vault, create_records_key
from tests.samples.agreements import LANCASHIRE, NOW, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.samples.records import emergency, incident


@dataclass(frozen=True)
class Office:
    """The sample desk, and the records kept beside it. The right person acts where a test names none."""

    desk: Desk
    vault: Vault
    register: LivingRegister = field(default_factory=LivingRegister)

    @property
    def db(self) -> Database:
        return self.desk.db

    def acting(
        self,
        role: str = "ig_officer",
        organisation: str = LANCASHIRE,
        *,
        second: bool = False,
        now: datetime = NOW,
    ) -> Acting:
        return self.by(self.desk.cast(organisation, role, second=second), now=now)

    def by(self, caller: Caller, *, now: datetime = NOW) -> Acting:
        return Acting(caller, now, POLICIES, self.register)

    def report(self, ref: str, *, acting: Acting | None = None, **changes: Any) -> Recorded:
        wanted = IncidentIn.model_validate(incident(ref, **changes), strict=False)
        with self.db.write() as tx:
            return incidents.report(tx, wanted, acting=acting or self.acting())

    def record(self, *, acting: Acting | None = None, **changes: Any) -> Recorded:
        wanted = EmergencyIn.model_validate(emergency(**changes), strict=False)
        with self.db.write() as tx:
            return emergencies.record(tx, wanted, acting=acting or self.acting(), vault=self.vault)

    def remind(self, now: datetime = NOW) -> int:
        return remind(self.db, acting=self.by(SYSTEM, now=now))

    def tasks(self, kind: str) -> list[Any]:
        """The open tasks of a kind, as (organisation, role, subject, due_on)."""
        rows = [row for row in self.desk.rows(Task) if row.kind == kind and row.done_at is None]
        return sorted((row.organisation, row.role, row.subject, row.due_on) for row in rows)

    def events(self, kind: str) -> list[StoredEvent]:
        return [event for event in self.desk.events() if event.type.startswith(kind)]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    key = tmp_path / "keys" / "records.key"
    create_records_key(key)
    return Office(Desk(database, furnish(database)), Vault(key))
