"""The data-ethics document, `ethics/1`: triggers, nine dimensions of scored answers, conditions (DOMAIN 5.2).

Nothing but the form is demanded while it is written; `gaps` says what is missing before it can be submitted,
and `weaknesses` what keeps the answers from carrying an approval.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from registry.assessments import documents
from registry.assessments.documents import AssessmentDocument, Coded, Condition
from registry.assessments.transitions import Findings
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


class Pilot(WireModel):
    """Where and until when a tool is tried out. An approval holds no longer than that."""

    area: Line = ""
    until: date


class EthicsDocument(AssessmentDocument):
    """The whole document. A trigger that is unclear counts as one that applies."""

    schema_: Literal["ethics/1"] = Field(default="ethics/1", alias="schema")
    triggers: Annotated[dict[Code, Literal["yes", "no", "unclear"]], Field(max_length=50)] = {}
    model: AssessedModel = AssessedModel()
    pilot: Pilot | None = None
    answers: Annotated[dict[Code, Answer], Field(max_length=100)] = {}
    conditions: Annotated[list[Condition], Field(max_length=50)] = []

    def unknown_codes(self, law: Law) -> tuple[FieldError, ...]:
        """A field error for each code that is in no list of the law."""
        return documents.list_unknown(self._codes(law))

    def gaps(self, law: Law) -> tuple[FieldError, ...]:
        """What is missing before it can be submitted."""
        triggers = (
            field_error(f"/triggers/{trigger.code}", "missing")
            for trigger in law.ethics.triggers
            if trigger.code not in self.triggers
        )
        pilot = documents.gaps(self.pilot, "/pilot") if self.pilot else ()
        answers = (gap for question in law.ethics.questions for gap in self._answer_gaps(question.code))
        model = documents.gaps(self.model, "/model")
        return (*documents.shared_gaps(self), *triggers, *model, *pilot, *answers)

    def findings(self, law: Law, *, dpo_designated: bool) -> Findings:
        """What the text says, judged by the law of the day."""
        return Findings(
            pilot_until=self.pilot.until if self.pilot else None, weaknesses=tuple(self._weaknesses(law))
        )

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
