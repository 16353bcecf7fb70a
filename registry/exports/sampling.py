"""Drawing a random sample of entries from the log itself, with what is public of each."""

from registry.auditlog import served
from registry.auditlog.entries import is_sealed
from registry.auditlog.queries import bodies
from registry.auditlog.rules import NothingPublished
from registry.db import Reading
from registry.exports import queries
from registry.passkeys.queries import find_evidence
from registry.verification.sample import Drawn, draw


def draw_from_log(reading: Reading, seed: str, number: int) -> tuple[int, list[Drawn]]:
    """The size of the newest published checkpoint, and entries drawn from those it signs.

    Raises:
        NothingPublished: there is no checkpoint yet.
        ValueError: see `draw`.
    """
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    return newest.size, [_drawn(reading, index) for index in draw(seed, newest.size, number)]


def _drawn(reading: Reading, index: int) -> Drawn:
    (entry,), evidence = bodies(reading, index, 1), find_evidence(reading, index)
    opening = queries.openings(reading, [index]).get(index)
    opened = opening.value if opening and opening.public else None
    is_shown = opened is not None or not is_sealed(entry)
    return Drawn(
        index=index,
        entry=entry.decode(),
        opened=opened,
        evidence=bytes(evidence.document).decode() if evidence and is_shown else None,
    )
