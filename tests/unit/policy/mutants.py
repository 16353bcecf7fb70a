"""Small wrongs done to a policy. Some case must notice each: a case that nothing can break tests nothing."""

import copy
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]

FLIPPED = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
}
ANSWERS = frozenset({"contains", "containsAny", "containsAll", "isEmpty", "has", "like"})


def mutants(body: Body) -> Iterator[tuple[str, Body]]:
    """Each wrong version of a policy in Cedar's JSON form, with what was done to it."""
    for number, condition in enumerate(body["conditions"]):
        rest = [one for one in body["conditions"] if one is not condition]
        yield f"condition {number} dropped", {**body, "conditions": rest}
        for what, expression in _wrongs(condition["body"]):
            changed = copy.deepcopy(body["conditions"])
            changed[number]["body"] = expression
            yield f"condition {number}: {what}", {**body, "conditions": changed}
    for dropped in body["action"].get("entities", ()):
        rest = [one for one in body["action"]["entities"] if one is not dropped]
        yield f"action {dropped['id']} dropped", {**body, "action": {**body["action"], "entities": rest}}


def _wrongs(expression: Body) -> Iterator[tuple[str, Body]]:
    """Each expression with one wrong in it."""
    ((operator, parts),) = expression.items()
    if operator in ("&&", "||"):
        yield f"right of {operator} alone: {_short(parts['right'])}", parts["right"]
        yield f"left of {operator} alone: {_short(parts['left'])}", parts["left"]
    for other in FLIPPED.get(operator, ()):
        yield f"{operator} became {other}: {_short(expression)}", {other: parts}
    if operator in ANSWERS:
        yield f"{operator} turned round: {_short(expression)}", {"!": {"arg": expression}}
    if operator == "!":
        yield f"not taken away: {_short(expression)}", parts["arg"]
    if isinstance(parts, dict) and operator not in ("Value", "Var", ".", "Record"):
        for name, part in parts.items():
            if isinstance(part, dict):
                for what, wrong in _wrongs(part):
                    yield what, {operator: {**parts, name: wrong}}


def _short(expression: Body) -> str:
    """An expression, short enough for the name of a test."""
    ((operator, parts),) = expression.items()
    if operator == "Value":
        return str(parts)
    if operator == ".":
        return str(parts["attr"])
    inner = parts.values() if isinstance(parts, dict) else parts
    return f"{operator}({', '.join(_short(one) for one in inner if isinstance(one, dict))})"
