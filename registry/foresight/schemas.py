"""What-if on the wire."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.agreements.terms import GatewayId
from registry.foresight.rules import (
    AssessmentEnd,
    AssuranceLapse,
    Change,
    DraftInForce,
    GatewayDates,
    ProposedOverlay,
    RuleDates,
    Withdrawal,
)
from registry.web.body import WireModel
from registry.web.documents import LocalId, OrganisationId

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}-[0-9]{2}(-[A-Z0-9]+)*$", max_length=40)]
AssuranceKind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
AssessmentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]


class GatewayIn(WireModel):
    """Other days of a gateway; a day left out is open. `commenced: false`: no day at all."""

    code: GatewayId
    in_force_from: date | None = None
    in_force_until: date | None = None
    commenced: bool = True


class RuleIn(WireModel):
    """Other days of a rule; a day left out is open. `enabled: false`: it is not asked."""

    rule: RuleId
    enabled: bool = True
    first_on: date | None = None
    last_on: date | None = None


class AssuranceIn(WireModel):
    """A kind of assurance that a body cannot show any more."""

    organisation: OrganisationId
    assurance: AssuranceKind


class AssessmentIn(WireModel):
    """A DPIA or data-ethics assessment that no longer holds."""

    id: AssessmentId
    outcome: Literal["revoked", "expired"]


class OverlayIn(WireModel):
    """This deployment's own entries of law, which were proposed and do not count yet."""

    digest: Digest


class ChangeIn(WireModel):
    """Exactly one change."""

    gateway: GatewayIn | None = None
    rule: RuleIn | None = None
    assurance: AssuranceIn | None = None
    assessment: AssessmentIn | None = None
    overlay: OverlayIn | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        changes = (self.gateway, self.rule, self.assurance, self.assessment, self.overlay)
        if sum(one is not None for one in changes) != 1:
            raise PydanticCustomError("one-change", "a question names exactly one change")
        return self

    def intent(self) -> Change:
        """The change as a value."""
        if self.gateway:
            one = self.gateway
            return GatewayDates(one.code, one.in_force_from, one.in_force_until, one.commenced)
        if self.rule:
            return RuleDates(self.rule.rule, self.rule.enabled, self.rule.first_on, self.rule.last_on)
        if self.assurance:
            return AssuranceLapse(self.assurance.organisation, self.assurance.assurance)
        if self.assessment:
            return AssessmentEnd(self.assessment.id, self.assessment.outcome)
        if self.overlay:
            return ProposedOverlay(self.overlay.digest)
        raise AssertionError("a validated body names one change")


class WhatIfIn(WireModel):
    """A supposed change, the London day on which it is looked at, and where to go on."""

    change: ChangeIn
    on: date | None = None
    cursor: Annotated[str, StringConstraints(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class DraftIn(WireModel):
    """An agreement whose newest text the caller may read, supposed to be in force."""

    ref: Ref


class WithdrawalIn(WireModel):
    """An agreement, or one flow of it, supposed to be withdrawn."""

    ref: Ref
    flow: LocalId | None = None


class SimulateIn(WireModel):
    """Exactly one of a draft, a withdrawal and a change of law, rules, assurance or an assessment."""

    draft: DraftIn | None = None
    withdrawal: WithdrawalIn | None = None
    change: ChangeIn | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(one is not None for one in (self.draft, self.withdrawal, self.change)) != 1:
            raise PydanticCustomError("one-supposition", "a simulation supposes exactly one thing")
        return self

    def intent(self) -> Change | DraftInForce | Withdrawal:
        """What is supposed, as a value."""
        if self.draft:
            return DraftInForce(self.draft.ref)
        if self.withdrawal:
            return Withdrawal(self.withdrawal.ref, self.withdrawal.flow)
        if self.change:
            return self.change.intent()
        raise AssertionError("a validated body supposes one thing")


class DecidedOut(BaseModel):
    """An answer of the permission check, and the agreement that it names."""

    outcome: str
    permitted: bool
    ref: str | None
    flow: str | None


class ChangedAnswerOut(BaseModel):
    """A stored question that would be answered otherwise, how often it was asked, and why it would be."""

    question: dict[str, Any]
    count: int
    before: DecidedOut
    after: DecidedOut
    en: str
    cy: str


class SimulatedOut(BaseModel):
    """What would change of what the caller's organisation asks. Nothing was changed.

    `left_out` counts versions that were too many to be judged by changed law.
    """

    log_size: int
    tried: int
    changed: list[ChangedAnswerOut]
    left_out: int


class StoredQuestionOut(BaseModel):
    """A question in codes, how often it was asked, and on which days first and last."""

    question: dict[str, Any]
    count: int
    first_on: date
    last_on: date


class StoredQuestionsOut(BaseModel):
    """What the caller's organisation's partner systems ask, that which is asked most first."""

    results: list[StoredQuestionOut]


class TurnOut(BaseModel):
    """A rule that would cease to be met (`unmet`) or be met again (`met`), and where."""

    rule: str
    severity: str
    stage: str
    pointer: str
    becomes: Literal["unmet", "met"]
    en: str
    cy: str
    cite: str


class FlowEffectOut(BaseModel):
    """What would happen to a flow. `stops_now`: it is live, and its permits would end with the change.

    `relies`: no rule turns, but it names a gateway that begins or ceases to hold on that day.
    """

    id: str
    state: str
    protective: bool
    effect: Literal["blocked", "warned", "unblocked", "eased", "relies"]
    stops_now: bool
    how: list[TurnOut]


class AgreementEffectOut(BaseModel):
    """An agreement that would be touched."""

    ref: str
    version: int
    status: str
    flows: list[FlowEffectOut]


class ClientOut(BaseModel):
    """A partner system at an end of a flow that would be touched."""

    client_id: str
    organisation: str
    mode: str


class WhatIfOut(BaseModel):
    """Everything a change would touch, of what the asker may read. Nothing was changed.

    `looked_at` counts the versions that the change could touch; with `next` there are more.
    """

    on: date
    log_size: int
    looked_at: int
    agreements: list[AgreementEffectOut]
    clients: list[ClientOut]
    next: str | None
