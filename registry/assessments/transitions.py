"""The statuses of an assessment and the transitions between them, as data.

A DPIA begins with screening. What is not needed, with reasons, and what is needed both go to the data
protection officer for advice and then to whoever accepts the risk. A residual risk that stays high waits for
the regulator's reply first (UK GDPR Article 36). A data-ethics assessment is written, shown to a panel, and
decided. What comes back is edited into the next version; advice on the old text does not count for the new.

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
    APPROVED_FOR_PILOT = "approved_for_pilot"
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
    "approve",
    "approve_with_conditions",
    "reject",
    "adopt",
    "revoke",
    "supersede",
    "fall_due",
]
Verdict = Literal["approve", "approve_with_conditions", "reject"]
Role = Literal["writer", "adviser", "decider", "adopter", "system"]

HOLDERS: dict[tuple[Kind, Role], tuple[str, ...]] = {
    (Kind.DPIA, "adviser"): ("dpo",),
    (Kind.DPIA, "decider"): ("siro", "asset_owner"),
    (Kind.DPIA, "adopter"): ("dpo", "siro"),
    (Kind.ETHICS, "adviser"): ("ethics_lead",),
    (Kind.ETHICS, "decider"): ("siro", "ethics_lead"),
    (Kind.ETHICS, "adopter"): ("siro", "dpo", "ethics_lead"),
}
"""Which roles at an organisation act as each role of the table, the one that the log names at the front.

Who is let in is for `policies/access` to say; a test holds the two together.
"""

APPROVED = frozenset({S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.APPROVED_FOR_PILOT})
"""An assessment in one of these has been decided in favour."""

HOLDING = APPROVED | {S.NOT_REQUIRED}
"""What was decided holds: it can be adopted, run out, be superseded or be revoked."""

SUPERSEDABLE = HOLDING | {S.REVIEW_DUE, S.EXPIRED}
"""A newer approval ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a text says, judged by the law of the day.

    `required`: the screening says that a DPIA is needed. `advice_wanted`: the owner has a data protection
    officer to ask, or the text departs from what the law presumes. `high_residual`: a risk stays high after
    all measures. `pilot_until`: approval is sought for a pilot only. `weaknesses`: what keeps an ethics
    assessment from passing.
    """

    required: bool = True
    advice_wanted: bool = True
    high_residual: bool = False
    pilot_until: date | None = None
    weaknesses: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules look at when someone acts on an assessment.

    `status` is None before it exists. `authors` wrote or submitted its present text and `advisers` advised on
    it; both are people.
    """

    kind: Kind
    status: Status | None
    findings: Findings
    authors: frozenset[str] = frozenset()
    advisers: frozenset[str] = frozenset()


def is_required(case: Case) -> bool:
    """Whether the screening says that a DPIA is needed."""
    return case.findings.required


def is_advice_wanted(case: Case) -> bool:
    """Whether the DPO is asked before the decision (UK GDPR Article 35(2))."""
    return case.findings.advice_wanted


def is_high_residual(case: Case) -> bool:
    """Whether the regulator is asked before the decision (UK GDPR Article 36)."""
    return case.findings.required and case.findings.high_residual


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
_DECIDABLE = (S.APPROVAL, S.REGULATOR_CONSULTED)
_DPIA_HOLDS = (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.NOT_REQUIRED)
_ETHICS_HOLDS = (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.APPROVED_FOR_PILOT)

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
    *_rows(_DECIDABLE, "approve", "decider", is_required, S.APPROVED, "decided"),
    *_rows(_DECIDABLE, "approve", "decider", always, S.NOT_REQUIRED, "decided"),
    *_rows(
        _DECIDABLE, "approve_with_conditions", "decider", is_required, S.APPROVED_WITH_CONDITIONS, "decided"
    ),
    *_rows((*_DECIDABLE, S.HIGH_RESIDUAL), "reject", "decider", always, S.REJECTED, "decided"),
    *(Transition(status, "adopt", "adopter", always, status, "adopted") for status in _DPIA_HOLDS),
    *_rows(_DPIA_HOLDS, "fall_due", "system", always, S.REVIEW_DUE, "review_due"),
    *_rows((*_DPIA_HOLDS, S.REVIEW_DUE), "supersede", "system", always, S.SUPERSEDED, "superseded"),
    *_rows((*_DPIA_HOLDS, S.REVIEW_DUE), "revoke", "decider", always, S.REVOKED, "revoked"),
)

ETHICS_TRANSITIONS: tuple[Transition, ...] = (
    *_rows((None,), "create", "writer", always, S.DRAFT, "drafted"),
    *_rows((S.DRAFT, S.REJECTED), "edit", "writer", always, S.DRAFT, "edited"),
    *_rows((S.DRAFT,), "submit", "writer", always, S.PANEL_ADVICE, "submitted"),
    *_rows((S.PANEL_ADVICE,), "advise", "adviser", always, S.DECISION, "advised"),
    *_rows((S.DECISION,), "approve", "decider", is_pilot, S.APPROVED_FOR_PILOT, "decided"),
    *_rows((S.DECISION,), "approve", "decider", always, S.APPROVED, "decided"),
    *_rows((S.DECISION,), "approve_with_conditions", "decider", is_pilot, S.APPROVED_FOR_PILOT, "decided"),
    *_rows(
        (S.DECISION,), "approve_with_conditions", "decider", always, S.APPROVED_WITH_CONDITIONS, "decided"
    ),
    *_rows((S.DECISION,), "reject", "decider", always, S.REJECTED, "decided"),
    *(Transition(status, "adopt", "adopter", always, status, "adopted") for status in _ETHICS_HOLDS),
    *_rows(_ETHICS_HOLDS, "fall_due", "system", always, S.EXPIRED, "expired"),
    *_rows((*_ETHICS_HOLDS, S.EXPIRED), "supersede", "system", always, S.SUPERSEDED, "superseded"),
    *_rows((*_ETHICS_HOLDS, S.EXPIRED), "revoke", "decider", always, S.REVOKED, "revoked"),
)

TRANSITIONS: dict[Kind, tuple[Transition, ...]] = {
    Kind.DPIA: DPIA_TRANSITIONS,
    Kind.ETHICS: ETHICS_TRANSITIONS,
}
