"""The page on which an assessment is advised on or decided: what it says, what was said of it, what waits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from registry.assessments import actions
from registry.assessments.schemas import AssessmentOut
from registry.assessments.transitions import HOLDERS, Kind
from registry.auditlog import Subject
from registry.db import Reading
from registry.passkeys.ceremonies import Deciding
from registry.signing import queries
from registry.signing.approving import Means, means_of
from registry.signing.asking import Asking
from registry.signing.brief import ADVICE, GIVEN_BY, Words, clipped
from registry.signing.inbox import KINDS, Pair
from registry.signing.steps import Step, step_of
from registry.web.pages import Sentence, lazy

SUBJECTS = {Kind.DPIA: "dpia", Kind.ETHICS: "ethics-assessment"}
"""What a passkey's statement calls an assessment of each kind."""

SAID_WORDS = 90
"""Words that are shown of what the assessment says it is for; the whole is one link away."""

DECIDED = {
    "approve": lazy("Approved"),
    "approve_with_conditions": lazy("Approved with conditions"),
    "reject": lazy("Rejected"),
    "revoke": lazy("The approval was taken back"),
}


@dataclass(frozen=True, slots=True)
class WeighedRisk:
    """A risk with its level before and after the measures."""

    name: str
    before: str
    after: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Advice or a decision: in which role, what, in whose words, when."""

    role: Pair | Sentence
    says: Sentence
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """Everything the page shows. `step` is what the person is to do, None where that is nothing."""

    kind: Kind
    id: str
    kind_name: Sentence
    title: Pair | Sentence
    owner: Pair
    hash: str
    etag: str
    covers: tuple[str, ...]
    about: tuple[str, ...]
    risks: tuple[WeighedRisk, ...]
    conditions: tuple[str, ...]
    until: date | None
    said: tuple[Said, ...]
    step: Step | None
    role: str
    role_name: Pair
    means: Means | None
    why_not: Sentence


def read_assessment_page(reading: Reading, kind: Kind, identifier: str, *, asking: Asking) -> AssessmentPage:
    """The page of one assessment for one person.

    Raises:
        NoSuchAssessment: there is none that they may know of.
    """
    found, etag = actions.read(reading, kind, identifier, acting=asking.acting)
    law = asking.policies.law
    names = queries.names(reading, [found.owner])
    words = Words(law, names, asking.language)
    step, role = _mine(found, asking)
    return AssessmentPage(
        kind=kind,
        id=found.id,
        kind_name=KINDS[kind],
        title=found.document.get("title") or KINDS[kind],
        owner=names[found.owner].pair,
        hash=found.hash,
        etag=etag,
        covers=tuple(found.document.get("covers", ())),
        about=tuple(_about(found.document)),
        risks=tuple(_risks(found, words)),
        conditions=tuple(one.text for one in found.conditions),
        until=found.valid_until,
        said=tuple(_said(found, law.roles)),
        step=step,
        role=role,
        role_name=_pair(law.roles[role]) if role else {},
        means=_means(reading, found, role, asking) if step is not None and step.name == "decide" else None,
        why_not=_why_not(found),
    )


def deciding_on(
    kind: Kind, identifier: str, version: int, digest: str, *, decision: str, role: str
) -> Deciding:
    """The decision on a text of an assessment, as a passkey states it."""
    return Deciding(Subject(SUBJECTS[kind], identifier, version, digest), decision, role)


def read_deciding(
    reading: Reading, kind: Kind, identifier: str, *, decision: str, asking: Asking
) -> Deciding | None:
    """The decision that a person is about to sign, in the role in which they do; None where they do not."""
    found, _ = actions.read(reading, kind, identifier, acting=asking.acting)
    step, role = _mine(found, asking)
    if step is None or step.name != "decide":
        return None
    return deciding_on(kind, found.id, found.version, found.hash, decision=decision, role=role)


def _mine(found: AssessmentOut, asking: Asking) -> tuple[Step | None, str]:
    """What the person is to do about an assessment of their organisation, and in which role."""
    step = step_of(found.kind, found.status)
    if step is None or found.owner != asking.caller.organisation:
        return None, ""
    role = next((role for role in step.roles if role in asking.caller.roles), "")
    return (step, role) if role else (None, "")


def _means(reading: Reading, found: AssessmentOut, role: str, asking: Asking) -> Means:
    kind = Kind(found.kind)
    deciding = deciding_on(kind, found.id, found.version, found.hash, decision="approve", role=role)
    is_high = any(levels.get("residual") == "high" for levels in found.levels.values())
    return means_of(reading, deciding, high_risk=is_high, asking=asking)


def _why_not(found: AssessmentOut) -> Sentence:
    if step_of(found.kind, found.status) is None:
        return lazy("This assessment waits for nobody’s advice or decision now.")
    return lazy("This assessment waits for someone in another role at its organisation.")


def _about(document: Mapping[str, Any]) -> Iterator[str]:
    """What an assessment is for, in its own words."""
    need, description = document.get("need", {}), document.get("description", {})
    model = document.get("model", {})
    tool = " ".join(model.get(name, "") for name in ("name", "version", "vendor")).strip()
    said = (tool, need.get("aim", ""), description.get("purposes", ""), description.get("nature", ""))
    yield from (clipped(text, SAID_WORDS // 3) for text in said if text)


def _risks(found: AssessmentOut, words: Words) -> Iterator[WeighedRisk]:
    for risk in found.document.get("risks", ()):
        levels, code = found.levels.get(risk["id"], {}), risk.get("code", "")
        yield WeighedRisk(
            name=words.label(words.law.dpia_risks, code) if code else risk.get("source", ""),
            before=words.level(levels.get("overall", "")),
            after=words.level(levels.get("residual", "")),
            measures=tuple(measure["text"] for measure in risk.get("measures", ())),
        )


def _said(found: AssessmentOut, roles: Mapping[str, Any]) -> Iterator[Said]:
    """Advice and decisions on the present text, in the order of time."""
    advice = [
        Said(GIVEN_BY[found.kind], ADVICE[one.advice], one.text, one.advised_at)
        for one in found.advice
        if one.hash == found.hash
    ]
    deciders = HOLDERS[Kind(found.kind), "decider"]
    decisions = [
        Said(_pair(roles[one.role or deciders[0]]), DECIDED[one.decision], one.reason, one.decided_at)
        for one in found.decisions
        if one.hash == found.hash
    ]
    yield from sorted([*advice, *decisions], key=lambda one: one.at)


def _pair(text: Any) -> Pair:
    return cast(Pair, {"en": text.en, "cy": text.cy})
