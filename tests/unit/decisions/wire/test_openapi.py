"""The description of the permission check says what it answers."""

from typing import Any

import pytest

from registry.decisions.wire.endpoint import EVALUATION, METADATA, PATHS
from registry.decisions.wire.openapi import openapi_paths
from tests.unit.decisions.calling import Answer, call, point
from tests.unit.decisions.making import body

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Where a value is not as its schema says."""
    if "anyOf" in schema:
        tried = [faults(option, value) for option in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{value!r} is no {schema['type']}"]
    if isinstance(value, list):
        return [fault for each in value for fault in faults(schema["items"], each)]
    if isinstance(value, dict) and "properties" in schema:
        missing = [f"no {name}" for name in schema["required"] if name not in value]
        unknown = [f"unknown {name}" for name in value if name not in schema["properties"]]
        inside = [
            fault
            for name, each in value.items()
            for fault in faults(schema["properties"].get(name, schema), each)
        ]
        return missing + unknown + inside
    return []


def answered_schema(answer: Answer) -> dict[str, Any]:
    response = openapi_paths()[EVALUATION]["post"]["responses"][str(answer.status)]
    schema: dict[str, Any] = response["content"][answer.headers["content-type"]]["schema"]
    return schema


def test_every_path_is_described() -> None:
    assert openapi_paths().keys() == PATHS


@pytest.mark.parametrize(
    "sent",
    [
        body(),
        body(without=["items"]),
        body(without=["volume"]),
        body(items=["x"]),
        body(patient_name="x"),
        body(holder="gss:NONE"),
        body(volume=1),
        b"",
    ],
)
def test_answers_are_as_described(sent: bytes) -> None:
    answer = call(point(), sent)
    assert faults(answered_schema(answer), answer.json) == []


def test_the_metadata_is_as_described() -> None:
    answer = call(point(), method="GET", path=METADATA)
    schema = openapi_paths()[METADATA]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(schema, answer.json) == []
