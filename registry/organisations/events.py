"""What the log says about organisations, people and roles. People appear by row id only, never by name."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(Event):
    """An organisation joined the register; the subject is its primary identifier."""

    type: ClassVar[str] = "organisation.registered"
    permits: ClassVar[frozenset[str]] = frozenset({"aliases", "kind", "nations"})


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


@dataclass(frozen=True, kw_only=True)
class RoleProposed(Event):
    """A first person asked that someone hold `role` at `party`; a second one must complete it."""

    type: ClassVar[str] = "role.proposed"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})


@dataclass(frozen=True, kw_only=True)
class DelegationProposed(Event):
    """A first person asked that `role` at `party` be lent; a second one must complete it."""

    type: ClassVar[str] = "delegation.proposed"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})


@dataclass(frozen=True, kw_only=True)
class DelegationGiven(Event):
    """`role` at `party` was lent for the days and within the limits of the document whose digest is given."""

    type: ClassVar[str] = "delegation.given"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(Event):
    """A delegation of `role` at `party` ended before its last day."""

    type: ClassVar[str] = "delegation.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"role", "party"})


@dataclass(frozen=True, kw_only=True)
class AuthorityShared(Event):
    """A body recorded that a person may sign for it and for `party`; it counts once both have."""

    type: ClassVar[str] = "authority.shared"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class AuthorityEnded(Event):
    """A body's word that a person may sign for it and for `party` ended: taken back, or the person left."""

    type: ClassVar[str] = "authority.ended"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class TrainingRecorded(Event):
    """A course was completed for `role`; the subject is the id of the record."""

    type: ClassVar[str] = "training.recorded"
    requires: ClassVar[frozenset[str]] = frozenset({"role"})


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Event):
    """A person left the body `party`: all that bound them to it ended; the subject is the row id."""

    type: ClassVar[str] = "person.left"
    requires: ClassVar[frozenset[str]] = frozenset({"party"})


@dataclass(frozen=True, kw_only=True)
class AssuranceRecorded(Event):
    """A body recorded what it can show for itself; `reason_code` is the kind of assurance."""

    type: ClassVar[str] = "assurance.recorded"
    requires: ClassVar[frozenset[str]] = frozenset({"party", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class SuccessionProposed(Event):
    """A first person recorded an order of succession; `evidence` is the digest of its terms."""

    type: ClassVar[str] = "succession.proposed"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "party", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class SuccessionOrdered(Event):
    """A second person confirmed an order of succession; it takes effect on its day."""

    type: ClassVar[str] = "succession.ordered"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "party", "reason_code"})


@dataclass(frozen=True, kw_only=True)
class ShareSucceeded(Event):
    """In one agreement `party`, and not the heir, takes the place of the subject. The system's act."""

    type: ClassVar[str] = "organisation.share_succeeded"
    requires: ClassVar[frozenset[str]] = frozenset({"agreement", "party"})


@dataclass(frozen=True, kw_only=True)
class OrganisationSucceeded(Event):
    """The day of an order came: `party` answers for the subject from now on. The system's act."""

    type: ClassVar[str] = "organisation.succeeded"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence", "party", "reason_code"})
