"""The statuses of an assessment and the transitions between them, as data.

A DPIA begins with screening. What is not needed, with reasons, and what is needed both go to the data
protection officer for advice and then to whoever accepts the risk. A residual risk that stays high waits for
the regulator's reply first (UK GDPR Article 36). A data-ethics assessment is written, shown to a panel, and
decided: at the idea, before a pilot, before use. What comes back is edited into the next version; advice on
the old text does not count for the new. What is done later to an approval that holds - a condition met, a
review called - leaves the status as it is; drift or a complaint re-opens a data-ethics assessment.

Status is reachable only through `TRANSITIONS`: of the rows for a status and an action, the first whose guard
holds is taken.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from registry.errors import FieldError


class Kind(StrEnum):
    """The two kinds of assessment."""

    DPIA = "dpia"
    ETHICS = "ethics"


class Status(StrEnum):
    """How far an assessment has come (DOMAIN 4.4, 5.2). `screening` to `regulator_consulted` are of DPIAs."""

    SCREENING = "screening"
    NOT_REQUIRED = "not_required"
    DPO_ADVICE = "dpo_advice"
    APPROVAL = "approval"
    HIGH_RESIDUAL = "high_residual"
    REGULATOR_CONSULTED = "regulator_consulted"
    REVIEW_DUE = "review_due"
    PANEL_ADVICE = "panel_advice"
    DECISION = "decision"
    IDEA_SUPPORTED = "idea_supported"
    APPROVED_FOR_PILOT = "approved_for_pilot"
    REOPENED = "reopened"
    EXPIRED = "expired"
    DRAFT = "draft"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


S = Status
Action = Literal[
    "create",
    "edit",
    "submit",
    "advise",
    "consult",
    "extend",
    "reply",
    "approve",
    "approve_with_conditions",
    "reject",
    "adopt",
    "revoke",
    "supersede",
    "fall_due",
    "answer",
    "meet",
    "call_review",
    "confirm_review",
    "reopen",
    "roll_out",
    "review_effect",
]
Verdict = Literal["approve", "approve_with_conditions", "reject"]
Role = Literal["writer", "adviser", "decider", "adopter", "keeper", "system"]
Stage = Literal["idea", "before-pilot", "before-use"]
"""When an opinion on data ethics is asked for. An idea that is supported may not be used yet."""

HOLDERS: dict[tuple[Kind, Role], tuple[str, ...]] = {
    (Kind.DPIA, "adviser"): ("dpo",),
    (Kind.DPIA, "decider"): ("siro", "asset_owner"),
    (Kind.DPIA, "adopter"): ("dpo", "siro"),
    (Kind.DPIA, "keeper"): ("siro", "asset_owner", "dpo", "ig_officer"),
    (Kind.ETHICS, "adviser"): ("ethics_lead",),
    (Kind.ETHICS, "decider"): ("siro", "ethics_lead"),
    (Kind.ETHICS, "adopter"): ("siro", "dpo", "ethics_lead"),
    (Kind.ETHICS, "keeper"): ("siro", "asset_owner", "ethics_lead", "dpo", "ig_officer"),
}
"""Which roles at an organisation act as each role of the table, the one that the log names at the front.

Who is let in is for `policies/access` to say; a test holds the two together.
"""

APPROVED = frozenset({S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.APPROVED_FOR_PILOT})
"""An assessment in one of these has been decided in favour."""

HOLDING = APPROVED | {S.NOT_REQUIRED}
"""What was decided holds: it can be adopted, run out, be superseded or be revoked."""

SUPERSEDABLE = HOLDING | {S.REVIEW_DUE, S.EXPIRED, S.REOPENED}
"""A newer approval ends it."""

CONSULTED = frozenset({"advice", "cleared"})
"""What a regulator's reply can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a text says, judged by the law of the day.

    `required`: the screening says that a DPIA is needed. `advice_wanted`: the owner has a data protection
    officer to ask, or the text departs from what the law presumes. `high_residual`: a risk stays high after
    all measures. `pilot_until`: approval is sought for a pilot only. `idea`: only the idea is there to be
    judged. `weaknesses`: what keeps an ethics assessment from passing.
    """

    required: bool = True
    advice_wanted: bool = True
    high_residual: bool = False
    pilot_until: date | None = None
    idea: bool = False
    weaknesses: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules look at when someone acts on an assessment.

    `status` is None before it exists. `authors` wrote or submitted its present text and `advisers` advised on
    it; both are people. `consultation` is how far the regulator has come with it: nothing, `submitted`,
    `advice` or `cleared`.
    """

    kind: Kind
    status: Status | None
    findings: Findings
    authors: frozenset[str] = frozenset()
    advisers: frozenset[str] = frozenset()
    consultation: str = ""


