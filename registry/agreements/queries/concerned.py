"""Which agreements what happened elsewhere may change: assessments, incidents, what parties can show."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from registry.agreements.queries.versions import PARTY, VERSION
from registry.agreements.rules import IN_FORCE
from registry.assessments.queries import refs_covered
from registry.auditlog import StoredEvent
from registry.db import Reading, table
from registry.records.tables import Incident

INCIDENT = table(Incident)
ASSESSMENTS, INCIDENTS, ASSURANCES = ("dpia.", "ethics."), "incident.", "assurance."


def concerned(reading: Reading, events: Sequence[StoredEvent]) -> list[str]:
    """The references of agreements that these events may change, each once, in order."""
    assessments = {event.subject_id for event in events if event.type.startswith(ASSESSMENTS)}
    incidents = {event.subject_id for event in events if event.type.startswith(INCIDENTS)}
    bodies = {event.members["party"] for event in events if event.type.startswith(ASSURANCES)}
    refs = set(refs_covered(reading, assessments)) if assessments else set()
    if incidents:
        refs |= {ref for (ref,) in reading.all(select(INCIDENT.c.ref).where(INCIDENT.c.id.in_(incidents)))}
    return sorted(refs | _in_force_of(reading, bodies))


def _in_force_of(reading: Reading, organisations: Iterable[str]) -> set[str]:
    """The agreements in force of any of these bodies."""
    named = sorted(organisations)
    if not named:
        return set()
    statement = (
        select(VERSION.c.ref)
        .join(PARTY, PARTY.c.version_id == VERSION.c.id)
        .where(PARTY.c.organisation.in_(named), VERSION.c.status.in_(sorted(IN_FORCE)))
    )
    return {ref for (ref,) in reading.all(statement.distinct())}
