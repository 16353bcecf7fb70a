"""Reading Cedar files and asking Cedar, in the only way that cannot pass by mistake.

Cedar skips a policy whose evaluation fails, and calls policies `policy0`, `policy1`, ... . Here every policy
is keyed by its own `@id`, every fact is a required attribute of the schema, and entities that do not fit the
schema are refused before any question is asked.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from cedarpy import (
    AuthzResult,
    Decision,
    Entities,
    PolicySet,
    Schema,
    is_authorized,
    is_authorized_batch,
    policies_to_json_str,
    validate_policies,
)

Facts: TypeAlias = Mapping[str, Any]
KEPT_VERDICTS = 10_000


class BadPolicyFile(ValueError):
    """A file under `policies/` cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One Cedar policy: its `@id`, its other annotations, and its body in Cedar's JSON form."""

    id: str
    annotations: Mapping[str, str]
    body: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Thing:
    """One side of a question: an entity type of the schema and every attribute the schema demands."""

    type: str
    facts: Facts

    @property
    def uid(self) -> dict[str, str]:
        """The name under which Cedar knows it for the length of one question."""
        return {"type": self.type, "id": self.type.lower()}

    def entity(self) -> dict[str, Any]:
        """Cedar's JSON form."""
        return {"uid": self.uid, "attrs": dict(self.facts), "parents": []}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Cedar's answer: `allowed` only without any error; `reasons` are the ids that decided."""

    allowed: bool
    reasons: frozenset[str] = frozenset()
    errors: tuple[str, ...] = ()


class Verdicts:
    """Verdicts given before. They rest on rules and question alone, so equal questions are asked once."""

    def __init__(self) -> None:
        self._given: dict[Hashable, Verdict] = {}

    def of(self, question: Hashable, ask: Callable[[], Verdict]) -> Verdict:
        """The verdict on a question, asked if it is a new one."""
        known = self._given.get(question)
        if known is None:
            if len(self._given) >= KEPT_VERDICTS:
                self._given.clear()
            known = self._given[question] = ask()
        return known


@dataclass(frozen=True, slots=True)
class FactSchema:
    """A parsed schema, and the entities that it brings along itself: its actions."""

    schema: Schema
    actions: Entities


def read_schema(folder: Path) -> FactSchema:
    """Return the parsed `schema.cedarschema` of a folder."""
    path = folder / "schema.cedarschema"
    try:
        schema = Schema.from_str(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise BadPolicyFile(f"{path}: {fault}") from fault
    return FactSchema(schema, Entities.from_json_str("[]", schema))


def read_policies(folder: Path, schema: FactSchema) -> list[Policy]:
    """Return every policy of the `*.cedar` files of a folder, checked against the schema.

    Raises:
        BadPolicyFile: a file does not parse or does not fit the schema, or an `@id` is absent or used twice.
    """
    found: dict[str, Policy] = {}
    for path in sorted(folder.glob("*.cedar")):
        for policy in _read_file(path, schema):
            if policy.id in found:
                raise BadPolicyFile(f"{path}: @id {policy.id!r} is already in {found[policy.id].path}")
            found[policy.id] = policy
    return list(found.values())


def _read_file(path: Path, schema: FactSchema) -> Iterable[Policy]:
    text = path.read_text(encoding="utf-8")
    checked = validate_policies(text, schema.schema)
    if not checked.validation_passed:
        raise BadPolicyFile(f"{path}: {'; '.join(fault.error for fault in checked.errors)}")
    for body in json.loads(policies_to_json_str(text))["staticPolicies"].values():
        annotations = {name: value or "" for name, value in body.get("annotations", {}).items()}
        if not annotations.get("id"):
            raise BadPolicyFile(f"{path}: a policy has no @id")
        yield Policy(annotations["id"], annotations, body, path)


def policy_set(policies: Iterable[Policy]) -> PolicySet:
    """Return a parsed handle in which each policy is known by its `@id`."""
    bodies = {policy.id: policy.body for policy in policies}
    return PolicySet.from_json_str(
        json.dumps({"templates": {}, "templateLinks": [], "staticPolicies": bodies}, ensure_ascii=False)
    )


def ask(
    policies: PolicySet,
    schema: FactSchema,
    *,
    principal: Thing,
    action: str,
    resource: Thing,
    context: Facts | None = None,
) -> Verdict:
    """Ask Cedar one question.

    Facts that do not fit the schema (one missing, one too many, a wrong type) give a verdict with an error
    and without reasons; so does anything else that Cedar reports in its diagnostics.
    """
    try:
        asked_about = json.dumps([principal.entity(), resource.entity()])
        entities = schema.actions.with_added_json_str(asked_about, schema.schema)
    except ValueError as fault:
        return Verdict(allowed=False, errors=(_whole_message(fault),))

    # INVARIANT: both ends are in the set. Cedar answers about an absent entity without any error.
    if len(entities) != len(schema.actions) + 2:
        raise AssertionError("principal and resource must be two entities")

    request = {
        "principal": principal.uid,
        "action": {"type": "Action", "id": action},
        "resource": resource.uid,
        "context": json.dumps(dict(context or {})),
    }
    return _verdict(is_authorized(request, policies, entities, schema.schema))


def ask_all(
    policies: PolicySet,
    schema: FactSchema,
    *,
    principals: Sequence[Thing],
    action: str,
    resources: Sequence[Thing],
) -> list[list[Verdict]]:
    """Ask Cedar the same of every principal about every resource, in their order, as `ask` would.

    Raises:
        ValueError: facts of any of them do not fit the schema.
    """
    things = [*principals, *resources]
    uids = [{"type": thing.type, "id": str(place)} for place, thing in enumerate(things)]
    named = [{**thing.entity(), "uid": uid} for thing, uid in zip(things, uids, strict=True)]
    entities = schema.actions.with_added_json_str(json.dumps(named), schema.schema)
    act = {"type": "Action", "id": action}
    requests = [
        {"principal": principal, "action": act, "resource": resource, "context": "{}"}
        for principal in uids[: len(principals)]
        for resource in uids[len(principals) :]
    ]
    verdicts = map(_verdict, is_authorized_batch(requests, policies, entities, schema.schema))
    return [list(islice(verdicts, len(resources))) for _ in principals]


def _verdict(result: AuthzResult) -> Verdict:
    """Cedar's answer, which an error anywhere takes back."""
    errors = tuple(result.diagnostics.errors)
    allowed = result.decision is Decision.Allow
    return Verdict(allowed and not errors, frozenset(result.diagnostics.reasons if allowed else ()), errors)


def _whole_message(fault: BaseException) -> str:
    """Return the message of an exception and of what caused it: Cedar names the attribute only there."""
    causes: list[str] = []
    link: BaseException | None = fault
    while link is not None:
        causes.append(str(link))
        link = link.__cause__
    return ": ".join(causes)
