"""How strongly an approval is known to be a person's own, and where a deployment asks for how much."""

from typing import Annotated, Literal

from pydantic import Field

from registry.policy.entries import Entry, Model, Name


class Demand(Model):
    """The roles that must approve at least so strongly, at every risk or at high risk alone."""

    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    risk: Literal["any", "high"]


class ApprovalStrength(Entry):
    """One strength of an approval. A higher `rank` is stronger; where `demanded`, no weaker one will do."""

    rank: Annotated[int, Field(ge=1)]
    demanded: tuple[Demand, ...] = ()

    def is_demanded(self, role: str, *, high_risk: bool) -> bool:
        """Whether an approval in a role at this risk has to be at least so strong."""
        return any(role in one.roles and (high_risk or one.risk == "any") for one in self.demanded)
