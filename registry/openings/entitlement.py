"""Whose a log entry is: the facts by which the access rules say who reads what it says, or erases it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from registry.agreements import queries as agreements
from registry.agreements.events import AgreementRefused, AgreementSigned
from registry.agreements.rules import OVER, NoSuchAgreement
from registry.assessments.queries import refs_covered
from registry.assessments.tables import Assessment
from registry.auditlog import StoredEvent
from registry.db import Reading, table
from registry.organisations.queries import find_primary
from registry.records.tables import (
    Complaint,
    DisclosureReport,
    EmergencyRecord,
    EmergencyStub,
    ExitDuty,
    Incident,
    Task,
)

ASSESSMENTS = frozenset({"dpia", "ethics-assessment"})
OF_THE_BODY = frozenset({"risk-matrix", "opening"})
"""What a body's people do for the body itself, with nothing else that it belongs to."""

SIGNED = frozenset({AgreementSigned.type, AgreementRefused.type})

OWNERS = {
    "complaint": table(Complaint).c.organisation,
    "disclosure": table(DisclosureReport).c.organisation,
    "emergency": table(EmergencyRecord).c.owner,
    "emergency_stub": table(EmergencyStub).c.owner,
    "exit": table(ExitDuty).c.organisation,
    "incident": table(Incident).c.organisation,
    "task": table(Task).c.organisation,
}
"""The body that a record of each kind belongs to."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where an entry belongs: the body that answers for it, the bodies named, the action that reads it."""

    action: str
    owner: str
    parties: frozenset[str] = frozenset()

    def resource(self) -> Mapping[str, Any]:
        """The facts of the resource."""
        return {"owner_organisation": self.owner, "parties": sorted(self.parties)}


def actor_of(reading: Reading, event: StoredEvent) -> Belonging:
    """Where the opening of an entry's actor belongs: at the body for which they acted."""
    return Belonging("log.open-actor", _present(reading, event.org))


def entry_of(reading: Reading, event: StoredEvent) -> Belonging:
    """Where the opening of a sealed entry belongs, by what the entry is about."""
    if event.subject_kind == "agreement":
        return _agreement(reading, event)
    if event.subject_kind in ASSESSMENTS:
        return _assessment(reading, event.subject_id)
    if event.subject_kind in OF_THE_BODY:
        return Belonging("record.open-entry", _present(reading, event.org))
    owner = OWNERS[event.subject_kind]
    found = reading.scalar(select(owner).where(owner.table.c.id == event.subject_id))
    return Belonging("record.open-entry", found or "")


def is_held(reading: Reading, event: StoredEvent) -> bool:
    """Whether an entry is a signature or refusal of a version that is not over."""
    if event.type not in SIGNED:
        return False
    return agreements.get(reading, event.subject_id, event.version).status not in OVER


def _agreement(reading: Reading, event: StoredEvent) -> Belonging:
    """Where an entry about an agreement belongs: at the body that acted, at the author where none did."""
    try:
        version = agreements.get(reading, event.subject_id, event.version)
    except NoSuchAgreement:
        return Belonging("agreement.open-entry", "")
    author = version.author_organisation
    owner = _present(reading, event.org or author)
    return Belonging("agreement.open-entry", owner, version.parties | {author})


def _assessment(reading: Reading, identifier: str) -> Belonging:
    assessment = table(Assessment)
    owner = reading.scalar(select(assessment.c.owner).where(assessment.c.id == identifier)) or ""
    covered = [agreements.get(reading, ref) for ref in refs_covered(reading, [identifier])]
    named = frozenset({owner}).union(*(version.parties for version in covered))
    return Belonging("assessment.open-entry", owner, named)


def _present(reading: Reading, organisation: str) -> str:
    """The body that answers for an id today: itself, or its successor."""
    return find_primary(reading, organisation) or organisation
