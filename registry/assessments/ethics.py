"""The data-ethics document, `ethics/1`: triggers, nine dimensions of scored answers, conditions (DOMAIN 5.2).

Nothing but the form is demanded while it is written; `gaps` says what is missing before it can be submitted,
and `weaknesses` what keeps the answers from carrying an approval.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from registry.assessments import documents
from registry.assessments.documents import AssessmentDocument, Coded, Condition, Limits
from registry.assessments.public_record import PublicRecord
from registry.assessments.transitions import Findings, Stage
from registry.errors import FieldError
from registry.policy import Law
from registry.web.body import WireModel, field_error
from registry.web.documents import Code, Line, Text


class Answer(WireModel):
    """One answer: 0 (not addressed) to 5 (independently reviewed), its evidence and its owner."""

    score: Annotated[int, Field(ge=0, le=5)] | None = None
    text: Text = ""
    evidence: Line = ""
    mitigation: Text = ""
    owner: Line = ""


class AssessedModel(WireModel):
    """The tool that was assessed: another version is another assessment."""

    name: Line = ""
    version: Line = ""
    vendor: Line = ""


AreaCode = Annotated[str, StringConstraints(pattern=r"^[EWSNK][0-9]{8}$")]
"""The GSS code of an area."""


class Pilot(WireModel):
    """Where and when a tool is tried out, how that is measured, and what stops it.

    An approval holds no longer than `until`, and only in the `areas` where some are given.
    """

    area: Line = ""
    until: date
    starts_on: date | None = None
    areas: Annotated[list[AreaCode], Field(max_length=100)] = []
    stop_rules: Annotated[list[Line], Field(max_length=50)] = []
    measures: Annotated[list[Line], Field(max_length=50)] = []


class EthicsDocument(AssessmentDocument):
    """The whole document. A trigger that is unclear counts as one that applies.

    One assessment goes through the stages: an opinion on the idea, before a pilot, before use. Where `stage`
    is not given, a `pilot` says that this is about one.
    """

    schema_: Literal["ethics/1"] = Field(default="ethics/1", alias="schema")
    triggers: Annotated[dict[Code, Literal["yes", "no", "unclear"]], Field(max_length=50)] = {}
    stage: Stage | None = None
    model: AssessedModel = AssessedModel()
    pilot: Pilot | None = None
    answers: Annotated[dict[Code, Answer], Field(max_length=100)] = {}
    conditions: Annotated[list[Condition], Field(max_length=50)] = []
    public_record: PublicRecord = PublicRecord()

    @property
    def asked_at(self) -> Stage:
        """The stage at which the opinion is asked for."""
        return self.stage or ("before-pilot" if self.pilot else "before-use")

    def unknown_codes(self, law: Law) -> tuple[FieldError, ...]:
        """A field error for each code that is in no list of the law."""
        return documents.list_unknown(self._codes(law))

    def gaps(self, law: Law) -> tuple[FieldError, ...]:
        """What is missing before it can be submitted: of an idea no more than what it is about."""
        triggers = (
            field_error(f"/triggers/{trigger.code}", "missing")
            for trigger in law.ethics.triggers
            if trigger.code not in self.triggers
        )
        if self.asked_at == "idea":
            return (*documents.gaps(self.scope, "/scope"), *triggers)
        answers = (gap for question in law.ethics.questions for gap in self._answer_gaps(question.code))
        model = documents.gaps(self.model, "/model")
        return (*documents.shared_gaps(self), *triggers, *model, *self._pilot_gaps(), *answers)

    def findings(self, law: Law, *, dpo_designated: bool) -> Findings:
        """What the text says, judged by the law of the day."""
        idea = self.asked_at == "idea"
        return Findings(
            pilot_until=pilot.until if (pilot := self._tried_out()) else None,
            idea=idea,
            weaknesses=() if idea else tuple(self._weaknesses(law)),
        )

    def limits(self, law: Law) -> Limits:
        """What else it says that gates ask."""
        pilot = self._tried_out()
        return Limits(
            stage=self.asked_at,
            model=self.model.name,
            model_version=self.model.version,
            pilot_areas=pilot.areas if pilot else [],
            pilot_starts_on=pilot.starts_on if pilot else None,
            pilot_until=pilot.until if pilot else None,
            stop_rules=pilot.stop_rules if pilot else [],
            conditions=self.conditions,
            public_record=not self.public_record_gaps(),
        )

    def public_record_gaps(self) -> tuple[str, ...]:
        """The members of `public_record` that the record of the tool still needs."""
        return self.public_record.gaps()

    def is_triggered(self) -> bool:
        """Whether any trigger applies; one that is unclear does."""
        return any(said != "no" for said in self.triggers.values())

    def _tried_out(self) -> Pilot | None:
        return self.pilot if self.asked_at == "before-pilot" else None

    def _pilot_gaps(self) -> Iterator[FieldError]:
        if self.pilot is None:
            if self.asked_at == "before-pilot":
                yield field_error("/pilot", "missing")
        elif not self.pilot.area:
            yield field_error("/pilot/area", "missing")

    def _codes(self, law: Law) -> Iterator[Coded]:
        yield from documents.scope_codes(self.scope, law)
        triggers = [trigger.code for trigger in law.ethics.triggers]
        questions = [question.code for question in law.ethics.questions]
        yield from (Coded(f"/triggers/{code}", code, triggers, "ethics triggers") for code in self.triggers)
        yield from (Coded(f"/answers/{code}", code, questions, "ethics questions") for code in self.answers)

    def _answer_gaps(self, question: str) -> Iterator[FieldError]:
        """An answer needs a score and an owner; one above 0 claims something, so it needs its evidence."""
        answer = self.answers.get(question)
        if answer is None:
            yield field_error(f"/answers/{question}", "missing")
            return
        asked = {"score", "owner"} | ({"evidence"} if answer.score else set())
        for gap in documents.gaps(answer, f"/answers/{question}"):
            if gap.pointer.rpartition("/")[2] in asked:
                yield gap

    def _weaknesses(self, law: Law) -> Iterator[FieldError]:
        """A critical answer below the pass score, a mean below it, a condition that nobody owns."""
        needed = law.ethics.pass_score
        scores = {question.code: self._score(question.code) for question in law.ethics.questions}
        applying = [code for code, said in self.triggers.items() if said != "no"]
        for question in law.ethics.critical(applying):
            if (score := scores[question.code]) < needed:
                yield field_error(
                    f"/answers/{question.code}", "critical-score-low", score=score, needed=needed
                )
        if sum(scores.values()) < needed * len(scores):
            yield field_error("/answers", "mean-score-low", needed=needed)
        for place, condition in enumerate(self.conditions):
            if not condition.owner:
                yield field_error(f"/conditions/{place}/owner", "condition-unowned")

    def _score(self, question: str) -> int:
        answer = self.answers.get(question)
        return (answer.score or 0) if answer else 0
