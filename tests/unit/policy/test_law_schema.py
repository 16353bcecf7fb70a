"""The schema of the law files says what the files are. A small reader of schemas here holds it to that."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.policy.law import OTHER_FILES
from registry.policy.schema import law_schema
from tests.unit.policy.files import ROOT

FILES = sorted(path for path in (ROOT / "law").iterdir() if path.name not in OTHER_FILES)
SCHEMA = law_schema()
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}


def faults(schema: Any, value: Any) -> Iterator[str]:
    """Where a value is not as a schema says, as far as our schemas go."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        if not any(not list(faults(option, value)) for option in schema["anyOf"]):
            yield f"{value!r} is none of its choices"
        return
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        yield f"{value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{value!r} has not the form {schema['pattern']}"
    if schema.get("type") == "array":
        for each in value:
            yield from faults(schema.get("items", {}), each)
    if schema.get("type") == "object":
        yield from _faults_of_members(schema, value)


def _faults_of_members(schema: Any, value: dict[str, Any]) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"no {name}" for name in schema.get("required", ()) if name not in value)
    for name, each in value.items():
        if name in known:
            yield from faults(known[name], each)
        elif schema.get("additionalProperties") is False:
            yield f"unknown {name}"


def content_of(path: Path) -> Any:
    """What a file holds, days as text, as a program that reads JSON would have them."""

    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: plain(child) for name, child in node.items()}
        if isinstance(node, list):
            return [plain(child) for child in node]
        return node.isoformat() if hasattr(node, "isoformat") else node

    return plain(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_as_its_schema_says(path: Path) -> None:
    assert list(faults(SCHEMA["properties"][path.name], content_of(path))) == []


@pytest.mark.parametrize(
    "spoilt",
    [{"cy": None}, {"code": "Research"}, {"urgent": True}, {"cy_status": "good"}, {"mark": "gov.uk"}],
    ids=str,
)
def test_a_spoilt_entry_is_found(spoilt: dict[str, Any]) -> None:
    content = content_of(ROOT / "law" / "purposes.yaml")
    content["entries"][0] |= spoilt
    assert len(list(faults(SCHEMA["properties"]["purposes.yaml"], content))) == 1


def test_an_entry_that_says_too_little_is_found() -> None:
    content = content_of(ROOT / "law" / "gateways.yaml")
    del content["entries"][0]["citation"]
    assert list(faults(SCHEMA["properties"]["gateways.yaml"], content)) == ["no citation"]
