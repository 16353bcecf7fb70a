"""Assessments on the wire. The bodies that create and edit one are the documents themselves."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.web.body import WireModel
from registry.web.documents import Line, OrganisationId, Text

Said = Annotated[Text, StringConstraints(min_length=1)]


class AdviceIn(WireModel):
    """What the data protection officer or the ethics panel advises."""

    advice: Literal["support", "conditions", "against"]
    text: Said


class ConsultationIn(WireModel):
    """The regulator's reply about a high residual risk (UK GDPR Article 36; DPA 2018 s.65)."""

    reference: Annotated[Line, StringConstraints(min_length=1)]
    submitted_on: date
    replied_on: date
    outcome: Literal["cleared", "advice"]
    text: Said

    @model_validator(mode="after")
    def _reply_follows(self) -> Self:
        if self.replied_on < self.submitted_on:
            raise PydanticCustomError("reply-before-question", "the reply is dated before the question")
        return self


class ConditionIn(WireModel):
    """What must be done, by which post, until when."""

    text: Said
    owner: Annotated[Line, StringConstraints(min_length=1)]
    due_on: date


class DecisionIn(WireModel):
    """The owner's decision, its reason, its conditions, and the last day an approval holds."""

    decision: Literal["approve", "approve_with_conditions", "reject"]
    reason: Said
    conditions: Annotated[list[ConditionIn], Field(max_length=50)] = []
    until: date | None = None

    @model_validator(mode="after")
    def _conditions_fit(self) -> Self:
        if bool(self.conditions) != (self.decision == "approve_with_conditions"):
            raise PydanticCustomError("conditions-misfit", "conditions go with one of the decisions")
        return self


class AdoptionIn(WireModel):
    """The adopting organisation: the one the token speaks for, under any of its identifiers."""

    organisation: OrganisationId


class RevocationIn(WireModel):
    """Why an approval is taken back."""

    reason: Said


class ChangedOut(BaseModel):
    """What a change came to, and where the log says so."""

    id: str
    status: str
    hash: str
    log_index: int
    log_size: int


class AdviceOut(BaseModel):
    """One piece of advice, and the text it speaks of."""

    hash: str
    advice: str
    text: str
    advised_at: datetime


class ConsultationOut(BaseModel):
    """One reply of the regulator."""

    hash: str
    reference: str
    submitted_on: date
    replied_on: date
    outcome: str
    text: str
    recorded_at: datetime


class DecisionOut(BaseModel):
    """One decision, or a revocation."""

    hash: str
    decision: str
    reason: str
    conditions: list[dict[str, Any]]
    valid_until: date | None
    decided_at: datetime


class AdoptionOut(BaseModel):
    """Who made the assessment its own."""

    organisation: str
    adopted_at: datetime


class EntryOut(BaseModel):
    """What the log says of one act; `/log/proof/{log_index}` proves it."""

    log_index: int
    type: str
    at: datetime | None
    organisation: str
    role: str | None
    decision: str | None


class AssessmentOut(BaseModel):
    """An assessment as its owner and the parties of the agreements it covers read it: no names of people.

    `hash` is the digest of `document` in RFC 8785 form. `levels` has the level of each risk, by the matrix or
    as given, before and after its measures.
    """

    id: str
    kind: str
    owner: str
    status: str
    version: int
    hash: str
    valid_until: date | None
    document: dict[str, Any]
    levels: dict[str, dict[str, str]]
    advice: list[AdviceOut]
    consultations: list[ConsultationOut]
    decisions: list[DecisionOut]
    adoptions: list[AdoptionOut]
    history: list[EntryOut]
