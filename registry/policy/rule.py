"""One gate rule: its texts, its days, and what is said of a unit that does not meet it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, cast, get_args

from registry.policy.cedar import BadPolicyFile, Facts, Policy

Stage: TypeAlias = Literal["submit", "sign", "activate", "disclose", "daily"]
Severity: TypeAlias = Literal["block", "warn", "info", "suspend", "oblige"]
Code: TypeAlias = Literal["gate-unmet", "gate-error"]

TEXTS = ("cite", "say_en", "say_cy", "fix_en", "fix_cy")
ANNOTATIONS = ("id", "severity", "stage", "extent", *TEXTS)
NATIONS = frozenset({"E", "W", "S", "NI"})
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
    """One thing to judge: its kind, its place in the terms (JSON pointer), and all facts of that kind.

    `nations` are those it happens in; where none is known, every rule speaks of it.
    """

    kind: str
    pointer: str
    facts: Facts
    nations: frozenset[str] = frozenset()


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
    """One gate: when it is asked, about which kind of unit, from which day to which (both included).

    `extent` are the nations it covers: it never speaks for another. `obligation` is the code that a rule of
    severity `oblige` adds to a permit. A rule that does not ask for the day says the same on every day.
    """

    id: str
    severity: Severity
    stages: frozenset[Stage]
    unit: str
    texts: Mapping[str, str]
    extent: frozenset[str]
    first_on: date | None
    last_on: date | None
    awaits_signatures: bool
    asks_for_day: bool
    obligation: str
    policy: Policy

    def is_asked(self, stage: Stage, on: date) -> bool:
        """Say whether the rule is asked at this stage on this day."""
        started = self.first_on is None or self.first_on <= on
        ended = self.last_on is not None and self.last_on < on
        return started and not ended and stage in self.stages

    def speaks_of(self, unit: Unit) -> bool:
        """Say whether the rule covers this kind of unit and a nation it happens in."""
        return self.unit == unit.kind and not (unit.nations and self.extent.isdisjoint(unit.nations))

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


def read_rule(policy: Policy) -> Rule:
    """Return the rule that a Cedar policy states.

    Raises:
        BadPolicyFile: an annotation is missing or wrong, or the file does not hold one `permit` of its name.
    """
    notes = policy.annotations
    if missing := [name for name in ANNOTATIONS if not notes.get(name)]:
        raise BadPolicyFile(f"{policy.path}: missing annotations: {', '.join(missing)}")
    stages = frozenset(notes["stage"].split())
    if not stages <= set(get_args(Stage)) or notes["severity"] not in get_args(Severity):
        raise BadPolicyFile(f"{policy.path}: unknown @stage or @severity")
    if not set(notes["extent"].split()) <= NATIONS:
        raise BadPolicyFile(f"{policy.path}: @extent names nations: E, W, S, NI")
    if (notes["severity"] == "oblige") != bool(notes.get("obligation")):
        raise BadPolicyFile(f"{policy.path}: @obligation belongs to severity oblige, and to no other")
    if policy.path.stem != policy.id or policy.body["effect"] != "permit":
        raise BadPolicyFile(f"{policy.path}: a gate is one permit whose @id is the name of its file")
    return Rule(
        id=policy.id,
        severity=cast(Severity, notes["severity"]),
        stages=cast(frozenset[Stage], stages),
        unit=_unit_kind(policy),
        texts={name: notes[name] for name in TEXTS},
        extent=frozenset(notes["extent"].split()),
        first_on=_day(policy, "from"),
        last_on=_day(policy, "until"),
        awaits_signatures=notes.get("awaits") == AWAITS_SIGNATURES,
        asks_for_day='"context"' in json.dumps(policy.body["conditions"]),  # which holds nothing but the day
        obligation=notes.get("obligation", ""),
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
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
