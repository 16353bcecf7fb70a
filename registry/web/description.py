"""The API described for programs (OpenAPI 3.1): what the framework knows, put right where it guesses.

Paths and parameters are the framework's. Bodies and answers are the models' own JSON Schemas, because the
framework's lose patterns, unknown fields and mappings. What every operation has in common is added by rule:
the problem documents it may answer with, the token it needs, the headers that every request may carry.
"""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from litestar import Litestar, Response
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition
from pydantic import BaseModel, TypeAdapter

from registry.web.body import Nothing

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
Key = tuple[str, str, Mode]
"""An operation by its path and verb, and which of its two sides: what it reads, what it writes."""

READ: Mode = "validation"
WRITTEN: Mode = "serialization"

JSON, PROBLEM = "application/json", "application/problem+json"
OAUTH = "/oauth/token"

SCOPES = {
    "register:read": "Read the register.",
    "register:write": "Write drafts, and act on agreements.",
    "assess": "Write assessments and advise on them.",
    "approve": "Review, decide, sign, suspend.",
    "decisions:ask": "Ask permission checks.",
    "log:export": "Take the whole log.",
    "admin": "Look after an organisation's people and systems.",
}

QUALIFIED = re.compile(r"registry__([a-z])([a-z]+)__[a-z]+__(\w+)")
OF_SOMETHING = ("/log/", "/schemas/", "/vocabulary/{", "/calendars/")
WITH_TOKEN = re.compile(r"/api/|/decisions/(?!jwks)")
CHOICES = {"field", "lang"}
"""Parameters of public addresses that take one of a few words."""

TAGGED = (
    "/api/v1/agreements",
    "/api/v1/dpias",
    "/api/v1/ethics-assessments",
    "/api/v1/incidents",
    "/api/v1/break-glass",
    "/api/v1/tasks",
    "/api/v1/complaints",
    "/api/v1/exits",
)
"""Whose things have an `ETag`."""

REFUSALS = {
    400: "The request cannot be understood.",
    401: "There is no access token, or none that is accepted.",
    403: "The caller may not do this.",
    404: "There is no such thing, or none that the caller may know of.",
    409: "Not in this state: gates that are unmet, a wrong status, a key used for something else.",
    410: "It has expired.",
    412: "Someone changed it before: `If-Match` is not the present tag.",
    413: "The body is longer than 1 MiB.",
    415: "The body was not sent as `application/json`.",
    422: "Fields of the body are not right; `errors` names each.",
    428: "`If-Match` is needed.",
    429: "As much of this is under way as may be at a time.",
    500: "The registry failed; nothing has been changed.",
}

REQUEST_ID: Schema = {
    "name": "X-Request-ID",
    "in": "header",
    "required": False,
    "description": "Comes back with the answer: 1 to 128 visible ASCII characters.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
}
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request under the same key is carried out once and answered alike.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
}

_OAUTH_ERROR: Schema = {
    "description": "An error of OAuth 2 (RFC 6749 section 5.2).",
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
                "required": ["error"],
            }
        }
    },
}
SPECIAL: dict[str, Schema] = {
    "/api/v1/access-requests": {"responses": {"410": {"$ref": "#/components/responses/GONE"}}},
    OAUTH: {
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "properties": {"grant_type": {"enum": ["client_credentials", "authorization_code"]}},
                        "required": ["grant_type"],
                        "additionalProperties": {"type": "string"},
                    }
                }
            },
        },
        "responses": {"400": _OAUTH_ERROR, "401": _OAUTH_ERROR},
    },
    "/api/v1/imports": {
        "requestBody": {
            "required": True,
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in (
                    "text/csv",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                )
            },
        }
    },
    "/api/v1/events": {
        "responses": {"429": {"$ref": "#/components/responses/TOO_MANY_REQUESTS"}},
    },
    "/api/v1/webhooks/{identifier}/secret": {
        "responses": {"409": {"$ref": "#/components/responses/CONFLICT"}},
    },
    "/health/ready": {
        "responses": {
            "503": {
                "description": "Not ready; `faults` says why.",
                "content": {JSON: {"schema": {"$ref": "#/components/schemas/ReadyOut"}}},
            }
        }
    },
}
"""What no rule covers, by path."""


