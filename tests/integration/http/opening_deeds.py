"""The write operations on openings of the log: an erasure asked for, and confirmed by a second person."""

from registry.auditlog import history
from tests.integration.http.deed import Deed, Thing
from tests.integration.http.world import Json, World

ERASURES = "/api/v1/log/erasures"


def erasure(world: World, thing: Thing) -> Json:
    """The newest entry about a draft: sealed, and its author's."""
    with world.db.read() as reading:
        newest = history(reading, "agreement", thing.id)[0]
    return {"index": newest.index, "field": "entry", "reason": "unlawful"}


ASK = Deed(f"POST {ERASURES}", "agreement draft", erasure, role="dpo")
CONFIRM = Deed(
    f"POST {ERASURES}/{{identifier}}/confirm",
    "erasure asked for",
    None,
    role="siro",
    wrong_stage="erasure done",
)

OPENING_DEEDS: tuple[Deed, ...] = (ASK, CONFIRM)
OPENING_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "erasure asked for": ("agreement draft", (ASK,), None),
    "erasure done": ("erasure asked for", (CONFIRM,), None),
}
