"""Processes of the registry, started as an operator starts them and stopped at the end."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
REGISTRY = str(Path(sys.executable).with_name("registry"))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    *command: str, ready_url: str, environment: Mapping[str, str] | None = None, patience_seconds: float = 60
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at `ready_url`; it is asked to stop at the end, and killed if it does not.

    Raises:
        RuntimeError: it ended or did not answer in time, with what it printed.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(process, ready_url, time.monotonic() + patience_seconds):
                output.seek(0)
                raise RuntimeError(f"{' '.join(command)}:\n{output.read().decode(errors='replace')}")
            yield process
        finally:
            _stop(process)


def _answers(process: subprocess.Popen[bytes], url: str, give_up_at: float) -> bool:
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            if requests.get(url, timeout=2).ok:
                return True
        except requests.RequestException:
            pass
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
