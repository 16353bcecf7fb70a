"""The clocks of assessments (`assessment-clocks.yaml`): the regulator's, and those of reviews."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.policy.entries import Entry, Model, Text

Count = Annotated[int, Field(ge=0)]


class ConsultationClock(Entry):
    """How long the regulator has to reply under one regime, from the day it is asked."""

    cite: Text
    weeks: Annotated[int, Field(ge=1)]
    extension_weeks: Count
    extension_months: Count


class ReviewClocks(Model):
    """Months until a DPIA is due for review, until it is too old, until a tool is to have shown effect."""

    dpia_due_months: Annotated[int, Field(ge=1)]
    dpia_lapsed_months: Annotated[int, Field(ge=1)]
    effect_months: Annotated[int, Field(ge=1)]


class AssessmentClocks(Model):
    """Every clock of assessments."""

    consultation: Annotated[tuple[ConsultationClock, ...], Field(min_length=1)]
    review: ReviewClocks

    @model_validator(mode="after")
    def _one_clock_a_regime(self) -> Self:
        if len({clock.code for clock in self.consultation}) < len(self.consultation):
            raise ValueError("a regime has two clocks")
        if self.review.dpia_due_months > self.review.dpia_lapsed_months:
            raise ValueError("a DPIA is due before it is too old")
        return self

    def consultation_of(self, regime: str) -> ConsultationClock:
        """Return the clock of a regime.

        Raises:
            StopIteration: it has none.
        """
        return next(clock for clock in self.consultation if clock.code == regime)
