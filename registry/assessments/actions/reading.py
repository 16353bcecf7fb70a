"""Reading an assessment: its owner does, and the parties of the agreements it covers."""

import json

from registry.assessments import queries
from registry.assessments.actions.change import SUBJECTS, Acting, open_stored
from registry.assessments.dpia import DpiaDocument
from registry.assessments.schemas import (
    AdoptionOut,
    AdviceOut,
    AssessmentOut,
    ConsultationOut,
    DecisionOut,
    EntryOut,
)
from registry.assessments.tables import Adoption, Advice, Consultation, Decision
from registry.assessments.transitions import Kind
from registry.auditlog import StoredEvent, history
from registry.db import Reading
from registry.policy import Law
from registry.web.etags import tag


def read(reading: Reading, kind: Kind, identifier: str, *, acting: Acting) -> tuple[AssessmentOut, str]:
    """An assessment with everything said and decided about it, and its tag.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
    """
    opened = open_stored(reading, queries.find(reading, kind, identifier), kind, acting)
    stored, document = opened.stored, opened.document
    acts = (
        queries.list_acts(reading, table, stored.id) for table in (Advice, Consultation, Decision, Adoption)
    )
    advice, consultations, decisions, adoptions = acts
    answer = AssessmentOut(
        id=stored.id,
        kind=kind,
        owner=stored.owner,
        status=stored.status,
        version=stored.version,
        hash=stored.hash,
        valid_until=stored.valid_until,
        document=json.loads(stored.document),
        levels=_levels(document, acting.policies.law) if isinstance(document, DpiaDocument) else {},
        advice=[AdviceOut.model_validate(row) for row in advice],
        consultations=[ConsultationOut.model_validate(row) for row in consultations],
        decisions=[DecisionOut.model_validate(row) for row in decisions],
        adoptions=[AdoptionOut.model_validate(row) for row in adoptions],
        history=[_entry(event) for event in reversed(history(reading, SUBJECTS[kind], stored.id))],
    )
    return answer, tag(stored.revision)


def _levels(document: DpiaDocument, law: Law) -> dict[str, dict[str, str]]:
    levels = {risk.id: risk.levels(law.risk_matrix) for risk in document.risks}
    return {risk: {"overall": before, "residual": after} for risk, (before, after) in levels.items()}


def _entry(event: StoredEvent) -> EntryOut:
    return EntryOut(
        log_index=event.index,
        type=event.type,
        at=event.at,
        organisation=event.org,
        role=event.members.get("role"),
        decision=event.members.get("decision"),
    )
