"""The agreements that records speak of, seen from below: `agreements` implements `AgreementRegister`."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from registry.db import Reading
from registry.policy import RecordKeeping
from registry.records.rules import Wanted


@dataclass(frozen=True, slots=True)
class FlowSeen:
    """One directed flow: who discloses, who receives."""

    id: str
    holder: str
    recipient: str


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """What records ask of an agreement: of the versions in force, or of its newest. Primary identifiers.

    `notify_hours`: within how many hours a partner is told of an incident; None where the terms do not say.
    """

    ref: str
    parties: frozenset[str]
    flows: tuple[FlowSeen, ...]
    notify_hours: int | None


@dataclass(frozen=True, slots=True)
class BodyContacts:
    """Where one party answers people who use their rights; empty where the terms do not say."""

    organisation: str
    rights: str
    complaints: str
    foi: str
    ig: str


@dataclass(frozen=True, slots=True)
class RightsContacts:
    """Who answers for an agreement: subject access and complaints in words, and each party's mailboxes."""

    subject_access: str
    complaints: str
    complaints_acknowledged_days: int | None
    bodies: tuple[BodyContacts, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An agreement that is over for a recipient, and since which day; None where a flow alone ended."""

    ref: str
    recipient: str
    on: date | None


@runtime_checkable
class AgreementRegister(Protocol):
    """Looks up agreements by reference, and over the whole register."""

    def agreement(self, reading: Reading, ref: str) -> AgreementSeen | None:
        """An agreement, or None where there is none."""

    def contacts(self, reading: Reading, ref: str) -> RightsContacts | None:
        """The contacts of an agreement that has been in force and is published, else None."""

    def suspended_for(self, reading: Reading, incident: str) -> list[str]:
        """The flows that are suspended because of an incident."""

    def ended(self, reading: Reading) -> list[Ended]:
        """Every recipient for which a flow of an agreement was live and ended, and none runs any more."""

    def wanted(self, reading: Reading, today: date, periods: RecordKeeping) -> list[Wanted]:
        """The tasks that agreements, assessments, assurances and trainings call for."""
