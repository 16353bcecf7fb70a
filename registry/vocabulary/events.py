"""What the log says about entries of law that a deployment adds: the digest of the whole overlay."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True)
class OverlayProposed(Event):
    """A person proposed that the entries with this digest count; the subject is the digest."""

    type: ClassVar[str] = "law.overlay_proposed"


@dataclass(frozen=True, kw_only=True)
class OverlayApproved(Event):
    """A second person approved them; they count from the next start. The subject is the digest."""

    type: ClassVar[str] = "law.overlay_approved"