def describe(app: Litestar, in_front: Schema) -> Schema:
    """The description of all that the application answers, in order of path.

    Args:
        app: the framework with its routes.
        in_front: path items of what is answered in front of the framework.
    """
    found: Schema = json.loads(json.dumps(app.openapi_schema.to_schema(), default=_plain))
    components = _put_types(found["paths"], _types(app, found["paths"]))
    for path, verb, operation in _operations(found["paths"]):
        _put_common(path, verb, operation)
    for path, _, operation in _operations(in_front):
        if path.startswith(("/api/", "/access/")):
            operation["security"] = [{"oauth2": ["decisions:ask"]}]
    found["paths"] = dict(sorted((found["paths"] | in_front).items()))
    found["components"] = _components(components)
    named: Schema = json.loads(QUALIFIED.sub(_unique_name, json.dumps(found)))
    return named


def _put_types(paths: Schema, types: dict[Key, Any]) -> Schema:
    """Put the schemas of bodies and answers into the operations, and return those they refer to by name."""
    schemas, definitions = TypeAdapter.json_schemas(
        [(key, key[-1], TypeAdapter(annotation)) for key, annotation in types.items()],
        ref_template="#/components/schemas/{model}",
    )
    for path, verb, operation in _operations(paths):
        success = operation["responses"][min(operation["responses"])]
        if (asked := (path, verb, READ)) in types:
            content = {JSON: {"schema": schemas[asked, READ]}}
            operation["requestBody"] = {"required": types[asked] is not Nothing, "content": content}
        if (answered := (path, verb, WRITTEN)) in types and JSON in success.get("content", {}):
            success["content"][JSON] = {"schema": schemas[answered, WRITTEN]}
    named: Schema = definitions.get("$defs", {})
    return named


def _unique_name(full: re.Match[str]) -> str:
    """`AgreementsChangedOut` for one of several `ChangedOut`."""
    return full[1].upper() + full[2] + full[3]


def _types(app: Litestar, paths: Schema) -> dict[Key, Any]:
    """What each operation reads and what it answers, of those that are described."""
    found: dict[Key, Any] = {}
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            described = paths.get(route.path_format, {}).keys()
            for verb in described & {method.lower() for method in handler.http_methods}:
                body, answer = handler.parsed_data_field, handler.parsed_return_field
                if body is not None:
                    found[route.path_format, verb, READ] = _inner(body, is_wrapped=body.is_optional)
                is_wrapped = answer.is_subclass_of(Response)
                found[route.path_format, verb, WRITTEN] = _inner(answer, is_wrapped=is_wrapped)
    return found


def _inner(field: FieldDefinition, *, is_wrapped: bool) -> Any:
    """The type itself, without `Response[...]` or `... | None` around it."""
    return field.inner_types[0].annotation if is_wrapped else field.annotation


def _operations(paths: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, item in paths.items():
        for verb, operation in item.items():
            yield path, verb, operation


def _put_common(path: str, verb: str, operation: Schema) -> None:
    """What follows from the address and the method alone."""
    is_api, writes = path.startswith("/api/"), verb != "get"
    operation.pop("deprecated", None)
    first, _, rest = operation["description"].partition("\n")
    operation["summary"] = first
    operation["description"] = rest.strip() or first
    parameters = [_parameter(parameter) for parameter in operation.get("parameters", ())]
    for parameter in parameters:
        parameter["required"] |= verb == "put"
    names = {parameter["name"] for parameter in parameters}
    operation["parameters"] = [*parameters, *([IDEMPOTENCY_KEY] if is_api and writes else ()), REQUEST_ID]
    operation["security"] = [{"oauth2": []}] if WITH_TOKEN.match(path) else []
    _put_success(operation, tagged=path.startswith(TAGGED) and (writes or path.endswith("}")))
    for status in sorted(_statuses(path, verb, names)):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}
    for name, members in SPECIAL.get(path, {}).items():
        operation[name] = operation.get(name, {}) | members


