"""The desk at which openings are read and erased, on both databases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.queries import bodies
from registry.auditlog.rules import NoPublicOpening
from registry.auditlog.tables import OPENING
from registry.callers import Caller
from registry.db import Database
from registry.exports.full import write_export
from registry.housekeeping import LEDGERS
from registry.openings import actions
from registry.openings.schemas import EraseIn
from registry.organisations.actions import Acting
from registry.verification.verify import verify
from tests.auditlog_world import SIGNER, sign
from tests.integration.exports.conftest import TRUST
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, ROLES, furnish
from tests.samples.agreements import TRUST as HOSPITAL
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


@dataclass(frozen=True)
class Office:
    """A desk whose log is published, and what is done with its openings."""

    desk: Desk
    folder: Path

    def publish(self) -> None:
        sign(self.desk.db, self.folder)

    def reads(self, index: int, caller: Caller | None, field: str = "entry") -> str | None:
        """What a caller reads; None where they are told that there is nothing."""
        acting = Acting(caller, NOW, POLICIES) if caller else None
        try:
            with self.desk.db.read() as reading:
                return str(actions.read(reading, index, field, acting=acting).value)
        except NoPublicOpening:
            return None

    def readers(self, index: int, field: str = "entry") -> set[tuple[str, str]]:
        everyone = [(body, role) for body in (LANCASHIRE, BLACKPOOL, POLICE, HOSPITAL) for role in ROLES]
        return {who for who in everyone if self.reads(index, self.desk.cast(*who), field) is not None}

    def ask(self, index: int, field: str, *, by: Caller) -> str:
        wanted = EraseIn.model_validate({"index": index, "field": field, "reason": "unlawful"})
        with self.desk.db.write() as tx:
            return actions.ask(tx, wanted, acting=Acting(by, NOW, POLICIES)).id

    def confirm(self, erasure: str, *, by: Caller) -> None:
        with self.desk.db.write() as tx:
            actions.confirm(tx, erasure, acting=Acting(by, NOW, POLICIES))

    def erase(self, index: int, field: str) -> None:
        asked = self.ask(index, field, by=self.desk.cast(LANCASHIRE, "dpo"))
        self.confirm(asked, by=self.desk.cast(LANCASHIRE, "siro"))

    def opening(self, index: int, field: str) -> Any:
        with self.desk.db.read() as reading:
            where = (OPENING.c.idx == index, OPENING.c.field == field)
            return reading.one_or_none(select(OPENING).where(*where))

    def body(self, index: int) -> bytes:
        with self.desk.db.read() as reading:
            return bodies(reading, index, 1)[0]

    def check(self) -> None:
        """The log is sound in the database, and an export of it verifies."""
        self.publish()
        path = self.folder / "export.zip"
        with self.desk.db.read() as reading:
            assert find_tampering(reading, SIGNER.keys, ledgers=LEDGERS).findings == []
            write_export(reading, path, TRUST)
        assert verify(path, SIGNER.key).findings == []


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(Desk(database, furnish(database)), tmp_path)
