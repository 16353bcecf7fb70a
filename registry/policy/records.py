"""The periods, bank holidays and codes of a living agreement's records, read from `policies/records`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import ValidationError, model_validator

from registry.policy.cedar import BadPolicyFile
from registry.policy.entries import Code, Mark, Model, Sentence
from registry.yamlfiles import read_yaml

SATURDAY = 5


class RecordCode(Sentence):
    """One code of a list, with the mark of where it comes from (`own`: unverified)."""

    code: Code
    mark: Mark


class Clock(RecordCode):
    """A period: so many hours, days, or working days."""

    cite: str
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if sum(length is not None for length in (self.hours, self.days, self.working_days)) != 1:
            raise ValueError("a clock has exactly one length")
        return self


class Reviewed(Model):
    """What every file says of itself: how its Welsh stands, when it was looked over, when it is again."""

    cy_status: Literal["official", "translator", "draft"]
    reviewed_on: date
    review_due: date


class Clocks(Reviewed):
    """The file of clocks."""

    clocks: list[Clock]


class Holidays(Model):
    """The file of bank holidays."""

    mark: Mark
    days: list[date]


class Codes(Reviewed):
    """The file of code lists."""

    lists: dict[str, list[RecordCode]]


@dataclass(frozen=True, slots=True)
class RecordKeeping:
    """Every clock, every day on which nobody works, every list of codes by its name."""

    clocks: Mapping[str, Clock]
    holidays: frozenset[date]
    codes: Mapping[str, Mapping[str, RecordCode]]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/records`.

        Raises:
            BadPolicyFile: a file is not of its shape.
        """
        clocks = _read(folder / "clocks.yaml", Clocks).clocks
        lists = _read(folder / "codes.yaml", Codes).lists
        return cls(
            clocks={clock.code: clock for clock in clocks},
            holidays=frozenset(_read(folder / "bank-holidays.yaml", Holidays).days),
            codes={name: {entry.code: entry for entry in entries} for name, entries in lists.items()},
        )

    def due_at(self, clock: str, start: datetime) -> datetime:
        """The instant at which a clock of hours that began at an instant runs out."""
        return start + timedelta(hours=self.clocks[clock].hours or 0)

    def due_on(self, clock: str, start: date) -> date:
        """The last day of a clock of days, or of working days, that began on a day."""
        found = self.clocks[clock]
        if found.working_days is not None:
            return self.working_days_after(start, found.working_days)
        return start + self.days(clock)

    def days(self, clock: str) -> timedelta:
        """The length of a clock of days."""
        return timedelta(days=self.clocks[clock].days or 0)

    def working_days_after(self, start: date, count: int) -> date:
        """The day that many working days after a day, in England and Wales."""
        day = start
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < SATURDAY and day not in self.holidays
        return day


Shape = TypeVar("Shape", bound=Model)


def _read(path: Path, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(read_yaml(path))
    except (OSError, ValidationError, yaml.YAMLError) as fault:
        raise BadPolicyFile(f"{path.name}: {fault}") from fault
