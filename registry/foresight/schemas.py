"""What-if on the wire."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.agreements.terms import GatewayId
from registry.foresight.rules import (
    AssessmentEnd,
    AssuranceLapse,
    Change,
    GatewayDates,
    ProposedOverlay,
    RuleDates,
)
from registry.web.body import WireModel
from registry.web.documents import OrganisationId

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}-[0-9]{2}(-[A-Z0-9]+)*$", max_length=40)]
AssuranceKind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
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
