"""What belongs to a body beyond this room. Each room that stores what is a body's has an `Estate`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from registry.db import Reading, Transaction


@dataclass(frozen=True, slots=True)
class Passing:
    """One body's estate goes to its heir; what `shares` names by reference goes to another successor."""

    predecessor: str
    heir: str
    now: datetime
    shares: Mapping[str, str] = field(default_factory=dict)


class Estate(Protocol):
    """One part of the register, asked what a body or a person has there."""

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> Sequence[str]:
        """References of what a person wrote for an organisation and that is not in force yet."""

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """Whether something in force needs this organisation to have its roles filled."""

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Put the successors where the predecessor stood."""


@dataclass(frozen=True, slots=True)
class Estates:
    """Every part of the register together."""

    parts: Sequence[Estate]

    def unfinished(self, reading: Reading, *, organisation: str, person: str) -> list[str]:
        """References of what a person leaves unfinished at an organisation, in order."""
        found: Iterable[Sequence[str]] = (
            part.unfinished(reading, organisation=organisation, person=person) for part in self.parts
        )
        return sorted(ref for refs in found for ref in refs)

    def is_relied_on(self, reading: Reading, organisation: str) -> bool:
        """Whether anything in force needs this organisation to have its roles filled."""
        return any(part.is_relied_on(reading, organisation) for part in self.parts)

    def pass_on(self, tx: Transaction, passing: Passing) -> None:
        """Put the successors where the predecessor stood, in every part."""
        for part in self.parts:
            part.pass_on(tx, passing)
