"""What must hold before an agreement moves on: one Cedar rule per file, all unmet rules reported together.

A rule is a `permit`: it is met only when Cedar names it among the reasons for allowing. A missing fact, an
evaluation error or an absent entity therefore leaves it unmet; nothing can pass by being skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeAlias, cast, get_args

from cedarpy import PolicySet

from registry.policy import cedar
from registry.policy.cedar import BadPolicyFile, Facts, FactSchema, Policy, Thing

Stage: TypeAlias = Literal["submit", "sign", "activate", "disclose", "daily"]
Severity: TypeAlias = Literal["block", "warn", "info", "suspend", "oblige"]
Code: TypeAlias = Literal["gate-unmet", "gate-error"]

TEXTS = ("cite", "say_en", "say_cy", "fix_en", "fix_cy")
ANNOTATIONS = ("id", "severity", "stage", *TEXTS)
AWAITS_SIGNATURES = "signatures"

NOT_EVALUATED = {
    "say_en": "The registry could not work out whether this rule is met, so it counts as not met.",
    "say_cy": "Ni allai'r gofrestr ganfod a fodlonir y rheol hon, felly mae'n cyfrif fel un heb ei bodloni.",
    "fix_en": "Report this to whoever runs the registry: a fact that the rule needs is missing.",
    "fix_cy": "Rhowch wybod i bwy bynnag sy'n rhedeg y gofrestr: mae ffaith y mae'r rheol ei hangen ar goll.",
}
"""What is said of a rule that ended in an error."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to judge: its kind, its place in the terms (JSON pointer), and all facts of that kind."""

    kind: str
    pointer: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule that one unit does not meet, with its texts filled from the facts."""

    rule: str
    severity: Severity
    pointer: str
    en: str
    cy: str
    fix_en: str
    fix_cy: str
    cite: str
    code: Code = "gate-unmet"


@dataclass(frozen=True, slots=True)
class Rule:
    """One gate: when it is asked, about which kind of unit, from which day to which (both included)."""

    id: str
    severity: Severity
    stages: frozenset[str]
    unit: str
    texts: Mapping[str, str]
    first_on: date | None
    last_on: date | None
    awaits_signatures: bool
    policy: Policy

    def applies(self, stage: Stage, kind: str, on: date) -> bool:
        """Say whether the rule is asked of this kind of unit at this stage on this day."""
        started = self.first_on is None or self.first_on <= on
        ended = self.last_on is not None and self.last_on < on
        return started and not ended and stage in self.stages and kind == self.unit

    def unmet(self, unit: Unit) -> Unmet:
        """Return the refusal of one unit, its placeholders filled from the unit's facts."""
        words = {name: _words(value) for name, value in unit.facts.items()}
        said = {name: self.texts[name].format_map(words) for name in TEXTS}
        return Unmet(
            rule=self.id,
            severity=self.severity,
            pointer=unit.pointer,
            en=said["say_en"],
            cy=said["say_cy"],
            fix_en=said["fix_en"],
            fix_cy=said["fix_cy"],
            cite=said["cite"],
        )

    def failed(self, unit: Unit) -> Unmet:
        """Return the refusal of a unit that could not be judged: always a block."""
        return Unmet(
            rule=self.id,
            severity="block",
            pointer=unit.pointer,
            en=NOT_EVALUATED["say_en"],
            cy=NOT_EVALUATED["say_cy"],
            fix_en=NOT_EVALUATED["fix_en"],
            fix_cy=NOT_EVALUATED["fix_cy"],
            cite=self.texts["cite"],
            code="gate-error",
        )


@dataclass(frozen=True, slots=True)
class Gates:
    """Every gate rule, parsed once; one Cedar handle for each set of rules that is asked together."""

    rules: Mapping[str, Rule]
    schema: FactSchema
    _handles: dict[tuple[str, ...], PolicySet] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/gates`.

        Raises:
            BadPolicyFile: a file does not parse, misses an annotation, or does not fit the schema.
        """
        schema = cedar.read_schema(folder)
        return cls({policy.id: _rule(policy) for policy in cedar.read_policies(folder, schema)}, schema)

    def judge(
        self, stage: Stage, units: Sequence[Unit], on: date, *, before_signatures: bool = False
    ) -> list[Unmet]:
        """Return every rule that a unit does not meet at a stage, by the rules of one London day.

        With `before_signatures` the rules that can only be met by signing are left out.
        """
        return [
            unmet
            for unit in units
            for unmet in self._judge_unit(stage, unit, on, before_signatures=before_signatures)
        ]

    def _judge_unit(self, stage: Stage, unit: Unit, on: date, *, before_signatures: bool) -> list[Unmet]:
        rules = [
            rule
            for rule in self.rules.values()
            if rule.applies(stage, unit.kind, on) and not (before_signatures and rule.awaits_signatures)
        ]
        if not rules:
            return []

        verdict = cedar.ask(
            self._handle(rules),
            self.schema,
            principal=Thing("registry", {}),
            action=stage,
            resource=Thing(unit.kind, unit.facts),
            context={"day": on.toordinal()},
        )
        # A verdict with errors vouches for nothing: which rule the error touched is not taken from its text.
        if verdict.errors:
            return [rule.failed(unit) for rule in rules]
        return [rule.unmet(unit) for rule in rules if rule.id not in verdict.reasons]

    def _handle(self, rules: Sequence[Rule]) -> PolicySet:
        """Return the parsed handle of these rules: one for each stage, kind and date interval."""
        key = tuple(rule.id for rule in rules)
        if key not in self._handles:
            self._handles[key] = cedar.policy_set(rule.policy for rule in rules)
        return self._handles[key]


def _rule(policy: Policy) -> Rule:
    cedar.required(policy, ANNOTATIONS)
    notes = policy.annotations
    stages = frozenset(notes["stage"].split())
    if not stages <= set(get_args(Stage)) or notes["severity"] not in get_args(Severity):
        raise BadPolicyFile(f"{policy.path}: unknown @stage or @severity")
    if policy.path.stem != policy.id or policy.body["effect"] != "permit":
        raise BadPolicyFile(f"{policy.path}: a gate is one permit whose @id is the name of its file")
    return Rule(
        id=policy.id,
        severity=cast(Severity, notes["severity"]),
        stages=stages,
        unit=_unit_kind(policy),
        texts={name: notes[name] for name in TEXTS},
        first_on=_day(policy, "from"),
        last_on=_day(policy, "until"),
        awaits_signatures=notes.get("awaits") == AWAITS_SIGNATURES,
        policy=policy,
    )


def _unit_kind(policy: Policy) -> str:
    """Return the kind of unit a gate speaks of: the entity type in its scope, `resource is <kind>`."""
    scope = policy.body["resource"]
    if scope["op"] != "is" or scope["entity_type"] != policy.annotations.get("unit"):
        raise BadPolicyFile(f"{policy.path}: `resource is` and @unit must name the same kind")
    return str(scope["entity_type"])


def _day(policy: Policy, name: str) -> date | None:
    text = policy.annotations.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise BadPolicyFile(f"{policy.path}: @{name}: {fault}") from fault


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
