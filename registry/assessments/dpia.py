"""The DPIA document, `dpia/1`: screening, the ICO's seven steps as structured answers, risks (DOMAIN 4).

Nothing but the form is demanded while it is written; `gaps` says what is missing before it can be submitted.
Step 7, sign-off, is not part of the document: advice, consultation and decision are acts of people.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.assessments import documents
from registry.assessments.documents import AssessmentDocument, Coded, Limits, OptionalCode
from registry.assessments.screening import LISTS
from registry.assessments.transitions import Findings
from registry.errors import FieldError
from registry.policy import Law
from registry.policy.entries import RiskMatrix
from registry.web.body import WireModel, field_error
from registry.web.documents import Code, LocalId, Text

NOT_SHARING = "not-sharing"
"""The risk that every DPIA weighs: of all the registry's risks it alone argues for sharing."""

Criteria = Annotated[list[Code], Field(max_length=20)]


class Screening(WireModel):
    """The criteria answered yes, and whether a DPIA is needed: "not needed" wants the DPO's view."""

    art35_3: Criteria = []
    ico: Criteria = []
    wp248: Criteria = []
    part3: Criteria = []
    outcome: Literal["required", "not_required"] | None = None
    reason: Text = ""

    @property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion answered yes, of all lists."""
        return (*self.art35_3, *self.ico, *self.wp248, *self.part3)


class Need(WireModel):
    """Step 1: why there is to be processing, of which kind, and why a DPIA."""

    aim: Text = ""
    processing: Text = ""
    why: Text = ""


class Description(WireModel):
    """Step 2: the nature, scope, context and purposes of the processing."""

    nature: Text = ""
    scope: Text = ""
    context: Text = ""
    purposes: Text = ""


class Consultation(WireModel):
    """Step 3: who was asked, or why not."""

    individuals: Text = ""
    internal: Text = ""
    processors: Text = ""
    experts: Text = ""


class Necessity(WireModel):
    """Step 4: necessity and proportionality."""

    basis: Text = ""
    alternatives: Text = ""
    function_creep: Text = ""
    minimisation: Text = ""
    information: Text = ""
    rights: Text = ""
    processors: Text = ""
    transfers: Text = ""


class Measure(WireModel):
    """Step 6: what is done about a risk, and what that does to it."""

    text: Text
    effect: Literal["eliminated", "reduced", "accepted"]


class Risk(WireModel):
    """Steps 5 and 6: one risk, before and after its measures.

    `code` is one of the catalogue or empty for a risk of one's own. `overall` and `residual` are given only
    to depart from the matrix: upward freely, downward with `why_lower` and the advice of the DPO.
    """

    id: LocalId
    code: OptionalCode = ""
    source: Text = ""
    likelihood: OptionalCode = ""
    severity: OptionalCode = ""
    overall: OptionalCode = ""
    measures: Annotated[list[Measure], Field(max_length=50)] = []
    residual_likelihood: OptionalCode = ""
    residual_severity: OptionalCode = ""
    residual: OptionalCode = ""
    why_lower: Text = ""

    def levels(self, matrix: RiskMatrix) -> tuple[str, str]:
        """The overall and the residual level: as given, else as the matrix has it; empty while unknown."""
        before, after = self._by_matrix(matrix)
        return self.overall or before, self.residual or after

    def is_lowered(self, matrix: RiskMatrix) -> bool:
        """Whether a level was given below that of the matrix."""
        order = [level.code for level in matrix.levels]
        pairs = zip((self.overall, self.residual), self._by_matrix(matrix), strict=True)
        return any(order.index(given) < order.index(found) for given, found in pairs if given and found)

    def _by_matrix(self, matrix: RiskMatrix) -> tuple[str, str]:
        cells = (
            (self.likelihood, self.severity),
            (self.residual_likelihood, self.residual_severity),
        )
        before, after = (
            matrix.level(likelihood=likelihood, severity=severity) if likelihood and severity else ""
            for likelihood, severity in cells
        )
        return before, after


class DpiaDocument(AssessmentDocument):
    """The whole document."""

    schema_: Literal["dpia/1"] = Field(default="dpia/1", alias="schema")
    screening: Screening = Screening()
    need: Need = Need()
    description: Description = Description()
    consultation: Consultation = Consultation()
    necessity: Necessity = Necessity()
    risks: Annotated[list[Risk], Field(max_length=500)] = []

    @model_validator(mode="after")
    def _each_risk_has_its_id(self) -> Self:
        if len({risk.id for risk in self.risks}) < len(self.risks):
            raise PydanticCustomError("repeated-risk", "two risks have one id")
        return self

    def unknown_codes(self, law: Law) -> tuple[FieldError, ...]:
        """A field error for each code that is in no list of the law."""
        return documents.list_unknown(self._codes(law))

    def gaps(self, law: Law) -> tuple[FieldError, ...]:
        """What is missing before it can be submitted: little when screening says that no DPIA is needed."""
        if self.screening.outcome == "required":
            return tuple(self._gaps_when_required(law))
        screening = documents.gaps(self.screening, "/screening")
        asked = (gap for gap in screening if gap.pointer in ("/screening/outcome", "/screening/reason"))
        covers = () if self.covers else (field_error("/covers", "missing"),)
        return (*covers, *asked)

    def findings(self, law: Law, *, dpo_designated: bool) -> Findings:
        """What the text says, judged by the law of the day."""
        required = self.screening.outcome == "required"
        lowered = any(risk.is_lowered(law.risk_matrix) for risk in self.risks)
        return Findings(
            required=required,
            advice_wanted=dpo_designated or lowered or not required,
            high_residual=self._is_high_residual(law),
        )

    def limits(self, law: Law) -> Limits:
        """What else it says that gates ask."""
        return Limits(high_residual=self._is_high_residual(law))

    def _is_high_residual(self, law: Law) -> bool:
        matrix = law.risk_matrix
        return any(risk.levels(matrix)[1] == matrix.levels[-1].code for risk in self.risks)

    def _codes(self, law: Law) -> Iterator[Coded]:
        yield from documents.scope_codes(self.scope, law)
        for name, listed in LISTS.items():
            known = {criterion.code for criterion in law.dpia_screening[listed].criteria}
            for place, criterion in enumerate(getattr(self.screening, name)):
                yield Coded(f"/screening/{name}/{place}", criterion, known, f"dpia-screening ({listed})")
        for place, risk in enumerate(self.risks):
            yield from _risk_codes(risk, f"/risks/{place}", law)

    def _gaps_when_required(self, law: Law) -> Iterator[FieldError]:
        yield from documents.shared_gaps(self)
        for name in ("need", "description", "consultation", "necessity"):
            yield from documents.gaps(getattr(self, name), f"/{name}")
        for place, risk in enumerate(self.risks):
            yield from _risk_gaps(risk, f"/risks/{place}", law.risk_matrix)
        if not any(risk.code == NOT_SHARING for risk in self.risks):
            yield field_error("/risks", "no-risk-of-not-sharing", expected=NOT_SHARING)


def _risk_codes(risk: Risk, pointer: str, law: Law) -> Iterator[Coded]:
    matrix = law.risk_matrix
    lists = {
        "likelihood": [entry.code for entry in matrix.likelihoods],
        "severity": [entry.code for entry in matrix.severities],
        "level": [entry.code for entry in matrix.levels],
    }
    yield Coded(f"{pointer}/code", risk.code, law.dpia_risks, "dpia-risks")
    for name, kind in (
        ("likelihood", "likelihood"),
        ("severity", "severity"),
        ("overall", "level"),
        ("residual_likelihood", "likelihood"),
        ("residual_severity", "severity"),
        ("residual", "level"),
    ):
        yield Coded(f"{pointer}/{name}", getattr(risk, name), lists[kind], f"risk-matrix ({kind})")


def _risk_gaps(risk: Risk, pointer: str, matrix: RiskMatrix) -> Iterator[FieldError]:
    asked = {"source", "likelihood", "severity", "measures", "residual_likelihood", "residual_severity"}
    if risk.is_lowered(matrix):
        asked.add("why_lower")
    for gap in documents.gaps(risk, pointer):
        if gap.pointer.rpartition("/")[2] in asked:
            yield gap
    for place, measure in enumerate(risk.measures):
        yield from documents.gaps(measure, f"{pointer}/measures/{place}")
