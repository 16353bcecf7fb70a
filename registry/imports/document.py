"""Reading an import file: YAML or JSON as plain JSON values, each with the line it stands on.

YAML is read in its JSON form only: texts, numbers, true, false and null. Nothing is a date, `no` is a word,
and aliases, tags and repeated keys are refused, so that what a reviewer sees is what is loaded.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from registry.errors import FieldError
from registry.web.body import field_error

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 32
"""Levels of nesting: more than any document of the registry has."""

_PREFIX = "tag:yaml.org,2002:"
_SCALARS: dict[str, tuple[re.Pattern[str], str]] = {
    "null": (re.compile(r"^null$"), "n"),
    "bool": (re.compile(r"^(true|false)$"), "tf"),
    "int": (re.compile(r"^-?(0|[1-9][0-9]*)$"), "-0123456789"),
    "float": (re.compile(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$"), "-0123456789"),
}
"""What a plain scalar can be besides text, and the characters it can begin with (YAML 1.2 section 10.2)."""


class _JsonSchemaLoader(yaml.CSafeLoader):
    """Resolves plain scalars by YAML's JSON schema instead of YAML 1.1's guesses."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _name, (_pattern, _first) in _SCALARS.items():
    _JsonSchemaLoader.add_implicit_resolver(_PREFIX + _name, _pattern, list(_first))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: the file, the line, and the field error with its pointer into the file."""

    file: str
    line: int
    error: FieldError

    def __str__(self) -> str:
        """The problem as a command prints it: `people.yaml:12: /people/3/roles: ...`."""
        return f"{self.file}:{self.line}: {self.error.pointer or '/'}: {self.error.en}"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its value, the line each part of it begins on by JSON pointer, and what could not be read."""

    name: str
    value: Any = None
    lines: dict[str, int] = field(default_factory=lambda: {"": 1})
    problems: tuple[Problem, ...] = ()

    def line(self, pointer: str) -> int:
        """The line of the part at a pointer, or of the nearest part around one that is missing."""
        while pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines[pointer]

    def problem(self, error: FieldError) -> Problem:
        """A field error with its place in this file."""
        return Problem(self.name, self.line(error.pointer), error)


def read_file(path: Path) -> Document:
    """Read one file. What is wrong with its form stands in `problems`."""
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        return _unreadable(path.name, 1, f"more than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _unreadable(path.name, content[: fault.start].count(b"\n") + 1, "not UTF-8")
    # A tab may stand between the parts of a JSON text and nowhere inside one, which YAML does not know.
    return read_text(text.replace("\t", " ") if path.suffix == ".json" else text, path.name)


def read_text(text: str, name: str) -> Document:
    """Read a YAML or JSON text; `name` is what problems call it."""
    try:
        if line := _line_too_deep(text):
            return Document(name, problems=(Problem(name, line, field_error("", "import-too-deep")),))
        node = yaml.compose(text, _JsonSchemaLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        return _unreadable(name, line, fault.problem or "not YAML")
    except yaml.YAMLError as fault:
        return _unreadable(name, 1, str(fault).splitlines()[0])
    return _Reader(name).read(node)


def pointer_to(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901) of these steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _line_too_deep(text: str) -> int | None:
    """The line on which the nesting goes too deep. Composing nodes would overflow the stack there."""
    depth = 0
    for event in yaml.parse(text, _JsonSchemaLoader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH and event.start_mark:
            return event.start_mark.line + 1
    return None


def _unreadable(name: str, line: int, reason: str) -> Document:
    error = field_error("", "import-unreadable", reason=reason)
    return Document(name, problems=(Problem(name, line, error),))


class _Reader:
    """Turns nodes into values, noting lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[int] = set()
        self._lines: dict[str, int] = {"": 1}
        self._problems: list[Problem] = []

    def read(self, node: Node | None) -> Document:
        value = None if node is None else self._value(node, "")
        return Document(self._name, value, self._lines, tuple(self._problems))

    def _value(self, node: Node, pointer: str) -> Any:
        if id(node) in self._seen:
            self._problems.append(
                Document(self._name, lines=self._lines).problem(field_error(pointer, "import-alias"))
            )
            return None
        self._seen.add(id(node))
        self._lines.setdefault(pointer, node.start_mark.line + 1)
        if isinstance(node, MappingNode) and node.tag == _PREFIX + "map":
            return dict(self._members(node, pointer))
        if isinstance(node, SequenceNode) and node.tag == _PREFIX + "seq":
            return [self._value(child, f"{pointer}/{place}") for place, child in enumerate(node.value)]
        if isinstance(node, ScalarNode) and node.tag.removeprefix(_PREFIX) in {"str", *_SCALARS}:
            return node.value if node.tag == _PREFIX + "str" else json.loads(node.value)
        self._refuse(node, pointer, "import-tag", tag=node.tag)
        return None

    def _members(self, node: MappingNode, pointer: str) -> Iterator[tuple[str, Any]]:
        names: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag == _PREFIX + "null":
                self._refuse(key, pointer, "import-key")
                continue
            below = pointer + pointer_to(key.value)
            if key.value in names:
                self._refuse(key, below, "import-repeated", name=key.value)
                continue
            names.add(key.value)
            self._lines[below] = key.start_mark.line + 1
            yield key.value, self._value(value, below)

    def _refuse(self, node: Node, pointer: str, code: str, **facts: object) -> None:
        error = field_error(pointer, code, **facts)
        self._problems.append(Problem(self._name, node.start_mark.line + 1, error))
