"""What an agreement asks of the assessments that cover it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam
from sqlmodel import col, select

from registry.assessments.approval import Approval, approval_of
from registry.assessments.covers import Extent
from registry.assessments.documents import Limits
from registry.assessments.queries.acts import acts_on, adopters, consultation_of, stage_of, stated
from registry.assessments.queries.rows import select_columns
from registry.assessments.tables import Advice, Assessment, AssessmentCover, Consultation, Decision, FollowUp
from registry.assessments.transitions import APPROVED, CONSULTED, Kind, Status
from registry.db import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringAssessment:
    """What an agreement asks of an assessment that covers it. Organisations are primary identifiers.

    `approved` says nothing of dates: an approval holds up to and including `valid_until`, for what is inside
    the scope and for the owner and those that adopted it. `advised`: the DPO or the panel has spoken of the
    present text. `consultation`: how far the regulator has come with it (nothing, `submitted`, `advice`,
    `cleared`). `limits` is what else its text says, `approval` what became of its last approval.
    """

    id: str
    kind: Kind
    owner: str
    status: Status
    approved: bool
    not_required: bool
    advised: bool
    valid_until: date | None
    adopted_by: frozenset[str]
    scope_categories: frozenset[str]
    scope_purposes: frozenset[str]
    scope_parties: frozenset[str]
    consultation: str = ""
    limits: Limits = field(default_factory=Limits)
    approval: Approval = field(default_factory=Approval)

    @property
    def lacks_consultation(self) -> bool:
        """Whether a risk stays high and the regulator has not replied (DP-02)."""
        return self.limits.high_residual and self.consultation not in CONSULTED

    @property
    def overruled(self) -> bool:
        """Whether it was approved against the advice."""
        return self.approval.departs

    @property
    def overruled_without_reasons(self) -> bool:
        """Whether it was approved against the advice and nobody said why (DP-04)."""
        return self.approval.departs and not self.approval.departure

    def is_valid(self, day: date) -> bool:
        """Whether it is approved and has not run out on a London day."""
        return self.approved and (self.valid_until is None or day <= self.valid_until)

    def age_days(self, day: date) -> int | None:
        """Days since it was approved, or last confirmed at a review (DP-06); None before an approval."""
        begins = self.approval.looked_at_on
        return None if begins is None else (day - begins).days

    def leaves_out(self, extent: Extent) -> Extent:
        """What of an agreement it does not speak of (DP-05)."""
        return extent.beyond(
            Extent(categories=self.scope_categories, purposes=self.scope_purposes, parties=self.scope_parties)
        )

    def overdue_conditions(self, day: date) -> int:
        """How many of its conditions should have been met before a London day and are not."""
        return sum(condition.is_overdue(day) for condition in self.approval.conditions)

    def outside(self, day: date, *, area: str, model_version: str) -> tuple[str, ...]:
        """What of a use lies outside the approval of a tool: the version, the area, the day (ET-02).

        A version that is not said (empty) is the one that was assessed. An area that is not said is outside
        where the pilot is limited to some.
        """
        limits = self.limits
        beyond = {
            model_version: model_version not in ("", limits.model_version),
            area or ", ".join(limits.pilot_areas): bool(limits.pilot_areas)
            and area not in limits.pilot_areas,
            day.isoformat(): limits.pilot_starts_on is not None and day < limits.pilot_starts_on,
        }
        return tuple(said for said, is_beyond in beyond.items() if is_beyond)


def covering(reading: Reading, ref: str) -> list[CoveringAssessment]:
    """Every assessment that covers an agreement, oldest first, whatever its status."""
    return covering_many(reading, (ref,))[ref]


def covering_many(reading: Reading, refs: Collection[str]) -> dict[str, list[CoveringAssessment]]:
    """Every assessment that covers each of these agreements, in few queries however many there are."""
    rows = reading.all(_covering_statement(), refs=list(refs))
    found: dict[str, list[CoveringAssessment]] = {ref: [] for ref in refs}
    identifiers = {row.id for row in rows}
    adopted = adopters(reading, identifiers)
    consultations = acts_on(reading, Consultation, identifiers)
    decisions, later = (acts_on(reading, table, identifiers) for table in (Decision, FollowUp))
    for row in rows:
        limits = Limits.model_validate(row.limits, strict=False)
        approval = approval_of(row.hash, decisions[row.id], later[row.id], stated(limits.conditions))
        consultation = stage_of(consultation_of(consultations[row.id], row.hash))
        found[row.ref].append(_covering(row, adopted[row.id], limits, approval, consultation))
    return found


@cache
def _covering_statement() -> Any:
    """Built once, because every signature runs it."""
    return (
        select_columns(Assessment)
        .add_columns(col(AssessmentCover.ref), _advised().label("advised"))
        .join(AssessmentCover, col(AssessmentCover.assessment) == col(Assessment.id))
        .where(col(AssessmentCover.ref).in_(bindparam("refs", expanding=True)))
        .order_by(col(Assessment.id))
    )


def _advised() -> Any:
    """Whether anyone advised on the present text of the assessment in the outer query."""
    return (
        select(Advice.id)
        .where(col(Advice.assessment) == col(Assessment.id), col(Advice.hash) == col(Assessment.hash))
        .exists()
    )


def _covering(
    row: Row[Any], adopted_by: frozenset[str], limits: Limits, approval: Approval, consultation: str
) -> CoveringAssessment:
    return CoveringAssessment(
        id=row.id,
        kind=Kind(row.kind),
        owner=row.owner,
        status=Status(row.status),
        approved=row.status in APPROVED,
        not_required=row.status == Status.NOT_REQUIRED,
        advised=bool(row.advised),
        valid_until=row.valid_until,
        adopted_by=adopted_by,
        scope_categories=frozenset(row.scope["categories"]),
        scope_purposes=frozenset(row.scope["purposes"]),
        scope_parties=frozenset(row.scope["parties"]),
        consultation=consultation,
        limits=limits,
        approval=approval,
    )
