"""How far a person's authority reaches, and what a body can show for itself: values for rules to judge."""

from dataclasses import dataclass
from datetime import date

RISKS = ("low", "medium", "high")
"""Levels of residual risk, lowest first (`policies/law/risk-matrix.yaml`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a delegation reaches. No kind named means every kind of agreement."""

    kinds: frozenset[str]
    max_risk: str

    def cover(self, *, kind: str, risk: str) -> bool:
        """Whether an agreement of this kind and residual risk lies within."""
        return (not self.kinds or kind in self.kinds) and RISKS.index(risk) <= RISKS.index(self.max_risk)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A person's authority to act in one role for one body: the role itself, or delegations of it."""

    outright: bool = False
    delegations: tuple[Limits, ...] = ()

    def covers(self, *, kind: str, risk: str) -> bool:
        """Whether it reaches to an agreement of this kind and residual risk (rule SD-03)."""
        return self.outright or any(limits.cover(kind=kind, risk=risk) for limits in self.delegations)


@dataclass(frozen=True, slots=True)
class Assured:
    """The newest record of one kind of assurance of a body. It counts up to and including `expires_on`."""

    kind: str
    level: str
    reference: str
    evidence: str
    expires_on: date

    def is_current(self, day: date) -> bool:
        """Whether it counts on a London day."""
        return day <= self.expires_on
