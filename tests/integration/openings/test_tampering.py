"""LOG acceptance 12, beyond the log's own tables: whoever changes a row that stands for an entry is found.

The rows of the log itself are tampered with in tests/integration/auditlog/test_tampering.py. Here each change
is made in a transaction that is looked at and then rolled back, so that all of them share one register.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Executable, Table, delete, insert, update

from registry.agreements.tables import AgreementFlow, AgreementVersion, FrozenText, Signature
from registry.assessments.tables import Adoption, Advice, Assessment, AssessmentText, Decision
from registry.assessments.transitions import Kind
from registry.auditlog.checking.tampering import find_tampering
from registry.auditlog.tables import ERASURE, OPENING, SERVED
from registry.db import Database, new_id, table
from registry.db.migrate import migrate
from registry.housekeeping import LEDGERS
from tests import postgres
from tests.auditlog_world import SIGNER
from tests.integration.auditlog.damage import without_guards
from tests.integration.openings.conftest import Office
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, furnish
from tests.samples.desk import Desk

SIGNATURE, FROZEN, VERSION, FLOW = map(table, (Signature, FrozenText, AgreementVersion, AgreementFlow))
DECISION, ADVICE, ADOPTION = map(table, (Decision, Advice, Adoption))
ASSESSMENT, TEXT = map(table, (Assessment, AssessmentText))
OTHER = "sha256:" + "00" * 32
EARLIER = NOW.replace(year=2020)


@dataclass(frozen=True)
class Told:
    """A register in which every table has a row, and what a change needs to know of it."""

    office: Office
    person: str
    entry: int
    draft: str


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A signed agreement, a refused one, an approved and adopted DPIA, an opening that was erased."""
    folder = tmp_path_factory.mktemp("tampering")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'registry.sqlite3'}"
        migrate(url)
        yield made(database := Database(url), folder)
        database.dispose()
        return
    server = request.getfixturevalue("postgres_server")
    with postgres.database(server, template=request.getfixturevalue("postgres_template")) as url:
        yield made(database := Database(url), folder)
        database.dispose()


def made(database: Database, folder: Path) -> Told:
    desk = Desk(database, furnish(database))
    office = Office(desk, folder)
    identifier = desk.approved(Kind.DPIA, desk.active().ref)
    desk.adopt(Kind.DPIA, identifier, BLACKPOOL)
    desk.refuse(desk.accepted(), LANCASHIRE)
    erased, draft = desk.create().log_index, desk.create().ref
    office.erase(erased, "entry")
    office.publish()
    return Told(office, str(desk.officer().person), erased, desk.read(draft).version.id)


def found(told: Told, *changes: Executable) -> set[str]:
    """What is found, and where: the table alone, as the rows have other names in each run."""
    names = set[str]()

    def look() -> None:
        with without_guards(told.office.desk.db) as tx:
            for change in changes:
                tx.execute(change)
            report = find_tampering(tx, SIGNER.keys, ledgers=LEDGERS)
            names.update(f"{finding.code} {finding.place.split()[0]}" for finding in report.findings)
            raise RolledBack

    with pytest.raises(RolledBack):
        look()
    return names


class RolledBack(Exception):
    """What ends a transaction in a test."""


def test_an_honest_register_is_sound(told: Told) -> None:
    assert found(told) == set()


Change = Callable[[Told], Executable]


def changing(target: Table, **values: object) -> Change:
    return lambda told: update(target).values(
        {name: told.person if value == "person" else value for name, value in values.items()}
    )


