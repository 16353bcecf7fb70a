"""Faults put into a running process at a chosen system call, by strace: nothing of the product is changed."""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 10
_CALL = re.compile(r"^\d+ +(\w+)\(")


@dataclass(frozen=True, slots=True)
class Point:
    """The moment before a thread makes a system call for the so manieth time, counting from 1."""

    call: str
    count: int

    def kill(self) -> str:
        """What has strace kill the process there. The call itself is not made any more."""
        return f"inject={self.call}:signal=KILL:when={self.count}"


@contextmanager
def faulty(pids: Sequence[int], fault: str, *, path: Path | None = None) -> Iterator[None]:
    """Put a fault (an `-e` expression of strace) into processes and their threads until the block ends.

    Only calls about the file at `path` fail, if one is named.

    Raises:
        RuntimeError: strace may not watch the processes, or does not understand the expression.
    """
    with _strace(pids, Path("/dev/null"), "-e", fault, *(("-P", str(path)) if path else ())):
        yield


@contextmanager
def recorded(pid: int, calls: tuple[str, ...]) -> Iterator[list[Point]]:
    """The calls that a process makes in the block, in order; the list is filled when the block ends."""
    points: list[Point] = []
    with tempfile.NamedTemporaryFile("r") as record:
        with _strace((pid,), Path(record.name), "-e", f"trace={','.join(calls)}"):
            yield points
        counts: Counter[str] = Counter()
        for found in filter(None, map(_CALL.match, record)):
            counts[found[1]] += 1
            points.append(Point(found[1], counts[found[1]]))


@contextmanager
def _strace(pids: Sequence[int], record: Path, *options: str) -> Iterator[None]:
    """strace, attached to processes. It lets go at the end, and ends by itself when they do."""
    watched = [option for pid in pids for option in ("-p", str(pid))]
    with subprocess.Popen(
        ("strace", "-f", "-o", str(record), *options, *watched), stderr=subprocess.PIPE, text=True
    ) as strace:
        try:
            _await_attached(strace, len(pids))
            yield
        finally:
            strace.terminate()
            try:
                strace.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                strace.kill()  # it may wait for ever for a thread that was killed while it attached to it


def _await_attached(strace: subprocess.Popen[str], count: int) -> None:
    said = []
    for line in strace.stderr or ():
        said.append(line)
        count -= "attached" in line
        if not count:
            return
    raise RuntimeError(f"strace: {''.join(said)}")
