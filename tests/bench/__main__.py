"""`make bench`: how fast the registry is on this machine, beside what it is held to.

`QUICK=1` runs everything on less, to see that it works; its figures mean nothing.
"""

import os
import platform
import tempfile
from pathlib import Path

from tests import postgres
from tests.bench import (
    approvals,
    checks,
    consistency,
    decisions,
    engines,
    events,
    export,
    foresight,
    largelog,
    past,
    receipts,
    register,
    search,
    starting,
    trees,
)
from tests.bench.apart import apart
from tests.journeys.world import demo_world
from tests.webhook_world import OWN_NETWORK

QUICK = bool(os.environ.get("QUICK"))
SIZES = (1_000, 2_000) if QUICK else (1_000, 100_000, 1_000_000)
REGISTERED = 2_000 if QUICK else 100_000
SERVED = 2_000 if QUICK else 20_000  # agreements, with some ten entries in the log each
ROUND_SECONDS = 0.5 if QUICK else 5.0
SUSPENDED = 10 if QUICK else 100
SIGNED = 10 if QUICK else 300
ENTRIES = 5_000 if QUICK else 1_000_000


def main() -> None:
    """Measure and print."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors\n")
    print_decisions()
    print_engines()
    print_receipts()
    print_tree()
    with tempfile.TemporaryDirectory() as folder:
        print_demo(Path(folder))
    print_consistency()
    print_events()
    print_large_log()
    print_approvals()
    print_searches()


def print_decisions() -> None:
    """Decisions in one process."""
    for size in SIZES:
        found = apart(decisions.measure, size)
        print(f"decision, {size:,} agreements")
        print(f"  of a question            {found.decided}   goal: p50 <= 3 us, p99 <= 10 us at 100,000")
        print(f"  of its decoded JSON      {found.read_and_decided}")
        print(f"  index made in            {found.made_seconds:>10,.1f} s of processor time")
        print(f"    resident memory        {found.megabytes:>10,.0f} MB   goal: <= 80 MB at 100,000")


def print_engines() -> None:
    """The same questions put to what others decide with."""
    print(f"\nthe same questions, {REGISTERED:,} agreements")
    for name in engines.ENGINES:
        found = apart(engines.measure, name, REGISTERED, 200 if QUICK else 4_000)
        print(f"  {name:<24} {found.decided}   made in {found.made_seconds:.1f} s, {found.megabytes:,.0f} MB")


def print_receipts() -> None:
    """Receipts in one process."""
    found = receipts.measure(1_000 if QUICK else 4_000)
    print("\nreceipt of an answer, processor time")
    print(f"  given with the answer    {found.given_us:>10,.1f} us")
    print(f"  kept                     {found.kept_us:>10,.1f} us")
    print(f"  rooted                   {found.rooted_us:>10,.1f} us")
    print(f"  together                 {found.together_us:>10,.1f} us   goal: <= 60 us")


def print_tree() -> None:
    """The log's arithmetic in one process."""
    size = 10_000 if QUICK else 1_000_000
    found = trees.measure(size)
    print(f"\ntree of {size:,} entries")
    print(f"  grown                    {found.grown_per_second:>10,.0f}/s")
    print(f"  recounted from bundles   {found.recounted_per_second:>10,.0f}/s   goal: >= 150,000/s")
    print(f"  proof made and checked   {found.proved}")
    print(f"  checkpoint, two keys     {found.signed}")
    print(f"  checkpoint opened        {found.opened}")


def print_demo(folder: Path) -> None:
    """Checks over HTTP, export and verification, on one large demo."""
    with demo_world(folder / "data", agreements=SERVED) as world:
        found = checks.measure(world, folder, seconds=ROUND_SECONDS)
        print(f"\ncheck over HTTP, one worker, {SERVED:,} agreements, {checks.CONNECTIONS} connections")
        sides = (
            ("permitted", found.permitted, found.bare_permitted),
            ("all examples", found.every, found.bare_every),
        )
        for name, timing, bare in sides:
            share = timing.per_second / bare.per_second
            print(f"  {name:<24} {timing}   {share:.2f} of bare   goal: >= 0.6, p99 <= 10 ms")
            print(f"    bare ASGI answers      {bare}")
        print(f"  all, two workers         {found.two_workers}   goal: ahead of one")
        print(f"  batch of {checks.ITEMS:,}           {found.batches}   goal: <= 15 ms")
        known = past.measure(world.data_dir)
        print(f"\nwhat was known at an instant, {SERVED:,} agreements, processor time")
        print(f"  read back                {known.first_ms:>10,.1f} ms")
        print(f"  asked again              {known.again_ms:>10,.1f} ms")
        log = export.measure(world, folder)
        print(f"\nlog of {log.entries:,} entries")
        print(f"  registry export          {log.exported_per_second:>10,.0f}/s")
        print(f"  registry verify          {log.verified_per_second:>10,.0f}/s")
        print(f"  verify, once started     {log.proved_per_second:>10,.0f}/s   goal: >= 100,000/s")


