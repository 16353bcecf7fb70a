"""The files of the project, as the structure tests read them."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import registry

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("registry", "policies", "migrations", "openapi", "tests", "docs", ".ci")


def every_file() -> list[Path]:
    """Every file that is kept under version control, relative to the root."""
    top = (path for path in ROOT.iterdir() if path.is_file())
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(ROOT) for path in (*top, *below) if path.suffix != ".pyc")


def python_files(*folders: str) -> list[Path]:
    """The Python files under some top-level folders, relative to the root."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


@cache
def syntax(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return (node for node in ast.walk(syntax(path)) if isinstance(node, kinds))


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call of a file."""
    return (node for node in ast.walk(syntax(path)) if isinstance(node, ast.Call))


@cache
def modules() -> list[ModuleType]:
    """Every module of the registry, imported."""
    names = (found.name for found in pkgutil.walk_packages(registry.__path__, "registry."))
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]
