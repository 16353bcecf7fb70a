"""What the code never does, because it would hide what happens or make it depend on the hour."""

import ast
from pathlib import Path

import pytest

from tests.unit.house.source import calls, python_files, syntax

EVERY_MODULE = pytest.mark.parametrize("path", python_files("registry"), ids=str)
CLOCKS = {"now", "utcnow", "today", "time"}
MAY_READ_THE_TIME = {Path("registry/clock.py")}
MAY_COMMIT = {Path("registry/db/database.py"), Path("registry/db/migrate.py")}


@EVERY_MODULE
def test_only_the_clock_reads_the_time(path: Path) -> None:
    read = {
        ast.unparse(call.func)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCKS
        and ast.unparse(call.func.value) in {"datetime", "date", "datetime.datetime", "datetime.date", "time"}
    }
    assert read == set() or path in MAY_READ_THE_TIME


@EVERY_MODULE
def test_only_the_end_of_a_transaction_commits(path: Path) -> None:
    commits = [
        call for call in calls(path) if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert commits == [] or path in MAY_COMMIT


@EVERY_MODULE
def test_annotations_can_be_read_at_run_time(path: Path) -> None:
    imported = [node.module for node in ast.walk(syntax(path)) if isinstance(node, ast.ImportFrom)]
    assert "__future__" not in imported
