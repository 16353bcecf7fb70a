"""Faults put into a running process at a chosen system call, by strace: nothing of the product is changed."""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
def faulty(pid: int, *expressions: str) -> Iterator[None]:
    """Let strace put these faults (its `-e` expressions) into a process and its threads until the block ends.

    Raises:
        RuntimeError: strace may not watch the process, or does not understand an expression.
    """
    with _strace(pid, Path("/dev/null"), expressions):
        yield


@contextmanager
def recorded(pid: int, calls: tuple[str, ...]) -> Iterator[list[Point]]:
    """The calls that a process makes in the block, in order; the list is filled when the block ends."""
    points: list[Point] = []
    with tempfile.NamedTemporaryFile("r") as record:
        with _strace(pid, Path(record.name), (f"trace={','.join(calls)}",)):
            yield points
        counts: Counter[str] = Counter()
        for found in filter(None, map(_CALL.match, record)):
            counts[found[1]] += 1
            points.append(Point(found[1], counts[found[1]]))


@contextmanager
def _strace(pid: int, record: Path, expressions: tuple[str, ...]) -> Iterator[None]:
    """strace, attached to a process. It lets go at the end, and ends by itself when the process does."""
    options = [option for expression in expressions for option in ("-e", expression)]
    command = ("strace", "-f", "-p", str(pid), "-o", str(record), *options)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        if strace.stderr is None or "attached" not in (said := strace.stderr.readline()):
            strace.kill()
            raise RuntimeError(f"strace: {said}")
        try:
            yield
        finally:
            strace.terminate()
