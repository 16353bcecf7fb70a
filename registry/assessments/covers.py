"""The agreements that an assessment covers, seen from below: `agreements` implements `AgreementDirectory`."""

from collections.abc import Iterable, Iterator
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What an agreement is about, and what an assessment speaks of: codes, and primary identifiers."""

    categories: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()

    def beyond(self, other: "Extent") -> "Extent":
        """What of this the other does not have (UK GDPR Article 35(7); rule DP-05)."""
        return Extent(
            categories=self.categories - other.categories,
            purposes=self.purposes - other.purposes,
            parties=self.parties - other.parties,
        )

    def __bool__(self) -> bool:
        return bool(self.categories or self.purposes or self.parties)


@runtime_checkable
class AgreementDirectory(Protocol):
    """Looks up agreements by reference."""

    def parties(self, reading: Reading, ref: str) -> Parties | None:
        """The parties of an agreement's newest version, as primary identifiers; None when there is none."""

    def extent(self, reading: Reading, ref: str) -> Extent | None:
        """What an agreement's newest version is about; None when there is none."""


def parties_of(reading: Reading, agreements: AgreementDirectory, refs: Iterable[str]) -> Parties:
    """The parties of all these agreements together; an agreement that is gone adds none."""
    found = [parties for ref in refs if (parties := agreements.parties(reading, ref)) is not None]
    return Parties(
        controllers=frozenset().union(*(parties.controllers for parties in found)),
        parties=frozenset().union(*(parties.parties for parties in found)),
    )


def uncovered(
    reading: Reading, agreements: AgreementDirectory, refs: Iterable[str], scope: Extent
) -> Iterator[tuple[str, Extent]]:
    """For each of these agreements, what it has that the scope does not; nothing where it is all covered."""
    for ref in refs:
        extent = agreements.extent(reading, ref)
        if extent is not None:
            yield ref, extent.beyond(scope)


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
