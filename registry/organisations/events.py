"""What the log says about organisations, people and roles. People appear by row id only, never by name."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(Event):
    """An organisation joined the register; the subject is its primary identifier."""

    type: ClassVar[str] = "organisation.registered"


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """A person was given a local account; the subject is the row id."""

    type: ClassVar[str] = "person.registered"


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """A person began to hold `role` at `party`; the subject is the id of this holding, not of the person."""

    type: ClassVar[str] = "role.granted"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    """A person ceased to hold `role` at `party`; the subject is the id of the holding that ended."""

    type: ClassVar[str] = "role.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})
