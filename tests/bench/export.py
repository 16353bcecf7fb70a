"""Exporting the log and verifying the export, each as the command an auditor runs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import requests

from registry.verification.trusted import read_keys
from registry.verification.verify import verify
from tests.journeys.world import World
from tests.servers import REGISTRY


@dataclass(frozen=True, slots=True)
class LogRun:
    """Entries, and how many a second each command did, its start included, and verifying without it."""

    entries: int
    exported_per_second: float
    verified_per_second: float
    proved_per_second: float


def measure(world: World, folder: Path) -> LogRun:
    """Export the demo's log while it is served, and verify it."""
    out = folder / "export.zip"
    export_seconds = _run(world, "export", "--out", str(out))
    verify_seconds = _run(world, "verify", str(out), "--vkey", world.demo["log"]["vkey"])
    began = perf_counter()
    if not verify(out, *read_keys(world.demo["log"]["vkey"])).is_sound:
        raise RuntimeError("the export does not verify")
    seconds = (export_seconds, verify_seconds, perf_counter() - began)
    entries = _entries(world)
    return LogRun(entries, *(entries / each for each in seconds))


def _run(world: World, *arguments: str) -> float:
    began = perf_counter()
    ended = subprocess.run([REGISTRY, *arguments], env=world.environment, check=False, capture_output=True)
    seconds = perf_counter() - began
    if ended.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {ended.stdout.decode()}{ended.stderr.decode()}")
    return seconds


def _entries(world: World) -> int:
    """The size in the newest checkpoint: its second line (c2sp.org/tlog-checkpoint)."""
    return int(requests.get(f"{world.url}/log/checkpoint", timeout=10).text.splitlines()[1])
