"""Law, gates, access and sharing rules, read from the files under `policies/`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from registry.policy.access import Access, Decision
from registry.policy.amending import Amending
from registry.policy.cedar import BadPolicyFile
from registry.policy.digest import overlay_digest, policy_digest
from registry.policy.gates import Gates
from registry.policy.law import Law
from registry.policy.lifecycle import Lifecycle
from registry.policy.overlay import Difference, Overlay, check_overlay, read_overlay
from registry.policy.records import RecordKeeping
from registry.policy.rule import Unit, Unmet
from registry.policy.sharing import Sharing

__all__ = [
    "Access",
    "Amending",
    "BadPolicyFile",
    "Decision",
    "Difference",
    "Gates",
    "Law",
    "Lifecycle",
    "Overlay",
    "Policies",
    "RecordKeeping",
    "Sharing",
    "Unit",
    "Unmet",
    "overlay_digest",
    "policy_digest",
    "read_overlay",
]


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything under `policies/`, read and checked once at start-up, and the digest that names it.

    `overlay` is the digest of a deployment's own entries of law, where they count.
    """

    digest: str
    law: Law
    gates: Gates
    access: Access
    sharing: Sharing
    amending: Amending
    lifecycle: Lifecycle
    records: RecordKeeping
    overlay: str | None = None

    @classmethod
    def load(cls, root: Path, overlay: Path | None = None) -> Self:
        """Read a folder of policies, with a deployment's own entries of law over the shipped ones.

        Raises:
            BadPolicyFile: any file cannot be used; nothing is loaded in part.
        """
        if overlay is not None:
            check_overlay(overlay)
        return cls(
            digest=policy_digest(root, overlay),
            law=Law.load(root / "law", overlay and overlay / "law"),
            gates=Gates.load(root / "gates"),
            access=Access.load(root / "access"),
            sharing=Sharing.load(root / "sharing"),
            amending=Amending.load(root / "amending"),
            lifecycle=Lifecycle.load(root / "lifecycle"),
            records=RecordKeeping.load(root / "records"),
            overlay=overlay_digest(overlay) if overlay else None,
        )
