"""A log of a million entries: appended in bulk, exported, verified, and proofs made from its rows."""

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from registry.auditlog import append_many, queries, served
from registry.db import Database, Reading
from registry.db.migrate import migrate
from registry.exports.full import write_export
from registry.exports.trust import Trust
from registry.tlog.proof import Proof
from registry.tlog.tree import inclusion_path
from registry.verification.verify import verify
from tests.auditlog_world import SIGNER, happened, sign
from tests.bench.timing import Timing, time_each

BATCH = 2000
PROOFS = 2000
LOG_TABLES = ("log_entry", "log_tile_hash", "log_state")


@dataclass(frozen=True, slots=True)
class LargeLog:
    """Entries, and what they took. Octets are those of one entry on average."""

    entries: int
    appended_per_second: float
    export_seconds: float
    export_peak_megabytes: float
    verified_per_second: float
    proof: Timing
    proof_octets: int
    entry_octets: float
    stored_octets: float


def measure(url: str, folder: Path, entries: int) -> LargeLog:
    """Fill a fresh database with a log of so many entries and measure what is done with it."""
    migrate(url)
    db = Database(url)
    began = perf_counter()
    fill(db, entries)
    appended = entries / (perf_counter() - began)
    sign(db, folder)
    export_seconds, peak = export_elsewhere(url, folder / "export.zip")
    began = perf_counter()
    if not verify(folder / "export.zip", SIGNER.key).is_sound:
        raise RuntimeError("the export does not verify")
    verified = entries / (perf_counter() - began)
    with db.read() as reading:
        proof, proof_octets = time_proofs(reading, entries)
        octets = reading.scalar(text("SELECT AVG(LENGTH(body)) FROM log_entry"))
        stored = stored_octets(reading) / entries
    db.dispose()
    return LargeLog(
        entries, appended, export_seconds, peak, verified, proof, proof_octets, float(octets), stored
    )


def fill(db: Database, entries: int) -> None:
    """Append entries that say what most do, a batch a transaction."""
    for first in range(0, entries, BATCH):
        with db.write() as tx:
            append_many(tx, [happened(tx, number) for number in range(first, min(first + BATCH, entries))])


def export_elsewhere(url: str, target: Path) -> tuple[float, float]:
    """Seconds and peak memory (megabytes) of an export in a process of its own, its start included."""
    began = perf_counter()
    command = [sys.executable, "-m", "tests.bench.largelog", url, str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return perf_counter() - began, int(done.stdout) / 1024


def time_proofs(reading: Reading, entries: int) -> tuple[Timing, int]:
    """How long a proof takes from rows, and the octets of the longest."""
    newest = served.newest_served(reading)
    if newest is None:
        raise RuntimeError("the log was not signed")
    longest = 0

    def prove(index: int) -> None:
        nonlocal longest
        path = inclusion_path(index, newest.size, queries.subtrees(reading))
        longest = max(longest, len(Proof(index, tuple(path), newest.note).text()))

    dice = random.Random(1)  # noqa: S311 - which entries are proved is no secret
    return time_each(prove, [dice.randrange(entries) for _ in range(min(PROOFS, entries))]), longest


def stored_octets(reading: Reading) -> int:
    """What the tables of the log take on disk, indexes included."""
    names = ", ".join(f"'{name}'" for name in LOG_TABLES)
    if reading.dialect == "postgresql":
        return sum(reading.scalar(text(f"SELECT pg_total_relation_size('{name}')")) for name in LOG_TABLES)
    of_tables = f"SELECT name FROM sqlite_master WHERE tbl_name IN ({names})"  # noqa: S608 - our own names
    octets: int = reading.scalar(
        text(f"SELECT SUM(pgsize) FROM dbstat WHERE name IN ({of_tables})")  # noqa: S608 - our own names
    )
    return octets


def main() -> None:
    """Export, and print the peak of memory in kilobytes."""
    url, target = sys.argv[1:]
    db = Database(url)
    with db.read() as reading:
        write_export(reading, Path(target), Trust(SIGNER))
    db.dispose()
    print(peak_kilobytes())


def peak_kilobytes() -> int:
    """The most memory this program has held. What `getrusage` says includes who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