def _parameter(parameter: Schema) -> Schema:
    """A parameter without the framework's defaults; one that may be left out is not also null."""
    schema = dict(parameter["schema"])
    for choice in schema.pop("oneOf", ()):
        if choice != {"type": "null"}:
            schema |= choice
    return {**{name: parameter[name] for name in ("name", "in", "required")}, "schema": schema}


def _put_success(operation: Schema, *, tagged: bool) -> None:
    operation["responses"].pop("400", None)
    for status, response in operation["responses"].items():
        response["description"] = HTTPStatus(int(status)).phrase
        response["headers"] = {"X-Request-ID": {"schema": {"type": "string"}}}
        if status == "201":
            response["headers"]["Location"] = {"schema": {"type": "string"}}
        if tagged:
            response["headers"]["ETag"] = {"schema": {"type": "string"}}


def _statuses(path: str, verb: str, parameters: set[str]) -> set[int]:
    """The statuses of refusals that an operation may answer with."""
    found = {500}
    if not WITH_TOKEN.match(path):
        found |= {404} if path.startswith(OF_SOMETHING) else set()
        return found | ({400} if parameters & CHOICES else set())
    found |= {401, 403}
    if parameters:
        found.add(400)
    if "{" in path or "organisation" in parameters:
        found.add(404)
    if verb != "get":
        found |= {400, 409, 413, 415, 422}
    if "If-Match" in parameters:
        found.add(412)
    if verb == "put":
        found.add(428)
    return found


def _components(models: Schema) -> Schema:
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {
        "schemas": dict(sorted((models | {"Problem": _problem()}).items())),
        "responses": {
            HTTPStatus(status).name: {"description": meaning, **problem}
            for status, meaning in REFUSALS.items()
        },
        "securitySchemes": {
            "oauth2": {
                "type": "oauth2",
                "description": "Bearer tokens of this registry (RFC 6750, RFC 9068).",
                "flows": {
                    "clientCredentials": {"tokenUrl": OAUTH, "scopes": SCOPES},
                    "authorizationCode": {
                        "authorizationUrl": "/oauth/authorize",
                        "tokenUrl": OAUTH,
                        "scopes": SCOPES,
                    },
                },
            }
        },
    }


def _problem() -> Schema:
    """A problem document (RFC 9457) in both languages, with its extensions."""
    text = {"type": "string"}
    error = {
        "type": "object",
        "description": "One field, by JSON pointer into the body, or one parameter of the address or header.",
        "properties": dict.fromkeys(("pointer", "parameter", "code", "en", "cy"), text),
        "required": ["code", "en", "cy"],
    }
    rule = ("rule", "severity", "pointer", "en", "cy", "fix_en", "fix_cy", "cite")
    unmet = {"type": "object", "properties": dict.fromkeys(rule, text), "required": list(rule)}
    said = ("type", "title", "title_cy", "code", "detail", "detail_cy", "instance")
    return {
        "type": "object",
        "description": "What was refused and why. `code` never changes its meaning.",
        "properties": {
            **dict.fromkeys(said, text),
            "status": {"type": "integer"},
            "request_id": text,
            "status_now": {"type": "string", "description": "The status the thing is in, where it is wrong."},
            "errors": {"type": "array", "items": error},
            "unmet": {"type": "array", "items": unmet, "description": "Every rule that is not met."},
        },
        "required": [*said, "status"],
    }


def _plain(value: Any) -> Any:
    """A default value of a model as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return str(value)
