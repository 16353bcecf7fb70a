"""The subject, action and resource of a request, whatever they mean (AuthZEN 1.0 section 5)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.decisions.question import read_object, read_text

Json = Mapping[str, Any]


class Entity(NamedTuple):
    """An entity: `id` is the name of an action, which has no type, and empty where it is searched for."""

    type: str
    id: str
    properties: Json


def read_entity(asked: Json, name: str, *, is_searched: bool = False) -> Entity:
    """One entity of a request. Of one that is searched for, an `id` is not looked at.

    Raises:
        BadQuestion: it or one of its members is missing or of the wrong type.
    """
    given = read_object(asked, name)
    properties = given.get("properties", {})
    if name == "action":
        return Entity("", read_text(given, "name", "/action/name"), properties)
    kind = read_text(given, "type", f"/{name}/type")
    return Entity(kind, "" if is_searched else read_text(given, "id", f"/{name}/id"), properties)
