"""Durable approvals through the API: signatures in the database and in the log before they are answered."""

from pathlib import Path
from time import perf_counter_ns

from registry.db.migrate import migrate
from tests.bench.timing import Timing
from tests.signoffs import build, give, prepare

CONNECTIONS = 8
WARMING = 80
"""Signatures that are not counted: a connection compiles and prepares each statement the first times."""


def measure(data_dir: Path, database_url: str, *, agreements: int, workers: int = 1) -> Timing:
    """Bring agreements to the point where two bodies can sign, then let both sign all of them."""
    migrate(database_url)
    house = build(data_dir, database_url)
    sign_offs = prepare(house, agreements=agreements)
    with house.serving(workers=workers):
        warm = min(WARMING, len(sign_offs) // 2)
        warming, counted = sign_offs[:warm], sign_offs[warm:]
        give(house, warming, workers=CONNECTIONS)
        began = perf_counter_ns()
        outcome = give(house, counted, workers=CONNECTIONS)
        total_ns = perf_counter_ns() - began
    if len(outcome.answered) != len(counted):
        raise RuntimeError(f"not every signature was accepted: {outcome.refused[:1]}")
    return Timing.of([answered.took_ns for answered in outcome.answered], total_ns=total_ns)
