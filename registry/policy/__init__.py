"""Law, gates, access and sharing rules, read from the files under `policies/`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from registry.policy.access import Access, Decision
from registry.policy.amending import Amending
from registry.policy.cedar import BadPolicyFile
from registry.policy.digest import policy_digest
from registry.policy.gates import Gates
from registry.policy.law import Law
from registry.policy.lifecycle import Lifecycle
from registry.policy.records import RecordKeeping
from registry.policy.rule import Unit, Unmet
from registry.policy.sharing import Sharing

__all__ = [
    "Access",
    "Amending",
    "BadPolicyFile",
    "Decision",
    "Gates",
    "Law",
    "Lifecycle",
    "Policies",
    "RecordKeeping",
    "Sharing",
    "Unit",
    "Unmet",
    "policy_digest",
]


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything under `policies/`, read and checked once at start-up, and the digest that names it."""

    digest: str
    law: Law
    gates: Gates
    access: Access
    sharing: Sharing
    amending: Amending
    lifecycle: Lifecycle
    records: RecordKeeping

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read a folder of policies.

        Raises:
            BadPolicyFile: any file cannot be used; nothing is loaded in part.
        """
        return cls(
            digest=policy_digest(root),
            law=Law.load(root / "law"),
            gates=Gates.load(root / "gates"),
            access=Access.load(root / "access"),
            sharing=Sharing.load(root / "sharing"),
            amending=Amending.load(root / "amending"),
            lifecycle=Lifecycle.load(root / "lifecycle"),
            records=RecordKeeping.load(root / "records"),
        )
