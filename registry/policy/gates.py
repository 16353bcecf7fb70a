"""What must hold before an agreement moves on: one Cedar rule per file, all unmet rules reported together.

A rule is a `permit`: it is met only when Cedar names it among the reasons for allowing. A missing fact, an
evaluation error or an absent entity therefore leaves it unmet; nothing can pass by being skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self, TypeAlias, get_args

import msgspec
from cedarpy import PolicySet

from registry.policy import cedar
from registry.policy.cedar import FactSchema, Thing, Verdict, Verdicts
from registry.policy.rule import Rule, Stage, Unit, Unmet, read_rule

RuleIds: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gates:
    """Every gate rule, parsed once.

    One Cedar handle serves each set of rules asked together: those of one stage, kind of unit and date
    interval.
    """

    rules: Mapping[str, Rule]
    schema: FactSchema
    _filed: dict[tuple[str, str], list[Rule]] = field(init=False, default_factory=dict, repr=False)
    _handles: dict[RuleIds, PolicySet] = field(init=False, default_factory=dict, repr=False)
    _verdicts: Verdicts = field(init=False, default_factory=Verdicts, repr=False)

    def __post_init__(self) -> None:
        """File the rules by stage and kind of unit, by which they are looked for."""
        for rule in self.rules.values():
            for stage in rule.stages:
                self._filed.setdefault((stage, rule.unit), []).append(rule)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/gates`.

        Raises:
            BadPolicyFile: a file does not parse, misses an annotation, or does not fit the schema.
        """
        schema = cedar.read_schema(folder)
        return cls({policy.id: read_rule(policy) for policy in cedar.read_policies(folder, schema)}, schema)

    def judge(
        self, stage: Stage, units: Sequence[Unit], on: date, *, before_signatures: bool = False
    ) -> list[Unmet]:
        """Return every rule that a unit does not meet at a stage, by the rules of one London day.

        With `before_signatures` the rules that can only be met by signing are left out.

        Raises:
            ValueError: there is no such stage, or no rule ever speaks of such a unit.
        """
        kinds = {kind for _, kind in self._filed}
        if stage not in get_args(Stage) or not kinds.issuperset(unit.kind for unit in units):
            raise ValueError(
                f"unknown stage or kind of unit: {stage}, {sorted({unit.kind for unit in units})}"
            )
        return [unmet for unit in units for unmet in self._judge_unit(stage, unit, on, before_signatures)]

    def _judge_unit(self, stage: Stage, unit: Unit, on: date, before_signatures: bool) -> list[Unmet]:
        rules = [
            rule
            for rule in self._filed.get((stage, unit.kind), ())
            if rule.is_asked(stage, on)
            and rule.speaks_of(unit)
            and not (before_signatures and rule.awaits_signatures)
        ]
        if not rules:
            return []
        verdict = self._verdict(rules, stage, unit, on.toordinal())
        # A verdict with errors vouches for nothing: which rule the error touched is not taken from its text.
        if verdict.errors:
            return [rule.failed(unit) for rule in rules]
        return [rule.unmet(unit) for rule in rules if rule.id not in verdict.reasons]

    def _verdict(self, rules: Sequence[Rule], stage: Stage, unit: Unit, day: int) -> Verdict:
        ids = tuple(rule.id for rule in rules)
        of_day = day if any(rule.asks_for_day for rule in rules) else None
        return self._verdicts.of(
            (ids, stage, of_day, msgspec.json.encode(unit.facts)),
            lambda: cedar.ask(
                self._handle(ids),
                self.schema,
                principal=Thing("registry", {}),
                action=stage,
                resource=Thing(unit.kind, unit.facts),
                context={"day": day},
            ),
        )

    def _handle(self, ids: RuleIds) -> PolicySet:
        if ids not in self._handles:
            self._handles[ids] = cedar.policy_set(self.rules[rule].policy for rule in ids)
        return self._handles[ids]
