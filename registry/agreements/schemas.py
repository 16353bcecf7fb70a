"""What goes over the wire of the agreements API."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from registry.agreements.terms import Flow, Item, Party, Terms
from registry.passkeys.schemas import AssertionIn
from registry.web.body import WireModel
from registry.web.documents import Bilingual, Code, Day, LocalId, OrganisationId, SaltedDocument, Text

Reason = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Hash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
IncidentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]


class TermsIn(WireModel):
    """A terms document: to create an agreement, to edit a draft, to amend."""

    terms: Terms


class Comment(WireModel):
    """A reviewer's comment on one field of the terms, by JSON pointer."""

    pointer: Annotated[str, StringConstraints(pattern=r"^(/.*)?$", max_length=500)]
    text: Reason


class ReviewIn(WireModel):
    """A quality review by another person than the author.

    `interests` is what the reviewer declares: anything that ties them to what the text allows.
    """

    outcome: Literal["accept", "changes"]
    comments: Annotated[list[Comment], Field(max_length=500)] = []
    interests: Text = ""

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
    assertion: AssertionIn | None = None

    @model_validator(mode="after")
    def _refuses_with_reason(self) -> Self:
        if self.decision == "refuse" and not self.reason:
            raise PydanticCustomError("reason-needed", "a refusal without a reason")
        return self


class OutsideSignature(WireModel):
    """One body's signature in one role, given outside the registry."""

    organisation: OrganisationId
    role: Literal["signatory", "caldicott_guardian"] = "signatory"
    signed_on: Day


class AttestIn(WireModel):
    """What one person attests of a draft: the text, the digest of the document signed, by whom and when."""

    hash: Hash
    pdf: Hash
    signatures: Annotated[list[OutsideSignature], Field(min_length=1, max_length=400)]

    def stored(self) -> list[dict[str, str]]:
        """The signatures as they are stored and compared, in order of body and role."""
        said = [
            {"organisation": one.organisation, "role": one.role, "signed_on": one.signed_on.isoformat()}
            for one in self.signatures
        ]
        return sorted(said, key=lambda one: (one["organisation"], one["role"]))


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
    """What to suspend and why; because of which incident, where there is one."""

    scope: Scope
    reason: Reason
    incident: IncidentId | None = None
    assertion: AssertionIn | None = None


class ResumeIn(WireModel):
    """What to resume. Left out, the scope is all that the caller's organisation suspended."""

    scope: Scope = Scope(all=True)
    reason: Text = ""
    assertion: AssertionIn | None = None


class ConfirmIn(SaltedDocument):
    """What a controller answers at review. `hash` says which text was read, where it is given.

    Whoever answers that it should go on says when it is looked at next.
    """

    achieved: Literal["yes", "partly", "no"] = Field(description="did sharing achieve its purpose?")
    evidence: Reason = Field(description="what is the evidence?")
    helped_or_harmed: Reason = Field(description="who was helped, and who was harmed?")
    continue_: bool = Field(alias="continue", description="should the agreement go on unchanged?")
    next_review_on: Day | None = None
    reason: Text = ""
    hash: Hash | None = None

    @model_validator(mode="after")
    def _says_when_next(self) -> Self:
        if self.continue_ and self.next_review_on is None:
            raise PydanticCustomError("next-review-needed", "it goes on, and no next review is named")
        return self


class CallReviewIn(WireModel):
    """Why a review is called before its date: one of the triggers of `policies/lifecycle`, and in words."""

    reason_code: Code
    reason: Reason


class ReasonIn(WireModel):
    """Why an agreement is withdrawn."""

    reason: Reason


class TerminateIn(WireModel):
    """Why a party leaves, and from which day: at once, or after the notice that the terms name."""

    reason: Reason
    effective_on: Day | None = None
    assertion: AssertionIn | None = None


class ArchiveIn(WireModel):
    """Which version leaves the register: the newest unless one is named."""

    version: Annotated[int, Field(ge=1)] | None = None


