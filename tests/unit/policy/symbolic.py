"""The parsed policies as formulas, so that what must never happen is proved for every caller and every fact.

Texts are an uninterpreted sort in which every text that a policy spells is a constant of its own; sets of
texts are arrays to Booleans; days are integers. A record counts as one text, because policies compare
records whole. A proof says more than any number of cases: there is no counterexample at all.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import z3

from registry.policy import cedar
from registry.policy.cedar import Policy

Expression = Mapping[str, Any]
TEXT = z3.DeclareSort("Text")
SET = z3.SetSort(TEXT)
NOBODY = z3.EmptySet(TEXT)
LIMIT_MS = 1000

_ENTITY = re.compile(r"entity (\w+)\s*\{(.*?)\n\}", re.DOTALL)
_ATTRIBUTE = re.compile(r"^\s*(\w+)\s*:\s*(Bool|Long|Set|[^,]+)", re.MULTILINE)
_SORTS = {"Bool": z3.BoolSort(), "Long": z3.IntSort(), "Set": SET}


def attribute_sorts(folder: Path) -> dict[str, dict[str, z3.SortRef]]:
    """The sort of every attribute of every entity type of a folder's schema."""
    text = re.sub(r"//.*", "", (folder / "schema.cedarschema").read_text(encoding="utf-8"))
    return {
        name: {attribute: _SORTS.get(kind.strip(), TEXT) for attribute, kind in _ATTRIBUTE.findall(body)}
        for name, body in _ENTITY.findall(text)
    }


@dataclass
class Scene:
    """One principal and one resource about which nothing is known yet, and the texts that were spelled."""

    principal: Mapping[str, z3.SortRef]
    resource: Mapping[str, z3.SortRef]
    spelled: dict[str, z3.ExprRef] = field(default_factory=dict)

    def text(self, words: str) -> z3.ExprRef:
        """The constant for a text."""
        return self.spelled.setdefault(words, z3.Const(f"'{words}'", TEXT))

    def fact(self, side: str, attribute: str) -> Any:
        """An attribute of `principal` or `resource`, or of the `context`: the day."""
        if side == "context":
            return z3.Int("day")
        sorts = self.principal if side == "principal" else self.resource
        return z3.Const(f"{side}.{attribute}", sorts[attribute])

    def holds(self, policy: Policy, action: str) -> Any:
        """The formula under which a policy applies to an action on a resource of this scene's kind."""
        if not _speaks_of(policy.body["action"], action):
            return z3.BoolVal(False)
        conditions = [
            self.formula(one["body"]) if one["kind"] == "when" else z3.Not(self.formula(one["body"]))
            for one in policy.body["conditions"]
        ]
        return z3.And(conditions)

    def allows(self, policies: Iterable[Policy], action: str) -> Any:
        """Cedar's decision: some permit applies and no forbid does."""
        policies = list(policies)
        permits = [self.holds(one, action) for one in policies if one.body["effect"] == "permit"]
        forbids = [self.holds(one, action) for one in policies if one.body["effect"] == "forbid"]
        return z3.And(z3.Or(permits), z3.Not(z3.Or(forbids)))

    def counterexample(self, *claims: Any) -> str | None:
        """A case in which all of these hold, told as a story; None when it is proved that there is none."""
        solver = z3.Solver()
        solver.set("timeout", LIMIT_MS)
        solver.add(*claims)
        if len(self.spelled) > 1:
            solver.add(z3.Distinct(*self.spelled.values()))
        found = solver.check()
        if found == z3.unknown:
            raise AssertionError(f"neither proved nor refuted within {LIMIT_MS} ms")
        return self._story(solver.model()) if found == z3.sat else None

    def formula(self, body: Expression) -> Any:
        """What an expression of Cedar's JSON form says."""
        ((operator, parts),) = body.items()
        if operator == "Value":
            return self._value(parts)
        if operator == ".":
            return self.fact(parts["left"]["Var"], parts["attr"])
        if operator == "Set":
            return _set_of(self.formula(one) for one in parts)
        if operator == "if-then-else":
            return z3.If(*(self.formula(parts[name]) for name in ("if", "then", "else")))
        if operator in ("!", "neg", "isEmpty"):
            return _OF_ONE[operator](self.formula(parts["arg"]))
        return _OF_TWO[operator](self.formula(parts["left"]), self.formula(parts["right"]))

    def _value(self, value: bool | int | str) -> Any:
        if isinstance(value, bool):
            return z3.BoolVal(value)
        return self.text(value) if isinstance(value, str) else z3.IntVal(value)

    def _story(self, model: z3.ModelRef) -> str:
        """The counterexample, a line for each side: every attribute that matters and its value."""
        names = {str(model.eval(constant)): words for words, constant in self.spelled.items()}
        told: dict[str, list[str]] = {}
        for constant in sorted(model.decls(), key=str):
            side, _, attribute = str(constant).partition(".")
            if attribute:
                told.setdefault(side, []).append(f"{attribute} {_spell(constant(), model, names)}")
        return "\n".join(f"{side}: {', '.join(facts)}" for side, facts in told.items())


def read(folder: Path) -> list[Policy]:
    """The policies of a folder."""
    return cedar.read_policies(folder, cedar.read_schema(folder))


def _speaks_of(scope: Expression, action: str) -> bool:
    if scope["op"] == "All":
        return True
    named = scope["entities"] if "entities" in scope else [scope["entity"]]
    return action in {one["id"] for one in named}


def _set_of(members: Iterable[Any]) -> Any:
    made = NOBODY
    for one in members:
        made = z3.SetAdd(made, one)
    return made


def _spell(constant: Any, model: z3.ModelRef, names: Mapping[str, str]) -> str:
    if constant.sort() == SET:
        members = [
            words
            for value, words in names.items()
            if z3.is_true(model.eval(z3.IsMember(z3.Const(f"'{words}'", TEXT), constant)))
        ]
        return "[" + ", ".join(sorted(members)) + "]"
    value = str(model.eval(constant, model_completion=True))
    return names.get(value, "another" if constant.sort() == TEXT else value)


_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "!": z3.Not,
    "neg": lambda one: -one,
    "isEmpty": lambda one: one == NOBODY,
}
_OF_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "&&": z3.And,
    "||": z3.Or,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "contains": lambda left, right: z3.IsMember(right, left),
    "containsAll": lambda left, right: z3.IsSubset(right, left),
    "containsAny": lambda left, right: z3.SetIntersect(left, right) != NOBODY,
}
