"""The agreements that an assessment covers, seen from below: `agreements` implements `AgreementDirectory`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from registry.db import Reading
from registry.errors import FieldError
from registry.web.body import field_error


@dataclass(frozen=True, slots=True)
class Parties:
    """The organisations that an agreement names, and those among them that decide purposes and means."""

    controllers: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()


@runtime_checkable
class AgreementDirectory(Protocol):
    """Looks up agreements by reference."""

    def parties(self, reading: Reading, ref: str) -> Parties | None:
        """The parties of an agreement's newest version, as primary identifiers; None when there is none."""


def parties_of(reading: Reading, agreements: AgreementDirectory, refs: Iterable[str]) -> Parties:
    """The parties of all these agreements together; an agreement that is gone adds none."""
    found = [parties for ref in refs if (parties := agreements.parties(reading, ref)) is not None]
    return Parties(
        controllers=frozenset().union(*(parties.controllers for parties in found)),
        parties=frozenset().union(*(parties.parties for parties in found)),
    )


def unreadable_covers(
    reading: Reading, agreements: AgreementDirectory, refs: Iterable[str], *, organisation: str
) -> tuple[FieldError, ...]:
    """A field error for each reference to no agreement, or to none that this organisation is party to."""
    found = ((place, ref, agreements.parties(reading, ref)) for place, ref in enumerate(refs))
    return tuple(
        field_error(f"/covers/{place}", "unknown-agreement", value=ref)
        for place, ref, parties in found
        if parties is None or organisation not in parties.parties
    )
