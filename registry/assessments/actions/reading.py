"""Reading an assessment: its owner does, and the parties of the agreements it covers."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from registry import clock
from registry.assessments import deadlines, queries
from registry.assessments.actions.change import SUBJECTS, Acting, Opened, check_reads, law_for, open_stored
from registry.assessments.atrs import AtrsRecord, Facts, record_of
from registry.assessments.covers import parties_of, uncovered
from registry.assessments.differences import differences
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.assessments.queries import Version
from registry.assessments.rules import NoSuchAssessment, NoSuchVersion
from registry.assessments.schemas import (
    AdoptionOut,
    AdviceOut,
    AssessmentOut,
    ConsultationOut,
    CoverageOut,
    DecisionOut,
    DifferencesOut,
    EntryOut,
    FollowUpOut,
    FoundOut,
    SummaryOut,
    VersionOut,
)
from registry.assessments.screening import ScreeningAnswer, screen, unknown_criteria
from registry.assessments.tables import Adoption, Advice, Consultation, Decision, FollowUp
from registry.assessments.transitions import Kind
from registry.auditlog import StoredEvent, history
from registry.db import Reading
from registry.policy import Law
from registry.web.body import InvalidParameters, field_error
from registry.web.etags import tag


def read(reading: Reading, kind: Kind, identifier: str, *, acting: Acting) -> tuple[AssessmentOut, str]:
    """An assessment with everything said and decided about it, and its tag.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
    """
    opened = _open(reading, kind, identifier, acting)
    stored, document = opened.stored, opened.document
    law, today = law_for(reading, stored.owner, acting), clock.london_day(acting.now)
    approval, clocks = queries.find_approval(reading, stored), law.assessment_clocks
    is_dpia = isinstance(document, DpiaDocument)
    answer = AssessmentOut(
        id=stored.id,
        kind=kind,
        owner=stored.owner,
        status=stored.status,
        version=stored.version,
        hash=stored.hash,
        supersedes=stored.supersedes,
        valid_until=stored.valid_until,
        document=json.loads(stored.document),
        screening=screen(law, document.screening.criteria) if isinstance(document, DpiaDocument) else None,
        levels=_levels(document, law) if isinstance(document, DpiaDocument) else {},
        coverage=list(_coverage(reading, opened, acting)),
        stage=stored.limits.stage,
        conditions=list(approval.conditions),
        review=deadlines.review_clock(clocks, approval, today) if is_dpia else None,
        effect=deadlines.effect_clock(clocks, approval, today),
        consultations=_consultations(reading, stored.id, law, today),
        history=[_entry(event) for event in reversed(history(reading, SUBJECTS[kind], stored.id))],
        **_acts(reading, stored.id),
    )
    return answer, tag(stored.revision)


def find(
    reading: Reading,
    kind: Kind,
    *,
    covers: str | None,
    status: str | None,
    after: str,
    limit: int,
    acting: Acting,
) -> FoundOut:
    """The assessments that the caller's organisation owns or adopted, page by page.

    Of an agreement that it is party to, those of other bodies too.

    Raises:
        AssessmentMayNot: the caller does not read assessments.
    """
    check_reads(reading, acting)
    body: str | None = acting.caller.organisation
    if covers is not None and body in parties_of(reading, acting.agreements, (covers,)).parties:
        body = None
    rows = queries.list_assessments(
        reading, kind, body=body, ref=covers, status=status, after=after, limit=limit + 1
    )
    results = [SummaryOut.model_validate(dict(row._mapping)) for row in rows[:limit]]
    return FoundOut(results=results, next=results[-1].id if len(rows) > limit else None)


def screening(reading: Reading, criteria: list[str], *, acting: Acting) -> ScreeningAnswer:
    """Whether a DPIA is needed where these criteria apply, with the reasons.

    Raises:
        AssessmentMayNot: the caller does not read assessments.
        InvalidParameters: a criterion is in no list.
    """
    check_reads(reading, acting)
    law = acting.policies.law
    if unknown := unknown_criteria(law, criteria):
        lists = ", ".join(law.dpia_screening)
        faults = (field_error("criterion", "unknown-code", value=code, list=lists) for code in unknown)
        raise InvalidParameters(errors=tuple(faults))
    return screen(law, criteria)


def list_versions(reading: Reading, kind: Kind, identifier: str, *, acting: Acting) -> list[VersionOut]:
    """The versions of an assessment and of those it replaced, oldest first.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
    """
    opened = _open(reading, kind, identifier, acting)
    return [_version(one) for one in queries.versions(reading, opened.stored.id)]


def compare(
    reading: Reading, kind: Kind, identifier: str, before: str | None, after: str | None, *, acting: Acting
) -> DifferencesOut:
    """What differs between two versions, named by their digests: the last two where none are named.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
        NoSuchVersion: no version has this digest, or there is no version before.
    """
    opened = _open(reading, kind, identifier, acting)
    found = queries.versions(reading, opened.stored.id)
    newer = _chosen(found, after) if after else found[-1]
    earlier = found[: found.index(newer)]
    older = _chosen(found, before) if before else (earlier[-1] if earlier else None)
    if older is None:
        raise NoSuchVersion
    changed = differences(json.loads(older.document), json.loads(newer.document))
    return DifferencesOut(before=_version(older), after=_version(newer), differences=list(changed))


def public_record(reading: Reading, identifier: str, *, acting: Acting) -> AtrsRecord:
    """The public record of the tool of a data-ethics assessment (ATRS v3), written from it.

    Raises:
        NoSuchAssessment: there is none that the caller may know of.
    """
    opened = _open(reading, Kind.ETHICS, identifier, acting)
    stored, document = opened.stored, opened.document
    if not isinstance(document, EthicsDocument):
        raise NoSuchAssessment
    covering = queries.covering_many(reading, stored.refs)
    facts = Facts(
        id=stored.id,
        owner=stored.owner,
        organisation=queries.organisation_name(reading, stored.owner),
        status=stored.status,
        decided_on=queries.find_approval(reading, stored).looked_at_on,
        dpias=tuple(sorted({one.id for ones in covering.values() for one in ones if one.kind is Kind.DPIA})),
    )
    return record_of(document, facts)


def _open(reading: Reading, kind: Kind, identifier: str, acting: Acting) -> Opened:
    return open_stored(reading, queries.find(reading, kind, identifier), kind, acting)


def _acts(reading: Reading, identifier: str) -> dict[str, Any]:
    """Advice, decisions, adoptions and what followed, as they are shown."""
    shown = (
        ("advice", Advice, AdviceOut),
        ("decisions", Decision, DecisionOut),
        ("adoptions", Adoption, AdoptionOut),
        ("follow_ups", FollowUp, FollowUpOut),
    )
    return {
        name: [out.model_validate(row) for row in queries.list_acts(reading, table, identifier)]
        for name, table, out in shown
    }


def _consultations(reading: Reading, identifier: str, law: Law, today: date) -> list[ConsultationOut]:
    return [
        ConsultationOut(
            **{name: value for name, value in row.items() if name in ConsultationOut.model_fields},
            clock=deadlines.reply_clock(
                law.assessment_clocks.consultation_of(row["regime"]),
                submitted_on=row["submitted_on"],
                extended_on=row["extended_on"],
                replied_on=row["replied_on"],
                today=today,
            ),
        )
        for row in queries.list_acts(reading, Consultation, identifier)
    ]


def _coverage(reading: Reading, opened: Opened, acting: Acting) -> Iterator[CoverageOut]:
    stored = opened.stored
    for ref, missing in uncovered(reading, acting.agreements, stored.refs, stored.scope):
        yield CoverageOut(
            ref=ref,
            covered=not missing,
            **{f"missing_{name}": sorted(codes) for name, codes in asdict(missing).items()},
        )


def _levels(document: DpiaDocument, law: Law) -> dict[str, dict[str, str]]:
    levels = {risk.id: risk.levels(law.risk_matrix) for risk in document.risks}
    return {risk: {"overall": before, "residual": after} for risk, (before, after) in levels.items()}


def _chosen(found: list[Version], digest: str) -> Version:
    for version in found:
        if version.hash == digest:
            return version
    raise NoSuchVersion


def _version(version: Version) -> VersionOut:
    return VersionOut(assessment=version.assessment, number=version.number, hash=version.hash)


def _entry(event: StoredEvent) -> EntryOut:
    return EntryOut(
        log_index=event.index,
        type=event.type,
        at=event.at,
        organisation=event.org,
        role=event.members.get("role"),
        decision=event.members.get("decision"),
    )
