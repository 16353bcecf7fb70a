"""Durable approvals through the API: signatures in the database and in the log before they are answered."""

from pathlib import Path
from time import perf_counter_ns

from registry.db.migrate import migrate
from tests.bench.timing import Timing
from tests.signoffs import build, give, prepare

CONNECTIONS = 8


def measure(data_dir: Path, database_url: str, *, agreements: int) -> Timing:
    """Bring agreements to the point where two bodies can sign, then let both sign all of them."""
    migrate(database_url)
    house = build(data_dir, database_url)
    sign_offs = prepare(house, agreements=agreements)
    with house.serving():
        began = perf_counter_ns()
        outcome = give(house, sign_offs, workers=CONNECTIONS)
        total_ns = perf_counter_ns() - began
    if len(outcome.answered) != len(sign_offs):
        raise RuntimeError(f"not every signature was accepted: {outcome.refused[:1]}")
    return Timing.of([answered.took_ns for answered in outcome.answered], total_ns=total_ns)
