"""What is told of a version's life: reviews, answers, notices, what survives. Rows in, wire models out."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from registry import clock
from registry.agreements.actions.reading import Read
from registry.agreements.ageing import Surviving
from registry.agreements.schemas import (
    FlowOut,
    NoticeOut,
    OutsideOut,
    QualityReviewOut,
    ReviewAnswerOut,
    SurvivingOut,
)
from registry.web.catalogue import catalogue, fill


def told(found: Read) -> dict[str, Any]:
    """The members of an answer that tell of a version's life, as far as the caller may know."""
    return {
        "flows": flows(found),
        "reviews": [_review(row) for row in found.life.reviews],
        "review_answers": [_answer(row) for row in found.life.answers],
        "notices": [
            NoticeOut(organisation=row.organisation, effective_on=row.effective_on)
            for row in found.life.notices
        ],
        "surviving": survivors(found.life.surviving),
        "signed_outside": _outside(found),
    }


def flows(found: Read) -> list[FlowOut]:
    """Every flow, its state, and the rules under which it goes on with a warning or is stopped."""
    return [
        FlowOut(id=flow, state=row.state.value, warned_of=row.warned_of, stopped_by=row.stopped_by)
        for flow, row in found.version.flow_rows.items()
    ]


def _outside(found: Read) -> OutsideOut | None:
    """Who attests a version signed outside, and a sentence that says what it does not meet."""
    version = found.version
    if not version.attested_by:
        return None
    said = catalogue()["signed-outside-unmet" if version.shortcomings else "signed-outside-sound"]
    facts: dict[str, object] = {"rules": ", ".join(version.shortcomings), "organisation": version.attested_by}
    return OutsideOut(
        organisation=version.attested_by,
        unmet=list(version.shortcomings),
        en=fill(said.en, facts),
        cy=fill(said.cy, facts),
    )


def survivors(found: Iterable[Surviving]) -> list[SurvivingOut]:
    """Obligations that bind after their flow, as they go over the wire."""
    return [SurvivingOut.model_validate(asdict(one)) for one in found]


def _review(row: Row[Any]) -> QualityReviewOut:
    return QualityReviewOut(
        organisation=row.organisation,
        outcome=row.outcome,
        comments=row.comments,
        interests=row.interests,
        reviewed_at=clock.stamp(row.reviewed_at),
    )


def _answer(row: Row[Any]) -> ReviewAnswerOut:
    said = json.loads(row.document)
    return ReviewAnswerOut(
        organisation=row.organisation,
        review_on=row.review_on,
        achieved=said["achieved"],
        evidence=said["evidence"],
        helped_or_harmed=said["helped_or_harmed"],
        continues=row.continues,
        answered_at=clock.stamp(row.answered_at),
        log_index=row.log_index,
    )
