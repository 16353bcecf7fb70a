"""Bodies that are wrong in one way each, made from a body that is right."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.integration.http.world import Json

MAX_BODY = 1_048_576
TOO_LONG = "x" * 30_000


@dataclass(frozen=True)
class Fault:
    """A body and how it must be refused; `pointer` is where, None where no field is to be named."""

    name: str
    body: bytes
    status: int
    code: str
    pointer: str | None = None
    media_type: str | None = "application/json"


def of_the_text(right: Json) -> Iterator[Fault]:
    """Bodies that are not one JSON text as the registry reads it, or not sent as one."""
    text = json.dumps(right).encode()
    first = next(iter(right), "a")
    broken = {
        "not closed": b"{",
        "two texts": text + b"{}",
        "a member twice": b'{"%s":1,"%s":1}' % (first.encode(), first.encode()),
        "NaN": b'{"%s":NaN}' % first.encode(),
        "Infinity": b'{"%s":-Infinity}' % first.encode(),
        "not UTF-8": b'{"%s":"\xff"}' % first.encode(),
        "UTF-16": json.dumps(right).encode("utf-16"),
        "U+0000": b'{"%s":"a\\u0000"}' % first.encode(),
        "too deep": b"[" * 33 + b"]" * 33,
        "far too deep": b"[" * 200_000,
        "a number of 5000 digits": b'{"%s":%s}' % (first.encode(), b"9" * 5000),
    }
    for name, body in broken.items():
        yield Fault(name, body, 400, "malformed-json")
    yield Fault("too long", text + b" " * MAX_BODY, 413, "body-too-long")
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", None):
        yield Fault(f"sent as {media_type}", text, 415, "not-sent-as-json", media_type=media_type)


def of_the_shape(right: Json) -> Iterator[Fault]:
    """Bodies of another shape: another type at the top or in a member, an unknown member, a text too long."""
    for wrong in (b"[]", b"1", b'"x"'):
        yield Fault(f"{wrong!r} at the top", wrong, 422, "wrong-type", "")
    yield _fault("an unknown member", right | {"surprise": 1}, "unknown", "/surprise")
    for pointer, path, value in _members(right):
        if isinstance(value, dict):
            unknown = _replaced(right, path, value | {"surprise": 1})
            if pointer not in FREE:
                yield _fault("an unknown member", unknown, "unknown", f"{pointer}/surprise")
            yield _fault("a number for an object", _replaced(right, path, 7), "wrong-type", pointer)
        elif isinstance(value, list):
            yield _fault("an object for a list", _replaced(right, path, {}), "wrong-type", pointer)
        elif isinstance(value, str):
            yield _fault("a text too long", _replaced(right, path, TOO_LONG), None, pointer)
            yield _fault("a list for a text", _replaced(right, path, ["x"]), None, pointer)
            if _is_name(value) and pointer not in CHECKED_LATER:
                yield _fault("no name", _replaced(right, path, "No such\tname!"), None, pointer)
        elif value is not None:
            yield _fault("a text for another type", _replaced(right, path, "x"), None, pointer)


FREE = frozenset(
    {
        "/triggers",
        "/answers",
        "/cells",
        "/cells/significant",
        "/parties",
        "/mapping",
        "/flows/0/obligations/0/params",
        "/terms/flows/0/obligations/0/params",
        "/template/terms/flows/0/obligations/0/params",
    }
)
"""Members whose own members are codes: what is unknown there is told by the action, not by the shape."""

CHECKED_LATER = frozenset(
    {
        "/id",
        "/aliases/0",
        "/ig_contact",
        "/duty_contact",
        "/flows/0/retention/trigger",
        "/terms/flows/0/retention/trigger",
        "/template/terms/flows/0/retention/trigger",
        "/terms/rights/complaints",
        "/template/terms/rights/complaints",
    }
)
"""Texts that any short text may stand for as far as the shape goes."""


def _fault(name: str, body: Json, code: str | None, pointer: str) -> Fault:
    return Fault(f"{name} at {pointer}", json.dumps(body).encode(), 422, code or "", pointer)


def _is_name(value: str) -> bool:
    """Whether a value is an identifier or a code rather than words."""
    return ":" in value or (value.islower() and " " not in value)


def _members(
    right: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    """Every member with its pointer, of lists and of long objects the first ones only."""
    if path:
        yield "".join(f"/{step}" for step in path), path, right
    if isinstance(right, dict):
        for name in list(right)[: 2 if len(right) > 25 else None]:
            yield from _members(right[name], (*path, name))
    elif isinstance(right, list) and right:
        yield from _members(right[0], (*path, 0))


def _replaced(right: Json, path: tuple[str | int, ...], value: Any) -> Json:
    wrong: Any = deepcopy(right)
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    changed: Json = wrong
    return changed
