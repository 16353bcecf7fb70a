"""The JSON Schema (2020-12) of the files under `policies/law`, made from the models that read them.

An editor or another program checks a file against `#/$defs/file-<name>`; loading checks what a schema cannot
say (codes that other lists must have, placeholders that both languages must share).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter

from registry.policy.law import GIVEN_BY_FILE, Law

Schema = dict[str, Any]


@cache
def law_schema() -> Schema:
    """One definition for each file and each kind of entry; `properties` names the files."""
    models = {name: _entry_type(field.annotation) for name, field in Law.model_fields.items()}
    schemas, shared = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(model)) for name, (model, _) in models.items()],
        ref_template="#/$defs/{model}",
    )
    definitions: Schema = {name: _with_given(each) for name, each in shared.get("$defs", {}).items()}
    for name, (_, is_list) in models.items():
        inner = schemas[name, "validation"]
        definitions[f"file-{name}"] = (
            _list_file(inner, definitions) if is_list else _whole_file(inner, definitions)
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The law as data: files under policies/law",
        "properties": {_file(name): {"$ref": f"#/$defs/file-{name}"} for name in models},
        "$defs": dict(sorted(definitions.items())),
    }


def _entry_type(annotation: Any) -> tuple[Any, bool]:
    """The model of a file's entries and True, or that of a file that is no code list and False."""
    if get_origin(annotation) in (Mapping, dict):
        return get_args(annotation)[1], True
    return annotation, False


def _list_file(entry: Schema, definitions: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**_given(definitions), "entries": {"type": "array", "items": entry}},
        "required": ["entries"],
        "additionalProperties": False,
    }


def _whole_file(inner: Schema, definitions: Schema) -> Schema:
    """A file that is one thing: what it says once for all of its entries stands beside its members."""
    model = definitions[inner["$ref"].rpartition("/")[2]]
    return {**model, "properties": {**_given(definitions), **model["properties"]}}


def _given(definitions: Schema) -> Schema:
    entry: Schema = definitions["Entry"]["properties"]
    return {name: entry[name] for name in GIVEN_BY_FILE}


def _with_given(model: Schema) -> Schema:
    """A model whose entries need not say what their file says for all."""
    required = [name for name in model.get("required", ()) if name not in GIVEN_BY_FILE]
    return {**model, "required": required}


def _file(name: str) -> str:
    return f"{name.replace('_', '-')}.yaml"
