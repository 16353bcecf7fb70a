"""Functions and modules stay small enough to be read in one go."""

from tests.unit.house.source import ROOT, functions, python_files

FUNCTION_LINES = 60
MODULE_LINES = 500


def test_a_function_fits_on_a_screen() -> None:
    sizes = {
        f"{path} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files("registry")
        for node in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_a_module_is_read_in_one_sitting() -> None:
    written = [
        path for path in python_files("registry", "tests", "migrations") if path.parent.name != "versions"
    ]
    sizes = {path: (ROOT / path).read_text(encoding="utf-8").count("\n") for path in written}
    assert {str(path): size for path, size in sizes.items() if size > MODULE_LINES} == {}
