"""Exporting the log and verifying the export, each as the command an auditor runs."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import requests

from tests.bench.demo import Demo
from tests.servers import REGISTRY


@dataclass(frozen=True, slots=True)
class LogRun:
    """Entries, and how many a second each command did, its start included."""

    entries: int
    exported_per_second: float
    verified_per_second: float


def measure(demo: Demo, folder: Path) -> LogRun:
    """Export the demo's log while it is served, and verify it."""
    out = folder / "export.zip"
    log = demo.described["log"]
    export_seconds = _run("export", "--out", str(out), data_dir=demo.data_dir)
    verify_seconds = _run("verify", str(out), "--vkey", log["vkey"], data_dir=folder)
    entries = _entries(demo)
    return LogRun(entries, entries / export_seconds, entries / verify_seconds)


def _run(*arguments: str, data_dir: Path) -> float:
    environment = {**os.environ, "REGISTRY_DATA_DIR": str(data_dir)}
    began = perf_counter()
    subprocess.run([REGISTRY, *arguments], env=environment, check=True, capture_output=True)
    return perf_counter() - began


def _entries(demo: Demo) -> int:
    """The size in the newest checkpoint: its second line (c2sp.org/tlog-checkpoint)."""
    return int(requests.get(f"{demo.base_url}/log/checkpoint", timeout=10).text.splitlines()[1])