def is_required(case: Case) -> bool:
    """Whether the screening says that a DPIA is needed."""
    return case.findings.required


def is_advice_wanted(case: Case) -> bool:
    """Whether the DPO is asked before the decision (UK GDPR Article 35(2))."""
    return case.findings.advice_wanted


def is_high_residual(case: Case) -> bool:
    """Whether the regulator is asked before the decision (UK GDPR Article 36)."""
    return case.findings.required and case.findings.high_residual


def is_answered(case: Case) -> bool:
    """Whether the regulator has replied."""
    return case.consultation in CONSULTED


def is_required_and_answered(case: Case) -> bool:
    """Whether a DPIA is needed and the regulator has replied about it."""
    return is_required(case) and is_answered(case)


def is_unanswered(case: Case) -> bool:
    """Whether the regulator was asked and has not replied."""
    return case.consultation == "submitted"


def is_idea(case: Case) -> bool:
    """Whether there is only an idea to be judged."""
    return case.findings.idea


def is_pilot(case: Case) -> bool:
    """Whether approval is sought for a pilot only."""
    return case.findings.pilot_until is not None


def always(case: Case) -> bool:  # noqa: ARG001 - a guard
    """True: the row has no condition."""
    return True


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from which status, by which action of which role, under which guard, to which."""

    source: Status | None
    action: Action
    role: Role
    guard: Callable[[Case], bool]
    target: Status
    event: str


def _rows(
    sources: Collection[Status | None],
    action: Action,
    role: Role,
    guard: Callable[[Case], bool],
    target: Status,
    event: str,
) -> tuple[Transition, ...]:
    return tuple(Transition(source, action, role, guard, target, event) for source in sources)


_EDITABLE = (S.SCREENING, S.DRAFT, S.HIGH_RESIDUAL, S.REJECTED)
_DPIA_HOLDS = (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.NOT_REQUIRED)
_DPIA_REVIEWABLE = (*_DPIA_HOLDS, S.REVIEW_DUE)
_REPLIED = (S.REGULATOR_CONSULTED,)

_ETHICS_EDITABLE = (S.DRAFT, S.REJECTED, S.IDEA_SUPPORTED, S.EXPIRED, S.REOPENED)
_ETHICS_HOLDS = (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.APPROVED_FOR_PILOT)
_IN_USE = (S.APPROVED, S.APPROVED_WITH_CONDITIONS)
_ETHICS_ENDED = (S.EXPIRED, S.REOPENED)


def _staying(sources: Collection[Status], action: Action, role: Role, event: str) -> tuple[Transition, ...]:
    """Rows of what is done to an assessment without moving it."""
    return tuple(Transition(status, action, role, always, status, event) for status in sources)


DPIA_TRANSITIONS: tuple[Transition, ...] = (
    *_rows((None,), "create", "writer", is_required, S.DRAFT, "drafted"),
    *_rows((None,), "create", "writer", always, S.SCREENING, "drafted"),
    *_rows(_EDITABLE, "edit", "writer", is_required, S.DRAFT, "edited"),
    *_rows(_EDITABLE, "edit", "writer", always, S.SCREENING, "edited"),
    *_rows((S.SCREENING, S.DRAFT), "submit", "writer", is_advice_wanted, S.DPO_ADVICE, "submitted"),
    *_rows((S.DRAFT,), "submit", "writer", is_high_residual, S.HIGH_RESIDUAL, "submitted"),
    *_rows((S.SCREENING, S.DRAFT), "submit", "writer", always, S.APPROVAL, "submitted"),
    *_rows((S.DPO_ADVICE,), "advise", "adviser", is_high_residual, S.HIGH_RESIDUAL, "advised"),
    *_rows((S.DPO_ADVICE,), "advise", "adviser", always, S.APPROVAL, "advised"),
    *_rows((S.HIGH_RESIDUAL,), "consult", "adviser", always, S.REGULATOR_CONSULTED, "consulted"),
    *_rows(_REPLIED, "extend", "adviser", is_unanswered, S.REGULATOR_CONSULTED, "consultation_extended"),
    *_rows(_REPLIED, "reply", "adviser", is_unanswered, S.REGULATOR_CONSULTED, "regulator_replied"),
    *_rows((S.APPROVAL,), "approve", "decider", is_required, S.APPROVED, "decided"),
    *_rows(_REPLIED, "approve", "decider", is_required_and_answered, S.APPROVED, "decided"),
    *_rows((S.APPROVAL,), "approve", "decider", always, S.NOT_REQUIRED, "decided"),
    *(
        Transition(source, "approve_with_conditions", "decider", guard, S.APPROVED_WITH_CONDITIONS, "decided")
        for source, guard in (
            (S.APPROVAL, is_required),
            (S.REGULATOR_CONSULTED, is_required_and_answered),
        )
    ),
    *_rows((S.APPROVAL, *_REPLIED, S.HIGH_RESIDUAL), "reject", "decider", always, S.REJECTED, "decided"),
    *_staying(_DPIA_HOLDS, "adopt", "adopter", "adopted"),
    *_staying(_DPIA_HOLDS, "answer", "decider", "advice_answered"),
    *_staying((S.APPROVED_WITH_CONDITIONS,), "meet", "keeper", "condition_met"),
    *_staying(_DPIA_HOLDS, "call_review", "keeper", "review_called"),
    *_staying(_DPIA_HOLDS, "confirm_review", "decider", "review_confirmed"),
    *_rows(_DPIA_HOLDS, "fall_due", "system", always, S.REVIEW_DUE, "review_due"),
    *_rows(_DPIA_REVIEWABLE, "supersede", "system", always, S.SUPERSEDED, "superseded"),
    *_rows(_DPIA_REVIEWABLE, "revoke", "decider", always, S.REVOKED, "revoked"),
)

ETHICS_TRANSITIONS: tuple[Transition, ...] = (
    *_rows((None,), "create", "writer", always, S.DRAFT, "drafted"),
    *_rows(_ETHICS_EDITABLE, "edit", "writer", always, S.DRAFT, "edited"),
    *_rows((S.DRAFT, S.REOPENED), "submit", "writer", always, S.PANEL_ADVICE, "submitted"),
    *_rows((S.PANEL_ADVICE,), "advise", "adviser", always, S.DECISION, "advised"),
    *_rows((S.DECISION,), "approve", "decider", is_idea, S.IDEA_SUPPORTED, "decided"),
    *_rows((S.DECISION,), "approve", "decider", is_pilot, S.APPROVED_FOR_PILOT, "decided"),
    *_rows((S.DECISION,), "approve", "decider", always, S.APPROVED, "decided"),
    *_rows((S.DECISION,), "approve_with_conditions", "decider", is_idea, S.IDEA_SUPPORTED, "decided"),
    *_rows((S.DECISION,), "approve_with_conditions", "decider", is_pilot, S.APPROVED_FOR_PILOT, "decided"),
    *_rows(
        (S.DECISION,), "approve_with_conditions", "decider", always, S.APPROVED_WITH_CONDITIONS, "decided"
    ),
    *_rows((S.DECISION,), "reject", "decider", always, S.REJECTED, "decided"),
    *_staying(_ETHICS_HOLDS, "adopt", "adopter", "adopted"),
    *_staying(_ETHICS_HOLDS, "answer", "decider", "advice_answered"),
    *_staying(_ETHICS_HOLDS, "meet", "keeper", "condition_met"),
    *_staying(_IN_USE, "roll_out", "keeper", "rolled_out"),
    *_staying(_IN_USE, "review_effect", "keeper", "effect_reviewed"),
    *_rows(_ETHICS_HOLDS, "reopen", "keeper", always, S.REOPENED, "reopened"),
    *_rows(_ETHICS_HOLDS, "fall_due", "system", always, S.EXPIRED, "expired"),
    *_rows((*_ETHICS_HOLDS, *_ETHICS_ENDED), "supersede", "system", always, S.SUPERSEDED, "superseded"),
    *_rows((*_ETHICS_HOLDS, *_ETHICS_ENDED), "revoke", "decider", always, S.REVOKED, "revoked"),
)

TRANSITIONS: dict[Kind, tuple[Transition, ...]] = {
    Kind.DPIA: DPIA_TRANSITIONS,
    Kind.ETHICS: ETHICS_TRANSITIONS,
}
