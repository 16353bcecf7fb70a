"""The committed description is that of the application, whole, and true of what is answered."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from registry.describe import documents
from registry.oauth.rules import SCOPES
from registry.settings import ROOT
from registry.web import description
from registry.web.pages import english, in_language
from tests.integration.http.page_rights import FILES
from tests.integration.http.routes import in_front, listed
from tests.integration.http.world import Json, World

COMMITTED: dict[str, str] = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "openapi").glob("*.json"))
}
API: Json = json.loads(COMMITTED["registry.json"])
OPERATIONS = [
    pytest.param(path, verb, operation, id=f"{verb.upper()} {path}")
    for path, item in API["paths"].items()
    for verb, operation in item.items()
]
EACH = pytest.mark.parametrize(("path", "verb", "operation"), OPERATIONS)
FOR_NO_PROGRAM = frozenset(
    {
        "GET /docs/{path}",
        "GET /docs/openapi.json",
        "GET /openapi.json",
        "GET /oauth/authorize",
        "GET /.well-known/security.txt",
    }
)
"""What needs no description although it is no page in two languages."""


def test_what_is_committed_is_what_the_application_says() -> None:
    # If this fails: `make openapi`, and look at what changed for the programs that use it.
    assert documents() == COMMITTED


def test_what_is_served_is_what_is_committed(world: World) -> None:
    for path in ("/openapi.json", "/docs/openapi.json"):
        assert world.send("GET", path).json() == API
    assert world.send("GET", "/schemas/terms-1.json").json() == json.loads(COMMITTED["terms-1.json"])


def test_every_route_of_the_application_is_described(world: World) -> None:
    described = {f"{verb.upper()} {path}" for path, item in API["paths"].items() for verb in item}
    routes = listed(world.app)
    undescribed = (routes | in_front()) - described
    assert {route for route in undescribed if not is_for_people(route, routes)} == set()
    assert described <= listed(world.app) | in_front()


def is_for_people(route: str, routes: frozenset[str]) -> bool:
    """Whether a route is a page, and so has its Welsh twin, or a file that pages give."""
    method, path = route.split()
    welsh = f"{method} {in_language(english(path), 'cy')}"
    return {f"{method} {english(path)}", welsh} <= routes or route in FILES or route in FOR_NO_PROGRAM


@EACH
def test_an_operation_says_what_it_does_and_needs(path: str, verb: str, operation: Json) -> None:
    assert operation["summary"].endswith((".", ")"))
    assert operation["operationId"]
    needs_token = path.startswith(("/api/", "/access/", "/decisions/")) and path != "/decisions/jwks"
    assert bool(operation["security"]) == needs_token
    headers = {one["name"]: one["required"] for one in operation.get("parameters", ())}
    if path.startswith("/api/") and path != "/api/v1/advice":
        assert "X-Request-ID" in headers
        assert ("Idempotency-Key" in headers) == (verb != "get")
        assert (verb == "put") == headers.get("If-Match", False)
        assert {"401", "403", "500"} <= operation["responses"].keys()
    for status, response in operation["responses"].items():
        answer = resolve(response)
        assert answer["description"]
        if int(status) >= 400 and needs_token:
            assert list(answer["content"]) == ["application/problem+json"]


def resolve(response: Json) -> Json:
    if "$ref" not in response:
        return response
    found: Any = API
    for step in response["$ref"].split("/")[1:]:
        found = found[step]
    resolved: Json = found
    return resolved


def test_every_reference_resolves_and_every_name_is_used_once() -> None:
    for reference in re.findall(r'"\$ref": "([^"]+)"', COMMITTED["registry.json"]):
        assert resolve({"$ref": reference})
    names = [operation["operationId"] for item in API["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names)
    assert "registry__" not in COMMITTED["registry.json"]


def test_the_scopes_are_those_that_tokens_carry() -> None:
    flows = API["components"]["securitySchemes"]["oauth2"]["flows"]
    assert description.SCOPES.keys() == set(SCOPES)
    assert {scope for flow in flows.values() for scope in flow["scopes"]} == set(SCOPES)


def objects(schema: Any) -> Iterator[Json]:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        for member in schema.values():
            yield from objects(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from objects(member)


def test_the_terms_document_takes_no_member_that_its_schema_does_not_name() -> None:
    schema = json.loads(COMMITTED["terms-1.json"])
    assert all(found["additionalProperties"] is False for found in objects(schema))
    assert schema["properties"]["flows"]["items"] == {"$ref": "#/$defs/Flow"}
    assert "from" in schema["$defs"]["Flow"]["properties"]
