"""What the code never does, because it would hide what happens or make it depend on the hour."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.unit.house.source import calls, python_files, syntax

CLOCKS = {"now", "utcnow", "today", "time"}
CLOCK_OWNERS = {"datetime", "date", "datetime.datetime", "datetime.date", "time"}
STANDS_ALONE = "registry/bundles/evaluate.py"  # as a program of its own it has no other clock
MAY_READ_THE_TIME = {"registry/clock.py", STANDS_ALONE}
CALLERS = ("aiohttp", "http.client", "httpcore", "httpx", "requests", "urllib.request", "urllib3")
MAY_CALL = {"registry/egress.py"}
MAY_COMMIT = {"registry/db/database.py", "registry/db/migrate.py"}


def methods_called(path: Path) -> Iterator[ast.Attribute]:
    """What is called as `owner.name(...)` in a file."""
    return (call.func for call in calls(path) if isinstance(call.func, ast.Attribute))


def test_only_the_clock_reads_the_time() -> None:
    readers = {
        str(path)
        for path in python_files("registry")
        for called in methods_called(path)
        if called.attr in CLOCKS and ast.unparse(called.value) in CLOCK_OWNERS
    }
    assert readers == MAY_READ_THE_TIME


def imported(path: Path) -> Iterator[str]:
    """The full names of what a file imports."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_call_to_another_machine_goes_out_one_way() -> None:
    calling = {str(path) for path in python_files("registry") for name in imported(path) if name in CALLERS}
    assert calling == MAY_CALL


def test_only_the_end_of_a_transaction_commits() -> None:
    committing = {
        str(path)
        for path in python_files("registry")
        if any(called.attr == "commit" for called in methods_called(path))
    }
    assert committing == MAY_COMMIT


def test_annotations_can_be_read_at_run_time() -> None:
    postponing = {
        str(path)
        for path in python_files("registry")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    }
    assert postponing == set()
