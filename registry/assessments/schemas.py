"""Assessments on the wire. The bodies that create and edit one are the documents themselves."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.assessments.approval import ConditionState
from registry.assessments.deadlines import EffectClock, ReplyClock, ReviewClock
from registry.assessments.differences import Difference
from registry.assessments.documents import AssessmentId
from registry.assessments.screening import ScreeningAnswer
from registry.passkeys.schemas import AssertionIn
from registry.web.body import WireModel
from registry.web.documents import Line, OrganisationId, Text

Said = Annotated[Text, StringConstraints(min_length=1)]


class AdviceIn(WireModel):
    """What the data protection officer or the ethics panel advises."""

    advice: Literal["support", "conditions", "against"]
    text: Said


class PanelAdviceIn(WireModel):
    """What the ethics panel advises: it may also ask for more work (DOMAIN 5.2, part D)."""

    advice: Literal["support", "conditions", "against", "more-work"]
    text: Said


class ConsultationIn(WireModel):
    """The regulator is asked about a high residual risk (UK GDPR Article 36; DPA 2018 s.65).

    Where it has replied already, `replied_on`, `outcome` and `text` say so.
    """

    reference: Annotated[Line, StringConstraints(min_length=1)]
    regime: Literal["uk-gdpr", "law-enforcement"] = "uk-gdpr"
    submitted_on: date
    replied_on: date | None = None
    outcome: Literal["cleared", "advice"] | None = None
    text: Text = ""

    @model_validator(mode="after")
    def _reply_is_whole_and_follows(self) -> Self:
        given = {self.replied_on is not None, self.outcome is not None, bool(self.text)}
        if len(given) > 1:
            raise PydanticCustomError("reply-incomplete", "part of a reply is given")
        if self.replied_on is not None and self.replied_on < self.submitted_on:
            raise PydanticCustomError("reply-before-question", "the reply is dated before the question")
        return self


class ExtensionIn(WireModel):
    """The regulator takes more time, and says why."""

    extended_on: date
    reason: Said


class ReplyIn(WireModel):
    """The regulator's reply."""

    replied_on: date
    outcome: Literal["cleared", "advice"]
    text: Said


class ConditionIn(WireModel):
    """What must be done, by which post, until when."""

    text: Said
    owner: Annotated[Line, StringConstraints(min_length=1)]
    due_on: date


class DecisionIn(WireModel):
    """The owner's decision, its reason, its conditions, and the last day an approval holds.

    `departure` says why an approval goes against the advice, where it does.
    """

    decision: Literal["approve", "approve_with_conditions", "reject"]
    reason: Said
    departure: Text = ""
    conditions: Annotated[list[ConditionIn], Field(max_length=50)] = []
    until: date | None = None
    assertion: AssertionIn | None = None

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


class AnswerIn(WireModel):
    """Why an approval goes against the advice."""

    reason: Said


class ConditionMetIn(WireModel):
    """A condition is met: its number, the evidence, the day."""

    number: Annotated[int, Field(ge=1, le=1000)]
    evidence: Said
    met_on: date


class ReviewCallIn(WireModel):
    """A review is called for (UK GDPR Article 35(11))."""

    trigger: Literal["change-of-risk", "breach", "agreement-review", "complaint", "age"]
    text: Said


class ReviewHeldIn(WireModel):
    """A review was held, and nothing changes."""

    reason: Said


class ReopenIn(WireModel):
    """Something happened that the approval did not allow for."""

    trigger: Literal["drift", "complaint", "model-change", "stop-rule", "incident", "review"]
    text: Said


class RollOutIn(WireModel):
    """The day a tool went into general use."""

    rolled_out_on: date


class EffectIn(WireModel):
    """What a tool achieved since its roll-out, and what shows it."""

    outcome: Literal["achieved", "partly", "not-achieved"]
    text: Said
    evidence: Said
    reviewed_on: date


class RevisionIn(WireModel):
    """The decided assessment of which a new version is begun."""

    revises: AssessmentId


Level = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]


class MatrixIn(WireModel):
    """The cells of the risk matrix that a body holds to be higher: severity, likelihood, level."""

    cells: Annotated[dict[Level, dict[Level, Level]], Field(max_length=20)]


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
    """One consultation of the regulator, and its clock as it stands today."""

    hash: str
    reference: str
    regime: str
    submitted_on: date
    extended_on: date | None
    extension_reason: str
    replied_on: date | None
    outcome: str | None
    text: str
    recorded_at: datetime
    clock: ReplyClock


class DecisionOut(BaseModel):
    """One decision, or a revocation."""

    hash: str
    decision: str
    reason: str
    conditions: list[dict[str, Any]]
    valid_until: date | None
    decided_at: datetime
    role: str
    stage: str | None
    departs: bool
    departure: str
    strength: str


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


class FollowUpOut(BaseModel):
    """Something that was done about an approval later, or that opened it again."""

    hash: str
    kind: str
    code: str
    number: int | None
    happened_on: date
    text: str
    evidence: str
    recorded_at: datetime


class CoverageOut(BaseModel):
    """What of one agreement the scope does not speak of; `covered` where that is nothing."""

    ref: str
    covered: bool
    missing_categories: list[str]
    missing_purposes: list[str]
    missing_parties: list[str]


class AssessmentOut(BaseModel):
    """An assessment as its owner and the parties of the agreements it covers read it: no names of people.

    `hash` is the digest of `document` in RFC 8785 form. `levels` has the level of each risk, by the owner's
    matrix or as given, before and after its measures. `conditions`, `review` and `effect` are of the last
    approval of the present text, as they stand today.
    """

    id: str
    kind: str
    owner: str
    status: str
    version: int
    hash: str
    supersedes: str | None
    valid_until: date | None
    document: dict[str, Any]
    screening: ScreeningAnswer | None
    levels: dict[str, dict[str, str]]
    coverage: list[CoverageOut]
    stage: str | None
    conditions: list[ConditionState]
    review: ReviewClock | None
    effect: EffectClock | None
    advice: list[AdviceOut]
    consultations: list[ConsultationOut]
    decisions: list[DecisionOut]
    adoptions: list[AdoptionOut]
    follow_ups: list[FollowUpOut]
    history: list[EntryOut]


class SummaryOut(BaseModel):
    """One assessment as a list shows it."""

    id: str
    owner: str
    status: str
    version: int
    hash: str
    valid_until: date | None


class FoundOut(BaseModel):
    """One page of a list; `next` is the cursor of the page after it, if there is one."""

    results: list[SummaryOut]
    next: str | None


class VersionOut(BaseModel):
    """One version: its number, the digest of its text, and the assessment it is of."""

    assessment: str
    number: int
    hash: str


class DifferencesOut(BaseModel):
    """What differs between two versions, member by member."""

    before: VersionOut
    after: VersionOut
    differences: list[Difference]


class MatrixOut(BaseModel):
    """The risk matrix that a body uses, and which of its cells it has raised."""

    organisation: str
    likelihoods: list[str]
    severities: list[str]
    levels: list[str]
    overall: dict[str, dict[str, str]]
    tightened: dict[str, dict[str, str]]


class TightenedOut(MatrixOut):
    """The matrix after a change, and where the log says so."""

    log_index: int
    log_size: int
