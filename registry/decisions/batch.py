"""Many questions in one request (AuthZEN 1.0 section 7): defaults, three semantics, items that fail alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from registry.decisions.problems import fault_context
from registry.errors import FieldError, Invalid, Refusal
from registry.web.body import field_error

Json = Mapping[str, Any]
Evaluate = Callable[[Json], tuple[bool, bytes]]

MAX_ITEMS = 2000
DEFAULTS = ("subject", "action", "resource", "context")
STOPS_AFTER: Mapping[str, bool | None] = {
    "execute_all": None,
    "deny_on_first_deny": False,
    "permit_on_first_permit": True,
}
"""The decision after which each semantic answers no further items."""


class BadBatch(Invalid):
    """`evaluations` or `options` do not have the form they must have; see `errors`."""

    code = "bad-batch"


def evaluate_all(
    body: Json, items: Iterable[Any], stops_after: bool | None, evaluate: Evaluate
) -> list[bytes]:
    """The answer to each item in order, cut after the one that decides. A refused item is denied alone."""
    defaults = {name: body[name] for name in DEFAULTS if name in body}
    answers = []
    for item in items:
        permitted, context = _evaluate(defaults, item, evaluate)
        answers.append(answer(permitted, context))
        if permitted is stops_after:
            break
    return answers


def read_batch(body: Json) -> tuple[list[Any], bool | None]:
    """The items (none: the body is a single question), and the decision after which to stop.

    Raises:
        BadBatch: naming the member that is wrong.
    """
    items, options = body.get("evaluations", []), body.get("options", {})
    if not isinstance(items, list):
        raise _bad("/evaluations", "wrong-type")
    if len(items) > MAX_ITEMS:
        raise _bad("/evaluations", "too-long", max_length=MAX_ITEMS)
    if not isinstance(options, dict):
        raise _bad("/options", "wrong-type")
    semantic = options.get("evaluations_semantic", "execute_all")
    if not isinstance(semantic, str) or semantic not in STOPS_AFTER:
        raise _bad("/options/evaluations_semantic", "not-a-choice", expected=", ".join(STOPS_AFTER))
    return items, STOPS_AFTER[semantic]


def answer(permitted: bool, context: bytes) -> bytes:
    """One AuthZEN answer."""
    return b'{"decision":%s,"context":%s}' % (b"true" if permitted else b"false", context)


def _evaluate(defaults: Json, item: Any, evaluate: Evaluate) -> tuple[bool, bytes]:
    """One item: a member it has replaces the default as a whole."""
    try:
        if not isinstance(item, dict):
            raise _bad("", "wrong-type")
        return evaluate({**defaults, **item})
    except Refusal as refusal:
        return False, fault_context(refusal)


def _bad(pointer: str, code: str, **facts: object) -> BadBatch:
    errors: tuple[FieldError, ...] = (field_error(pointer, code, **facts),)
    return BadBatch(errors=errors, limit=MAX_ITEMS)
