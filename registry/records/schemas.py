"""Records on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.records.rules import Severity
from registry.web.body import WireModel
from registry.web.documents import Code, Day, LocalId, OrganisationId, Text

Said = Annotated[Text, StringConstraints(min_length=1)]
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
EvaluationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}\.[0-9]{1,18}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Counted = Annotated[int, Field(ge=0, le=2**31 - 1)]


class IncidentIn(WireModel):
    """A breach, or what may be one. `narrative` holds no names: it is for the people of every party.

    Where `discovered_at` is not given, clocks run from the beginning of `discovered_on`.
    """

    ref: Ref
    flow: LocalId | None = None
    kind: Code
    severity: Severity
    discovered_on: Day
    discovered_at: AwareDatetime | None = None
    narrative: Text = ""
    people_affected: Counted | None = None
    regulator_needed: bool = True


class IncidentUpdateIn(WireModel):
    """What is known now, and who has been told when. What is left out stays as it is."""

    severity: Severity | None = None
    narrative: Text | None = None
    people_affected: Counted | None = None
    partner_told_at: AwareDatetime | None = None
    regulator_told_at: AwareDatetime | None = None
    regulator_needed: bool | None = None


class IncidentCloseIn(WireModel):
    """What an incident came to."""

    outcome: Code


class DisclosuresIn(WireModel):
    """How often the caller's organisation disclosed or received under one answer of the permission check."""

    evaluation_id: EvaluationId
    ref: Ref
    flow: LocalId
    count: Annotated[int, Field(ge=1, le=2**31 - 1)]
    on: Day
    method: Code


class ConsentIn(WireModel):
    """Whether consent was sought; if not, why not."""

    sought: bool
    why_not: Text = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.sought and not self.why_not:
            raise PydanticCustomError("no-reason", "it was not done, and no reason is given")
        return self


class ToldIn(WireModel):
    """Whether the person was told; if not, why not."""

    told: bool
    why_not: Text = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.told and not self.why_not:
            raise PydanticCustomError("no-reason", "it was not done, and no reason is given")
        return self


class EmergencyIn(WireModel):
    """A decision to share, or not to share, in an emergency. `role` is what the decider is, never a name.

    `risk`, `why_now` and both `why_not` are encrypted to the caller's organisation before they are stored.
    """

    decision: Literal["share", "withhold"]
    evaluation_id: EvaluationId | None = None
    role: Code
    recipient: OrganisationId
    purpose: Code
    categories: Annotated[list[Code], Field(min_length=1, max_length=30)]
    items: Annotated[list[Code], Field(max_length=100)] = []
    basis: Code
    decided_at: AwareDatetime
    risk: Said
    why_now: Said
    consent: ConsentIn
    informed: ToldIn
    notified: Annotated[list[Code], Field(max_length=10)] = []


class EmergencyReviewIn(WireModel):
    """What the review of an emergency decision found."""

    outcome: Literal["proportionate", "learning", "breach"]


class ComplaintIn(WireModel):
    """A complaint about sharing under an agreement: when it came and how, never by whom."""

    ref: Ref
    received_on: Day
    channel: Code


class AcknowledgeIn(WireModel):
    """The day on which receipt of a complaint was acknowledged."""

    acknowledged_on: Day


class ComplaintCloseIn(WireModel):
    """How a complaint was answered."""

    outcome: Code
    closed_on: Day


class ExitEvidenceIn(WireModel):
    """What became of the information, and the digest of the certificate that says so."""

    method: Code
    certificate: Digest
    done_on: Day


class RecordedOut(BaseModel):
    """What a change came to, and where the log says so."""

    id: str
    status: str
    log_index: int
    log_size: int


class ClockOut(BaseModel):
    """A clock: when it runs out, when it was met, whether it was missed."""

    due_at: datetime | None
    met_at: datetime | None
    overdue: bool


class IncidentOut(BaseModel):
    """An incident as the people of every party read it."""

    id: str
    ref: str
    flow: str | None
    organisation: str
    kind: str
    severity: str
    status: str
    discovered_on: date
    reported_at: datetime
    narrative: str
    people_affected: int | None
    partner_notice: ClockOut
    regulator_notice: ClockOut
    suspended_flows: list[str]
    outcome: str | None
    closed_at: datetime | None


