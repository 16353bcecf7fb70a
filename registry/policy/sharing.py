"""The readable specification of a permission check: may this one flow answer this one question?

The decision index answers in microseconds; this asks Cedar, and a property test holds the two together.
Everything is about one flow of one version: facts of two flows never add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cedarpy import PolicySet

from registry.policy import cedar
from registry.policy.cedar import Facts, FactSchema, Thing

ANY = ""
"""Said of identifiability by a question that leaves it out."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The specification, parsed once."""

    policies: PolicySet
    schema: FactSchema

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/sharing`.

        Raises:
            BadPolicyFile: a file does not parse, lacks an `@id`, or does not fit the schema.
        """
        schema = cedar.read_schema(folder)
        return cls(cedar.policy_set(cedar.read_policies(folder, schema)), schema)

    def permits(self, flow: Facts, question: Facts) -> bool:
        """Say whether one flow permits what one question asks; facts as `schema.cedarschema` names them.

        `flow["items"]` lists `{code, category, identifiability}`, `question["items"]` item codes.
        The facts that follow from these (holdings, several_regimes) are worked out here.

        Raises:
            ValueError: the facts do not fit the schema.
        """
        verdict = cedar.ask(
            self.policies,
            self.schema,
            principal=Thing("Question", _question(question)),
            action="share",
            resource=Thing("Flow", _flow(flow)),
        )
        if verdict.errors:
            raise ValueError("; ".join(verdict.errors))
        return verdict.allowed

    def permits_any(self, flows: Sequence[Facts], questions: Sequence[Facts]) -> list[bool]:
        """Say of each question whether any of these flows permits it, as `permits` does, and much faster.

        Raises:
            ValueError: the facts do not fit the schema.
        """
        verdicts = cedar.ask_all(
            self.policies,
            self.schema,
            principals=[Thing("Question", _question(question)) for question in questions],
            action="share",
            resources=[Thing("Flow", _flow(flow)) for flow in flows],
        )
        if faults := [error for about in verdicts for verdict in about for error in verdict.errors]:
            raise ValueError("; ".join(faults))
        return [any(verdict.allowed for verdict in about) for about in verdicts]


def _flow(facts: Facts) -> dict[str, Any]:
    """Return the flow's facts with each item also under an identifiability that was not asked about."""
    items = [copy for item in facts["items"] for copy in (item, {**item, "identifiability": ANY})]
    return {
        **facts,
        "items": items,
        "holdings": [_without_code(item) for item in items],
        "several_regimes": len(set(facts["regimes"])) > 1,
    }


def _question(facts: Facts) -> dict[str, Any]:
    holding = {"category": facts["category"], "identifiability": facts["identifiability"]}
    items = [{"code": code, **holding} for code in facts["items"]]
    asked = {name: value for name, value in facts.items() if name not in {"category", "identifiability"}}
    return {**asked, "holding": holding, "items": items}


def _without_code(item: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in item.items() if name != "code"}