TAMPERING: dict[str, tuple[Change, set[str]]] = {
    "a signature's version": (
        lambda told: update(SIGNATURE).values(version_id=told.draft).where(SIGNATURE.c.decision == "refuse"),
        {"row-changed signature"},
    ),
    "a signature's body": (
        lambda told: update(SIGNATURE).values(organisation=POLICE).where(SIGNATURE.c.decision == "refuse"),
        {"row-changed signature"},
    ),
    "a signature's role": (changing(SIGNATURE, role="siro"), {"row-changed signature"}),
    "a signature's person": (changing(SIGNATURE, person="person"), {"row-changed signature"}),
    "a refusal made a signature": (changing(SIGNATURE, decision="sign"), {"row-changed signature"}),
    "a signature's hash": (changing(SIGNATURE, hash=OTHER), {"row-changed signature"}),
    "a signature's strength": (changing(SIGNATURE, strength="passkey"), {"row-changed signature"}),
    "a signature's mark": (changing(SIGNATURE, marked="key-reset"), {"row-changed signature"}),
    "a signature's instant": (changing(SIGNATURE, signed_at=EARLIER), {"row-changed signature"}),
    "a signature's entry": (
        lambda told: update(SIGNATURE).values(log_index=0).where(SIGNATURE.c.decision == "refuse"),
        {"row-missing signature", "row-foreign signature"},
    ),
    "a signature that is gone": (lambda told: delete(SIGNATURE), {"row-missing signature"}),
    "a signature too many": (
        lambda told: insert(SIGNATURE).values(
            id=new_id(),
            version_id=told.draft,
            organisation=LANCASHIRE,
            role="signatory",
            person=told.person,
            decision="sign",
            hash=OTHER,
            reason="",
            strength="session",
            marked="",
            signed_at=NOW,
            log_index=0,
        ),
        {"row-foreign signature"},
    ),
    "a version's text": (changing(VERSION, document=b"{}"), {"row-changed agreement_version"}),
    "a version's hash": (changing(VERSION, hash=OTHER), {"row-changed agreement_version"}),
    "a draft made active": (
        lambda told: update(VERSION).values(status="active").where(VERSION.c.id == told.draft),
        {"row-changed agreement_version"},
    ),
    "a rejected version that goes on": (
        lambda told: update(VERSION).values(status="in_review").where(VERSION.c.status == "rejected"),
        {"row-changed agreement_version"},
    ),
    "a flow made live": (
        lambda told: update(FLOW).values(state="live").where(FLOW.c.state == "ended"),
        {"row-changed agreement_flow"},
    ),
    "a flow ended": (
        lambda told: update(FLOW).values(state="ended").where(FLOW.c.state == "live"),
        {"row-changed agreement_flow"},
    ),
    "a frozen text": (changing(FROZEN, document=b"{}"), {"row-changed frozen_text"}),
    "a frozen text that is gone": (lambda told: delete(FROZEN), {"row-missing frozen_text"}),
    "a decision": (changing(DECISION, decision="reject"), {"row-changed assessment_decision"}),
    "a decision's text": (changing(DECISION, hash=OTHER), {"row-changed assessment_decision"}),
    "a decision's person": (changing(DECISION, person="person"), {"row-changed assessment_decision"}),
    "a decision's role": (changing(DECISION, role="dpo"), {"row-changed assessment_decision"}),
    "a decision's strength": (changing(DECISION, strength="passkey"), {"row-changed assessment_decision"}),
    "a decision's instant": (changing(DECISION, decided_at=EARLIER), {"row-changed assessment_decision"}),
    "a decision that is gone": (lambda told: delete(DECISION), {"row-missing assessment_decision"}),
    "advice": (changing(ADVICE, advice="against"), {"row-changed assessment_advice"}),
    "advice by another": (changing(ADVICE, person="person"), {"row-changed assessment_advice"}),
    "advice that is gone": (lambda told: delete(ADVICE), {"row-missing assessment_advice"}),
    "an adoption by another": (changing(ADOPTION, person="person"), {"row-changed assessment_adoption"}),
    "an adoption that is gone": (lambda told: delete(ADOPTION), {"row-missing assessment_adoption"}),
    "an assessment's hash": (changing(ASSESSMENT, hash=OTHER), {"row-changed assessment"}),
    "an assessment's text": (changing(TEXT, document=b"{}"), {"row-changed assessment_text"}),
    "an assessment's text that is gone": (lambda told: delete(TEXT), {"row-missing assessment_text"}),
    "an erasure's reason": (changing(ERASURE, reason_code="objection"), {"row-changed log_erasure"}),
    "an erasure's entry": (changing(ERASURE, log_index=0), {"row-changed log_erasure"}),
    "what an erased entry named before it": (changing(ERASURE, previous=0), {"row-changed log_subject"}),
    "an erasure that is gone": (lambda told: delete(ERASURE), {"row-missing log_erasure"}),
    "an erasure that nobody made": (
        lambda told: insert(ERASURE).values(
            id=new_id(),
            idx=0,
            field="entry",
            organisation=LANCASHIRE,
            reason_code="objection",
            asked_by=None,
            asked_at=NOW,
            confirmed_by=None,
            log_index=1,
        ),
        {"row-foreign log_erasure"},
    ),
    "an erased opening that is back": (
        lambda told: insert(OPENING).values(
            idx=told.entry, field="entry", salt=bytes(32), value="{}", public=False
        ),
        {"row-changed log_opening", "row-foreign log_opening", "row-changed log_subject"},
    ),
    "a note that is served": (changing(SERVED, note="x\n\ny\n"), {"row-changed served_checkpoint"}),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_named(told: Told, what: str) -> None:
    change, findings = TAMPERING[what]
    assert found(told, change(told)) == findings
