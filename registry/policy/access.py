"""Who may do what in the registry: roles, scopes and parties, read from `policies/access`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec
from cedarpy import PolicySet

from registry.policy import cedar
from registry.policy.cedar import Facts, FactSchema, Thing, Verdict, Verdicts

NO_RESOURCE: Facts = {
    "parties": [],
    "author_organisation": "",
    "owner_organisation": "",
    "status": "",
    "publication": "",
}
"""What holds of a resource about which nothing was said: no rule can grant anything on it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an action is allowed, the `@id` that allowed it, and what Cedar reported as an error."""

    allowed: bool
    rule: str | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """The access rules, parsed once."""

    policies: PolicySet
    schema: FactSchema
    _verdicts: Verdicts = field(init=False, default_factory=Verdicts, repr=False, compare=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/access`.

        Raises:
            BadPolicyFile: a file does not parse, lacks an `@id`, or does not fit the schema.
        """
        schema = cedar.read_schema(folder)
        return cls(cedar.policy_set(cedar.read_policies(folder, schema)), schema)

    def allows(self, action: str, *, principal: Facts, resource: Facts) -> Decision:
        """Say whether a caller may do an action (such as `agreement.sign`) to a resource.

        `principal` needs every fact: kind, organisation, roles, scopes, mode. Facts of `resource` that are
        left out count as empty. Errors deny.
        """
        verdict = self._verdict(action, Thing("Caller", principal), {**NO_RESOURCE, **resource})
        rule = min(verdict.reasons, default=None) if verdict.allowed else None
        return Decision(verdict.allowed, rule, verdict.errors)

    def _verdict(self, action: str, caller: Thing, facts: Facts) -> Verdict:
        question = (action, msgspec.json.encode([caller.facts, facts]))
        return self._verdicts.of(
            question,
            lambda: cedar.ask(
                self.policies, self.schema, principal=caller, action=action, resource=Thing("Record", facts)
            ),
        )