def print_events() -> None:
    """How soon a partner hears of a suspension."""
    environment = {"REGISTRY_WEBHOOK_NETWORKS": OWN_NETWORK}
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_world(Path(folder) / "data", environment) as world,
    ):
        found = events.measure(world, count=SUSPENDED)
    print(f"\na partner hears of each of {SUSPENDED} suspensions, from the moment they are asked for")
    for name, timing in (("webhook", found.webhook), ("stream", found.stream)):
        print(f"  {name:<24} p50 {timing.p50_us / 1000:>6,.0f} ms   p99 {timing.p99_us / 1000:>6,.0f} ms")
    print("  goal: <= 2,000 ms")


def print_large_log() -> None:
    """A large log on each database: its export, verification, proofs and storage."""
    with tempfile.TemporaryDirectory() as folder:
        _print_large_log("SQLite", f"sqlite:///{folder}/log.sqlite3", Path(folder))
    with (
        postgres.server() as server,
        postgres.database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        _print_large_log("PostgreSQL", url, Path(folder))


def _print_large_log(database: str, url: str, folder: Path) -> None:
    found = largelog.measure(url, folder, ENTRIES)
    print(f"\nlog of {found.entries:,} entries, {database}")
    print(f"  appended in bulk         {found.appended_per_second:>10,.0f}/s")
    print(f"  exported in              {found.export_seconds:>10,.1f} s   goal: <= 60 s")
    print(f"    peak of memory         {found.export_peak_megabytes:>10,.0f} MB   goal: < 200 MB")
    print(f"  verified                 {found.verified_per_second:>10,.0f}/s   goal: >= 150,000/s")
    print(f"  proof from rows          {found.proof}   goal: p99 <= 10 ms")
    print(f"    its longest            {found.proof_octets:>10,} octets   goal: <= 1,500 with two witnesses")
    over = found.stored_octets - found.entry_octets
    print(f"  stored beyond the entry  {over:>10,.0f} octets   goal: <= 150")


def print_approvals() -> None:
    """Approvals on each database, with every write durable."""
    print(f"\nsign-off through the API, {approvals.CONNECTIONS} connections")
    with tempfile.TemporaryDirectory() as folder:
        found = approvals.measure(Path(folder), f"sqlite:///{folder}/registry.sqlite3", agreements=SIGNED)
        print(f"  SQLite                   {found}   goal: >= 100/s, p99 <= 300 ms")
    for workers in (1, 2):
        with (
            postgres.server(durable=True) as server,
            postgres.database(server) as url,
            tempfile.TemporaryDirectory() as folder,
        ):
            found = approvals.measure(Path(folder), url, agreements=SIGNED, workers=workers)
            print(f"  PostgreSQL, workers: {workers}    {found}   goal: >= 100/s, p99 <= 300 ms")


def print_consistency() -> None:
    """How soon every worker denies what was suspended."""
    with (
        postgres.server() as server,
        postgres.database(server) as url,
        tempfile.TemporaryDirectory() as folder,
        demo_world(Path(folder) / "data", {"REGISTRY_DATABASE_URL": url}, agreements=100) as world,
    ):
        found = consistency.measure(world, count=SUSPENDED)
    print("\nfrom the answer to a suspension to its denial, two workers, PostgreSQL")
    print(f"  the worker that was told {found.same_worker}   goal: p99 <= 100 ms")
    print(f"  the other                {found.other_worker}   goal: p99 <= 100 ms")


def print_searches() -> None:
    """Searching through the API, on each database, and starting on a register of that size."""
    print(f"\nsearch through the API, {REGISTERED:,} agreements, {search.CONNECTIONS} connections")
    with tempfile.TemporaryDirectory() as folder:
        _print_searches("SQLite", Path(folder), {})
    with (
        postgres.server() as server,
        postgres.database(server) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        _print_searches("PostgreSQL", Path(folder), {"REGISTRY_DATABASE_URL": url})


def _print_searches(database: str, folder: Path, environment: dict[str, str]) -> None:
    with demo_world(folder / "data", environment, agreements=REGISTERED) as world:
        start = apart(starting.measure, {**world.environment, "REGISTRY_BASE_URL": world.url})
        found = search.measure(world, seconds=ROUND_SECONDS)
        shown = register.measure(world, seconds=ROUND_SECONDS)
        foreseen = foresight.measure(world, seconds=12 * ROUND_SECONDS)
    print(f"  {database:<24} {found.together}   p95 {found.together.p95_us / 1000:.0f} ms   goal: <= 100 ms")
    print(f"    index started in       {start.seconds:>10,.1f} s   goal: <= 5 s; {start.megabytes:,.0f} MB")
    for name, timing in found.each.items():
        print(f"    {name or 'everything':<40} p95 {timing.p95_us / 1000:>6.0f} ms")
    p95_ms = shown.together.p95_us / 1000
    print(f"    register as a page     {shown.together}   p95 {p95_ms:.0f} ms   goal: <= 150 ms")
    print(f"      first four of a worker {shown.first_seconds:>8,.1f} s")
    for name, timing in shown.each.items():
        print(f"      {name or 'everything':<58} p95 {timing.p95_us / 1000:>6.0f} ms")
    for name, one in foreseen.items():
        print(f"    what if {name:<32} {one}")


if __name__ == "__main__":
    main()
