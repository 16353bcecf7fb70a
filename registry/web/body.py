"""Reading a JSON body strictly: I-JSON (RFC 7493), known fields only, every fault named by its pointer.

Used as the router's `dto`, so that handlers keep a plain `data: JSONBody[SignIn]` and the OpenAPI description
shows the model.
"""

import json
import re
from collections.abc import Generator
from typing import Any, ClassVar, NoReturn, TypeVar

from litestar._openapi.schema_generation import SchemaCreator
from litestar.dto import AbstractDTO, DTOConfig, DTOFieldDefinition
from litestar.dto._backend import DTOBackend
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from registry.errors import FieldError, Invalid, TooLong, Unprocessable, WrongMediaType
from registry.web.catalogue import catalogue, fill

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_ERRORS = 200

Model = TypeVar("Model", bound=BaseModel)


class WireModel(BaseModel):
    """What comes over the wire: unknown fields refused, types not coerced, nothing changed after parsing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(WireModel):
    """The body of an act that needs no words: an empty object, or no body at all."""


class MalformedJson(Invalid):
    """The body is not JSON in UTF-8, repeats a member, holds a number JSON has not, or nests too deeply."""

    code = "malformed-json"


class InvalidFields(Unprocessable):
    """One or more fields are missing, unknown, of the wrong type or outside their bounds; see `errors`."""

    code = "invalid-fields"


class InvalidParameters(Invalid):
    """One or more parameters of the address or the headers are not right; see `errors`."""

    code = "invalid-parameters"


class NotSentAsJson(WrongMediaType):
    """The body was sent with another `Content-Type` than `application/json`, or with none."""

    code = "not-sent-as-json"


class BodyTooLong(TooLong):
    """The body is larger than 1 MiB."""

    code = "body-too-long"


def parse(body: bytes, model: type[Model]) -> Model:
    """The body as the model.

    Raises:
        BodyTooLong, MalformedJson: the bytes are not a JSON text the registry reads.
        InvalidFields: with every fault (the first 200), each under its JSON pointer.
    """
    if len(body) > MAX_BYTES:
        raise BodyTooLong(limit=MAX_BYTES)
    parse_json(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as invalid:
        faults = invalid.errors(include_url=False, include_input=False)[:MAX_ERRORS]
        raise InvalidFields(errors=tuple(_field_error(fault) for fault in faults)) from None


def parse_json(body: bytes) -> Any:
    """The body as plain values, refusing what two readers could understand differently.

    Raises:
        MalformedJson: invalid UTF-8 or JSON, a duplicate member, NaN or Infinity, U+0000 in a string (not
            every database takes it), or too deep a nesting.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise MalformedJson(reason=str(fault)[:200]) from None
    if b"u0000" in body and _NUL.search(body):
        raise MalformedJson(reason="a string holds U+0000")
    # Counting brackets is cheap, and enough for every body that could not nest so deeply.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise MalformedJson(reason=f"nested deeper than {MAX_DEPTH} levels")
    return value


def field_error(pointer: str, code: str, **facts: object) -> FieldError:
    """A field error with its sentences from the catalogue (codes `field-...`)."""
    message = catalogue()[f"field-{code}"]
    return FieldError(pointer, code, fill(message.en, facts), fill(message.cy, facts))


class StrictBody(AbstractDTO[BaseModel]):
    """Makes Litestar read request bodies with `parse`."""

    config: ClassVar[DTOConfig] = DTOConfig()
    model_type = BaseModel
    _models: ClassVar[dict[str, type[BaseModel]]] = {}

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: type[DTOBackend] | None = None
    ) -> None:
        """Remember which model the handler reads."""
        named = field_definition.inner_types if field_definition.is_optional else ()
        cls._models[handler_id] = named[0].annotation if named else field_definition.annotation

    def decode_bytes(self, value: bytes) -> BaseModel:
        """The request body as the handler's model.

        Raises:
            NotSentAsJson: the request names another media type. `parse` says what else is refused.
        """
        media_type = self.asgi_connection.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise NotSentAsJson
        return parse(value, self._models[self.asgi_connection.route_handler.handler_id])

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: SchemaCreator
    ) -> Reference | Schema:
        """The model's own schema."""
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[DTOFieldDefinition, None, None]:
        """Nothing is transferred field by field."""
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        """Nothing is transferred field by field."""
        return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice in one object")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The one way JSON has to write U+0000: after an even number of backslashes, its escape."""
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _depth(value: Any) -> int:
    """Levels of nesting; `json` itself has stopped what would overflow the stack."""
    level, deepest = [value], 0
    while level:
        deepest += 1
        level = [
            child
            for parent in level
            for child in (
                parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ()
            )
            if isinstance(child, dict | list)
        ]
    return deepest


CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "string_too_long": "too-long",
    "too_long": "too-long",
    "string_too_short": "too-short",
    "too_short": "too-short",
    "string_pattern_mismatch": "bad-form",
    "enum": "not-a-choice",
    "literal_error": "not-a-choice",
}


def _field_error(error: ErrorDetails) -> FieldError:
    """One pydantic error under a stable code of ours."""
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind in CODES:
        code = CODES[kind]
    elif kind.startswith("date_") or kind.endswith(("_parsing", "_from_date_inexact")):
        code = "bad-form"
    elif kind in catalogue_codes():
        code = kind
    else:
        code = "wrong-type" if kind.endswith(("_type", "_attributes_type")) else "out-of-bounds"
    return field_error(pointer, code, **{str(name): value for name, value in context.items()})


def catalogue_codes() -> frozenset[str]:
    """The codes of field errors that models of the registry raise themselves (`PydanticCustomError`)."""
    return frozenset(code.removeprefix("field-") for code in catalogue() if code.startswith("field-"))