class AccessionIn(WireModel):
    """A deed of adherence: the party that joins, the flows it is an end of, and what is new in them."""

    party: Party
    items: Annotated[list[Item], Field(max_length=500)] = []
    flows: Annotated[list[Flow], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _is_only_about_the_party(self) -> Self:
        if not all(self.party.organisation in (flow.from_, flow.to) for flow in self.flows):
            raise PydanticCustomError("accession-flows", "a flow runs between other parties")
        return self


class CloneIn(WireModel):
    """The days of a clone, and where wanted its title and the bodies that take others' places."""

    starts_on: Day
    expires_on: Day
    review_on: Day
    title: Bilingual | None = None
    parties: Annotated[dict[OrganisationId, OrganisationId], Field(max_length=200)] = {}
    version: Annotated[int, Field(ge=1)] | None = None


class SimilarIn(WireModel):
    """What someone means to share: a text, or parties, purposes and categories."""

    terms: Terms | None = None
    parties: Annotated[list[OrganisationId], Field(max_length=200)] = []
    purposes: Annotated[list[Code], Field(max_length=100)] = []
    categories: Annotated[list[Code], Field(max_length=100)] = []


class FlowOut(BaseModel):
    """A flow and its state; the rules it goes on without meeting, and those for which it is stopped."""

    id: str
    state: str
    warned_of: list[str] = []
    stopped_by: list[str] = []


class SignatureOut(BaseModel):
    """A signature as everyone who reads the agreement sees it: a body and a role, never a name.

    `strength` says how it is known to be the person's own; `marked`, what makes that doubtful: `key-reset`.
    """

    organisation: str
    role: str
    decision: str
    hash: str
    strength: str
    marked: str = ""
    signed_at: str
    log_index: int


class QualityReviewOut(BaseModel):
    """A quality review as the parties see it: comments by JSON pointer, a body and never a name."""

    organisation: str
    outcome: str
    comments: list[dict[str, str]]
    interests: str
    reviewed_at: str


class ReviewAnswerOut(BaseModel):
    """What a controller answered at a review, as the parties see it."""

    organisation: str
    review_on: date
    achieved: str
    evidence: str
    helped_or_harmed: str
    continues: bool
    answered_at: str
    log_index: int


class NoticeOut(BaseModel):
    """A party's notice that it leaves on a day."""

    organisation: str
    effective_on: date


class SurvivingOut(BaseModel):
    """An obligation that binds a recipient although its flow has ended."""

    flow: str
    code: str
    params: dict[str, str]


class BecauseOut(BaseModel):
    """Why a signature is asked for, and the places of the terms that are the reason."""

    code: str
    en: str
    cy: str
    pointers: list[str]


class NeededOut(BaseModel):
    """A signature that is still asked for, with every reason."""

    organisation: str
    role: str
    because: list[BecauseOut]


class CarriedOut(SignatureOut):
    """A signature on an earlier version, whose hash it names, that counts for this one too."""

    version: int


class OutsideOut(BaseModel):
    """That a version was signed outside: who attests it, and the rules before signing it does not meet."""

    organisation: str
    unmet: list[str]
    en: str
    cy: str


class VersionOut(BaseModel):
    """One version, with its terms as they were given.

    `signatures` were given to this text, those in `carried` to an earlier one that differs in nothing that
    touches their body. `signatures_needed`, quality reviews, answers at review and notices are told to the
    parties. `surviving` is what goes on to bind after flows that have ended.
    """

    ref: str
    version: int
    status: str
    hash: str
    terms: dict[str, Any]
    flows: list[FlowOut]
    signatures: list[SignatureOut]
    carried: list[CarriedOut] = []
    signatures_needed: list[NeededOut] = []
    reviews: list[QualityReviewOut] = []
    review_answers: list[ReviewAnswerOut] = []
    notices: list[NoticeOut] = []
    surviving: list[SurvivingOut] = []
    signed_outside: OutsideOut | None = None


class WordsOut(BaseModel):
    """A run of words: in both texts (`same`), in the later alone (`added`) or the earlier (`removed`)."""

    kind: str
    text: str


class DifferenceOut(BaseModel):
    """One field or thing that differs. `pointer` is into the later text; into the earlier where removed."""

    pointer: str
    place: str
    kind: str
    before: Any
    after: Any
    words: list[WordsOut]
    en: str
    cy: str


class DifferencesOut(BaseModel):
    """What one version changed of another."""

    ref: str
    version: int
    compared_with: int
    differences: list[DifferenceOut]


class WarningOut(BaseModel):
    """What whoever drafts should know; it stops nothing."""

    pointer: str
    code: str
    en: str
    cy: str


class AlikeOut(BaseModel):
    """An agreement like the one meant, and what it shares with it."""

    ref: str
    version: int
    status: str
    title: dict[str, str]
    parties: list[str]
    purposes: list[str]
    categories: list[str]


class SimilarOut(BaseModel):
    """Agreements like the one meant, the most alike first."""

    results: list[AlikeOut]


class ChangedOut(BaseModel):
    """What a change came to. `log_index` is the person's act, `log_size` follows the last entry.

    `pending` says who else must act, or what is waited for: `second-organisation`, `second-person`,
    `other-controllers`, `notice`. `surviving` is what goes on to bind after the flows that this ended.
    `warnings` and `similar` come with a draft: what to know of the agreement on top, and those like this one.
    """

    ref: str
    version: int
    status: str
    hash: str
    flows: list[FlowOut]
    log_index: int
    log_size: int
    pending: str | None = None
    surviving: list[SurvivingOut] = []
    warnings: list[WarningOut] = []
    similar: list[AlikeOut] = []


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
