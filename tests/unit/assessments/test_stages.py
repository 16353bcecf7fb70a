"""The stages of a data-ethics assessment, and what a pilot limits."""

from datetime import date
from typing import Any

import pytest

from registry.assessments.documents import Limits
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind, Status
from tests.samples.assessments import LAW, ethics_document

DAY = date(2026, 11, 22)
PILOT = {"area": "Preston", "until": "2027-01-31", "areas": ["E07000123"], "starts_on": "2026-11-22"}


def assessment(**limits: Any) -> CoveringAssessment:
    return CoveringAssessment(
        id="a",
        kind=Kind.ETHICS,
        owner="police:x",
        status=Status.APPROVED_FOR_PILOT,
        approved=True,
        not_required=False,
        advised=True,
        valid_until=None,
        adopted_by=frozenset(),
        scope_categories=frozenset(),
        scope_purposes=frozenset(),
        scope_parties=frozenset(),
        limits=Limits(**limits),
    )


def test_an_idea_needs_no_answers_and_a_pilot_needs_its_limits() -> None:
    idea = ethics_document(stage="idea", answers={}, covers=[], model={})
    assert idea.gaps(LAW) == ()
    assert idea.findings(LAW, dpo_designated=True).idea
    missing = ethics_document(stage="before-pilot").gaps(LAW)
    assert [gap.pointer for gap in missing] == ["/pilot"]


@pytest.mark.parametrize(
    ("changes", "stage"),
    [({}, "before-use"), ({"pilot": PILOT}, "before-pilot"), ({"stage": "idea", "pilot": PILOT}, "idea")],
)
def test_without_a_stage_a_pilot_says_which_it_is(changes: dict[str, Any], stage: str) -> None:
    assert ethics_document(**changes).asked_at == stage


def test_beyond_the_pilot_stage_a_pilot_limits_nothing() -> None:
    used = ethics_document(stage="before-use", pilot=PILOT)
    assert used.findings(LAW, dpo_designated=True).pilot_until is None
    assert used.limits(LAW).pilot_areas == []
    assert ethics_document(pilot=PILOT).limits(LAW).pilot_areas == ["E07000123"]


@pytest.mark.parametrize(
    ("area", "version", "day", "outside"),
    [
        ("E07000123", "2.1", DAY, ()),
        ("E07000123", "", DAY, ()),
        ("E07000123", "3.0", DAY, ("3.0",)),
        ("E06000009", "2.1", DAY, ("E06000009",)),
        ("", "2.1", DAY, ("E07000123",)),
        ("E07000123", "2.1", date(2026, 11, 21), ("2026-11-21",)),
    ],
)
def test_what_lies_outside_a_pilot_is_named(
    area: str, version: str, day: date, outside: tuple[str, ...]
) -> None:
    pilot = assessment(model_version="2.1", pilot_areas=["E07000123"], pilot_starts_on=DAY)
    assert pilot.outside(day, area=area, model_version=version) == outside


def test_what_is_not_limited_has_no_outside() -> None:
    assert assessment(model_version="2.1").outside(DAY, area="Leeds", model_version="2.1") == ()
