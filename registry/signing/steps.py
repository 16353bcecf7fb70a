"""Which act an assessment waits for, and whose it is: read off the transition table, never written twice."""

from dataclasses import dataclass
from typing import Literal

from registry.assessments.transitions import HOLDERS, TRANSITIONS, Kind, Status

StepName = Literal["advise", "decide"]


@dataclass(frozen=True, slots=True)
class Step:
    """An act that an assessment waits for, and the roles at its owner that do it."""

    name: StepName
    roles: tuple[str, ...]


def _steps() -> dict[tuple[Kind, Status], Step]:
    found: dict[tuple[Kind, Status], Step] = {}
    for kind, rows in TRANSITIONS.items():
        for row in rows:
            if row.source is not None and row.action in ("advise", "approve"):
                name: StepName = "advise" if row.action == "advise" else "decide"
                found[kind, row.source] = Step(name, HOLDERS[kind, row.role])
    return found


STEPS = _steps()
"""The act by kind and status. In any other status it is with whoever writes it, or with nobody."""

WRITING = frozenset({Status.SCREENING, Status.DRAFT, Status.REJECTED, Status.HIGH_RESIDUAL, Status.REOPENED})
"""Statuses in which the text is with whoever writes it."""


def step_of(kind: str, status: str) -> Step | None:
    """The act that an assessment of a kind waits for in a status."""
    return STEPS.get((Kind(kind), Status(status)))
