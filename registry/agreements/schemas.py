"""What goes over the wire of the agreements API."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.agreements.terms import Terms
from registry.web.body import WireModel
from registry.web.documents import Day, LocalId, OrganisationId, Text

Reason = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Hash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class TermsIn(WireModel):
    """A terms document: to create an agreement, to edit a draft, to amend."""

    terms: Terms


class Comment(WireModel):
    """A reviewer's comment on one field of the terms, by JSON pointer."""

    pointer: Annotated[str, StringConstraints(pattern=r"^(/.*)?$", max_length=500)]
    text: Reason


class ReviewIn(WireModel):
    """A quality review by another person than the author."""

    outcome: Literal["accept", "changes"]
    comments: Annotated[list[Comment], Field(max_length=500)] = []

    @model_validator(mode="after")
    def _says_what_to_change(self) -> Self:
        if self.outcome == "changes" and not self.comments:
            raise PydanticCustomError("comments-needed", "changes are requested without a comment")
        return self


class SignIn(WireModel):
    """A signature or a refusal. The hash says which text was read; it stands in for `If-Match`."""

    organisation: OrganisationId
    role: Literal["signatory", "caldicott_guardian"]
    version: Annotated[int, Field(ge=1)]
    hash: Hash
    decision: Literal["sign", "refuse"]
    reason: Text = ""

    @model_validator(mode="after")
    def _refuses_with_reason(self) -> Self:
        if self.decision == "refuse" and not self.reason:
            raise PydanticCustomError("reason-needed", "a refusal without a reason")
        return self


class Scope(WireModel):
    """Exactly one of: all flows of the caller's own organisation, one flow it is an end of, every flow.

    Every flow needs two organisations.
    """

    organisation: OrganisationId | None = None
    flow: LocalId | None = None
    all: Literal[True] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(given is not None for given in (self.organisation, self.flow, self.all)) != 1:
            raise PydanticCustomError("one-scope", "a scope names exactly one thing")
        return self

    @property
    def kind(self) -> Literal["organisation", "flow", "all"]:
        """Which of the three it is."""
        return "all" if self.all else "flow" if self.flow else "organisation"


class SuspendIn(WireModel):
    """What to suspend and why."""

    scope: Scope
    reason: Reason


class ResumeIn(WireModel):
    """What to resume. Left out, the scope is all that the caller's organisation suspended."""

    scope: Scope = Scope(all=True)
    reason: Text = ""


class ConfirmIn(WireModel):
    """At review: the agreement goes on unchanged, and when it is looked at next."""

    next_review_on: Day
    reason: Text = ""


class ReasonIn(WireModel):
    """Why an agreement is withdrawn or ended."""

    reason: Reason


class FlowOut(BaseModel):
    """A flow and its state."""

    id: str
    state: str


class SignatureOut(BaseModel):
    """A signature as everyone who reads the agreement sees it: a body and a role, never a name."""

    organisation: str
    role: str
    decision: str
    hash: str
    strength: str
    signed_at: str
    log_index: int


class VersionOut(BaseModel):
    """One version, with its terms as they were given."""

    ref: str
    version: int
    status: str
    hash: str
    terms: dict[str, Any]
    flows: list[FlowOut]
    signatures: list[SignatureOut]


class ChangedOut(BaseModel):
    """What a change came to. `log_index` is the person's act, `log_size` follows the last entry.

    `pending` says who else must act: `second-organisation`, `second-person`, `other-controllers`.
    """

    ref: str
    version: int
    status: str
    hash: str
    flows: list[FlowOut]
    log_index: int
    log_size: int
    pending: str | None = None


class SummaryOut(BaseModel):
    """One line of the register."""

    ref: str
    version: int
    status: str
    title: dict[str, str]
    parties: list[str]
    starts_on: date
    expires_on: date
    review_on: date


class PageOut(BaseModel):
    """One page of the register; `next` is the cursor of the following one, null at the end."""

    results: list[SummaryOut]
    next: str | None


class CodeOut(BaseModel):
    """One code of a list and what it means."""

    code: str
    en: str
    cy: str
