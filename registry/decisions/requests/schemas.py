"""Requests for access over the wire (AuthZEN Access Request and Approval Profile, sections 8 and 9)."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from registry import clock
from registry.decisions.question import YEARS
from registry.decisions.requests.requestable import MAX_ITEMS, MAX_TOKEN
from registry.web.body import WireModel

Token = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TOKEN)]
Name = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
"""An identifier, a code or an instant: visible characters without a space."""

FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (YEARS.start, YEARS.stop))
Instant = Annotated[AwareDatetime, Field(strict=False, ge=FIRST, lt=LAST)]


class DenialIn(WireModel):
    """What binds a request to the denial that it takes up. Only the first two are looked at."""

    binding_token: Token
    expires_at: Name
    evaluation_id: Name | None = None
    evaluated_at: Name | None = None
    reason: Name | None = None
    template: Name | None = None


class RequestedAccessIn(WireModel):
    """What is asked for besides: the last day, as an instant. Without one the draft runs for two years."""

    requested_until: Instant | None = None

    def until(self) -> date | None:
        """The last day in London."""
        return self.requested_until and clock.london_day(self.requested_until)


class EntityIn(WireModel):
    """The subject or the resource of a question. Properties mean nothing here."""

    type: Name
    id: Name
    properties: dict[str, Any] = {}


class ActionIn(WireModel):
    """The action of a question. Properties mean nothing here."""

    name: Name
    properties: dict[str, Any] = {}


class ContextIn(WireModel):
    """The context of a question: what a token binds, and what an answer may have been asked for besides."""

    purpose: Name
    subject_group: Name
    volume: Name
    recipient: Name | None = None
    regime: Name | None = None
    identifiability: Name | None = None
    age_band: Name | None = None
    method: Name | None = None
    items: Annotated[list[Name], Field(max_length=MAX_ITEMS)] | None = None
    initiated_by: Name | None = None
    on_behalf_of: Name | None = None
    min_log_size: int | None = None
    supported_obligations: list[Name] | None = None


class AccessRequestIn(WireModel):
    """A question that was denied, as it was asked, and what binds it to the denial."""

    subject: EntityIn
    action: ActionIn
    resource: EntityIn
    context: ContextIn
    denial: DenialIn
    requested_access: RequestedAccessIn = RequestedAccessIn()

    def question(self) -> dict[str, Any]:
        """The question as it was asked."""
        asked = {"subject", "action", "resource", "context"}
        return self.model_dump(include=asked, exclude_none=True, exclude_unset=True)


class TaskOut(BaseModel):
    """How far a request has come. Where it is `approved`, ask the question again: the answer decides."""

    id: str
    status: Literal["pending", "approved", "denied", "cancelled", "expired"]
    status_endpoint: str
    links: dict[str, str]


class ApprovalOut(BaseModel):
    """What was approved, by its reference."""

    id: str


class ResultOut(BaseModel):
    """What to do with an approval: evaluate again."""

    mode: Literal["reevaluate"] = "reevaluate"
    approval: ApprovalOut


class RequestOut(BaseModel):
    """A request for access, and where it is approved what follows."""

    task: TaskOut
    result: ResultOut | None = None


class RequestedOut(RequestOut):
    """A request that was taken up, and the draft that was made of it."""

    ref: str
    version: int
    hash: str
    log_index: int
    log_size: int
