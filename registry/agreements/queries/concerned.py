"""Which agreements what happened elsewhere may change: assessments, incidents, what parties can show."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from registry.agreements.queries.versions import PARTY, VERSION
from registry.agreements.rules import IN_FORCE
from registry.assessments.queries import refs_covered
from registry.auditlog import StoredEvent, history
from registry.db import Reading, table
from registry.records.rules import SEVERE
from registry.records.tables import Incident

INCIDENT = table(Incident)
REVIEWS = frozenset({"agreement.review_started", "agreement.review_called"})
ASSESSMENTS, INCIDENTS, ASSURANCES = ("dpia.", "ethics."), "incident.", "assurance."


def concerned(reading: Reading, events: Sequence[StoredEvent]) -> list[str]:
    """The references of agreements that these events may change, each once, in order."""
    assessments = {event.subject_id for event in events if event.type.startswith(ASSESSMENTS)}
    incidents = {event.subject_id for event in events if event.type.startswith(INCIDENTS)}
    bodies = {event.members["party"] for event in events if event.type.startswith(ASSURANCES)}
    refs = set(refs_covered(reading, assessments)) if assessments else set()
    return sorted(refs | _refs_of_incidents(reading, incidents) | _in_force_of(reading, bodies))


def reviewed(reading: Reading, events: Sequence[StoredEvent]) -> list[tuple[str, str]]:
    """The references of agreements whose DPIAs these events put in question, each with the trigger."""
    severe = {event.subject_id for event in events if _turned_severe(reading, event)}
    breached = {(ref, "breach") for ref in _refs_of_incidents(reading, severe)}
    return sorted(
        breached | {(event.subject_id, "agreement-review") for event in events if event.type in REVIEWS}
    )


def _turned_severe(reading: Reading, event: StoredEvent) -> bool:
    """Whether an incident is severe by this event, and was not before it."""
    if not _tells_severe(event):
        return False
    told = history(reading, event.subject_kind, event.subject_id)
    return not any(_tells_severe(one) for one in told if one.index < event.index)


def _tells_severe(event: StoredEvent) -> bool:
    return event.type.startswith(INCIDENTS) and event.members.get("decision") in SEVERE


def _refs_of_incidents(reading: Reading, incidents: Iterable[str]) -> set[str]:
    named = sorted(incidents)
    if not named:
        return set()
    return {ref for (ref,) in reading.all(select(INCIDENT.c.ref).where(INCIDENT.c.id.in_(named)))}


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