class IncidentsOut(BaseModel):
    """Incidents, newest first."""

    results: list[IncidentOut]


class DisclosuresOut(BaseModel):
    """What was reported of one flow in one month by one organisation, by one method."""

    ref: str
    flow: str
    month: str
    reported_by: str
    method: str
    reports: int
    count: int


class DisclosureSummaryOut(BaseModel):
    """What was reported, by agreement, month and flow."""

    results: list[DisclosuresOut]


class EmergencyOut(BaseModel):
    """An emergency decision without its words. `late`: it was recorded more than 24 hours after."""

    id: str
    owner: str
    recipient: str
    evaluation_id: str | None
    decision: str
    role: str
    purpose: str
    categories: list[str]
    items: list[str]
    basis: str
    consent_sought: bool
    person_told: bool
    notified: list[str]
    decided_at: datetime
    recorded_at: datetime
    late: bool
    erase_on: date
    erasure_asked: bool
    erased: bool
    review_due_on: date
    outcome: str | None
    reviewed_at: datetime | None


class EmergenciesOut(BaseModel):
    """Emergency decisions of the caller's organisation, newest first."""

    results: list[EmergencyOut]


class StubOut(BaseModel):
    """An emergency of which a system was not told yes, and whose record is still awaited."""

    id: str
    evaluation_id: str
    holder: str
    recipient: str
    purpose: str
    category: str
    asked_at: datetime
    due_on: date


class StubsOut(BaseModel):
    """The emergencies of the caller's organisation whose record is awaited, oldest first."""

    results: list[StubOut]


class DisclosureOut(BaseModel):
    """What the caller's organisation reported as disclosed or received under one answer."""

    id: str
    ref: str
    flow: str
    count: int
    disclosed_on: date
    method: str
    reported_at: datetime


class EvaluationRecordsOut(BaseModel):
    """What the caller's organisation recorded after one answer of the permission check.

    `emergencies` is null for those who may not know of them.
    """

    evaluation_id: str
    disclosures: list[DisclosureOut]
    emergencies: list[EmergencyOut] | None
    awaited: list[StubOut] | None


class WordsOut(BaseModel):
    """The words of an emergency decision. Reading them is in the log."""

    id: str
    risk: str
    why_now: str
    consent_why_not: str
    told_why_not: str


class RecordFormOut(BaseModel):
    """How an emergency decision is recorded: where to send it, and what is known of it already."""

    method: Literal["POST"] = "POST"
    href: str
    evaluation_id: str | None
    json_schema: dict[str, Any]
    en: str
    cy: str


class TaskOut(BaseModel):
    """Something a role of an organisation has to do, about which thing, by which day."""

    id: str
    organisation: str
    role: str
    kind: str
    en: str
    cy: str
    subject_kind: str
    subject: str
    due_on: date
    overdue: bool
    raised_at: datetime
    done_at: datetime | None


class TasksOut(BaseModel):
    """Tasks in order of the day they are due: what is overdue comes first."""

    results: list[TaskOut]


class ComplaintOut(BaseModel):
    """A complaint and its clock."""

    id: str
    ref: str
    organisation: str
    channel: str
    status: str
    received_on: date
    acknowledge_by: date
    acknowledged_on: date | None
    overdue: bool
    outcome: str | None
    closed_on: date | None


class ComplaintsOut(BaseModel):
    """Complaints at the caller's organisation, newest first."""

    results: list[ComplaintOut]


class BodyContactsOut(BaseModel):
    """Where one party answers people who use their rights."""

    organisation: str
    rights: str
    complaints: str
    foi: str
    ig: str


class ContactsOut(BaseModel):
    """Who answers for sharing under an agreement."""

    ref: str
    subject_access: str
    complaints: str
    complaints_acknowledged_days: int
    bodies: list[BodyContactsOut]


class ExitOut(BaseModel):
    """A recipient's duty to return or destroy; `status` is due, overdue or evidenced."""

    id: str
    ref: str
    organisation: str
    ended_on: date
    due_on: date
    status: Literal["due", "overdue", "evidenced"]
    method: str | None
    certificate: str | None
    done_on: date | None


class ExitsOut(BaseModel):
    """The duties that the end of an agreement left."""

    results: list[ExitOut]
