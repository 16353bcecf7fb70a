"""What lies behind one entry of a sample: what it says, and the evidence of who approved and how."""

import json
from dataclasses import dataclass

from registry.auditing.population import Item
from registry.auditlog.entries import is_sealed
from registry.auditlog.queries import event_at
from registry.db import Reading
from registry.exports.queries import openings
from registry.passkeys.queries import find_evidence

AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of a sample as the page shows it. `ref` is empty where it is about no agreement."""

    item: Item
    text: str
    ref: str
    has_evidence: bool
    strength: str


def shown_of(reading: Reading, item: Item) -> Shown:
    """An entry with what the auditor can follow up."""
    about = item.subject
    return Shown(
        item=item,
        text=json.dumps(item.members, ensure_ascii=False, indent=2, sort_keys=True),
        ref=str(about.get("id", "")) if about.get("kind") == AGREEMENT else "",
        has_evidence=find_evidence(reading, item.index) is not None,
        strength=str(item.members.get("strength") or ""),
    )


def evidence_of(reading: Reading, index: int, *, own: str) -> bytes | None:
    """The evidence of the approval at an index, where what was approved is public or the own body's."""
    found, row = find_evidence(reading, index), event_at(reading, index)
    if found is None or row is None:
        return None
    opening = openings(reading, [index]).get(index)
    is_public = not is_sealed(row.body) or (opening is not None and opening.public)
    return bytes(found.document) if is_public or found.organisation == own else None
