"""Functions and modules stay small enough to be read in one go."""

from pathlib import Path

import pytest

from tests.unit.house.source import ROOT, functions, python_files

FUNCTION_LINES = 60
MODULE_LINES = 500


@pytest.mark.parametrize("path", python_files("registry"), ids=str)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(path)}
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", python_files("registry", "tests", "migrations"), ids=str)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= MODULE_LINES or path.parent.name == "versions"
