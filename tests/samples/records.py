"""Records as they come over the wire, and those parts of them that tests change."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from registry import clock
from tests.samples.agreements import BLACKPOOL, NOW

EVALUATION = "01990000-0000-7000-8000-000000000000.1"
CERTIFICATE = "sha256:" + "c" * 64


def incident(ref: str, **changes: Any) -> dict[str, Any]:
    """A list that went to the wrong recipient an hour ago."""
    discovered_at = NOW - timedelta(hours=1)
    return deepcopy(
        {
            "ref": ref,
            "flow": "f1",
            "kind": "wrong-recipient",
            "severity": "high",
            "discovered_on": clock.london_day(discovered_at),
            "discovered_at": discovered_at,
            "narrative": "The monthly figures were sent to another council.",
            "people_affected": 0,
        }
        | changes
    )


def emergency(**changes: Any) -> dict[str, Any]:
    """A decision to share with Blackpool, made half an hour ago."""
    return deepcopy(
        {
            "decision": "share",
            "evaluation_id": EVALUATION,
            "role": "social-worker",
            "recipient": BLACKPOOL,
            "purpose": "child-safeguarding",
            "categories": ["safeguarding-flag", "identity"],
            "items": ["child-protection-plan"],
            "basis": "safeguarding",
            "decided_at": NOW - timedelta(minutes=30),
            "risk": "The child was seen at the station with a known offender.",
            "why_now": "The train leaves in ten minutes.",
            "consent": {"sought": False, "why_not": "It would have put the child at risk."},
            "informed": {"told": True},
            "notified": ["manager"],
        }
        | changes
    )
