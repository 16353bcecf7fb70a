"""Obligations as an enforcing system reads them (AuthZEN Obligations Profile, draft 1).

Whoever enforces must do every obligation of a yes or treat it as a no. A system may say beforehand which it
can do; then a yes whose obligations it cannot do is answered with a no that names them. `custom`, the one
type the draft leaves to each registry, stands for all; the codes of `policies/law/obligations.yaml` stand
each for itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from registry.decisions.rules import Decision, Outcome
from registry.policy import Law

CUSTOM = "custom"
UNSUPPORTED = "obligations-not-supported"

Obligations = Sequence[dict[str, Any]]


def supported_obligations(law: Law) -> list[str]:
    """What the metadata lists, and all that counts of what a system says it can do."""
    return [CUSTOM, *law.obligations]


def profiled(obligations: Obligations) -> list[dict[str, Any]]:
    """The obligations of one answer with the members of the profile beside the registry's own."""
    return [
        {
            "id": f"o{number}",
            "type": CUSTOM,
            "properties": {"code": obligation["code"], **obligation["params"]},
            **obligation,
        }
        for number, obligation in enumerate(obligations, 1)
    ]


def honoured(decision: Decision, obligations: Obligations, declared: Iterable[str]) -> Decision:
    """The decision for a system that can do what it declares: no yes that it could not keep."""
    able = frozenset(declared)
    if CUSTOM in able:
        return decision
    missing = sorted({obligation["code"] for obligation in obligations} - able)
    if not missing:
        return decision
    return replace(decision, outcome=Outcome.BLOCKED_BY_RULE, code=UNSUPPORTED, about=", ".join(missing))
