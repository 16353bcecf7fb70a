"""How strongly an approval is known to be a person's own, and where a deployment asks for how much."""

from typing import Annotated, Literal

from pydantic import Field

from registry.policy.entries import Entry, Model, Name

Act = Literal["approve", "suspend", "resume", "terminate"]
"""What strength is asked of: signatures and decisions, or stopping an agreement, and letting it run again."""


class Demand(Model):
    """The roles that must act at least so strongly, at every risk or at high risk alone.

    Without `acts` it is about approvals alone: whoever must stop a flow at once may have no passkey at hand.
    `device_bound` takes no passkey that could be synced to another device.
    """

    roles: Annotated[tuple[Name, ...], Field(min_length=1)]
    risk: Literal["any", "high"]
    acts: Annotated[tuple[Act, ...], Field(min_length=1)] = ("approve",)
    device_bound: bool = False

    def asks(self, act: Act, role: str, *, high_risk: bool) -> bool:
        """Whether it is about this act in this role at this risk."""
        return act in self.acts and role in self.roles and (high_risk or self.risk == "any")


class ApprovalStrength(Entry):
    """One strength of an approval. A higher `rank` is stronger; where `demanded`, no weaker one will do."""

    rank: Annotated[int, Field(ge=1)]
    demanded: tuple[Demand, ...] = ()

    def is_demanded(self, act: Act, role: str, *, high_risk: bool) -> bool:
        """Whether an act in a role at this risk has to be at least so strongly known."""
        return any(one.asks(act, role, high_risk=high_risk) for one in self.demanded)

    def is_device_bound(self, act: Act, role: str, *, high_risk: bool) -> bool:
        """Whether no passkey that could be synced will do for it."""
        return any(one.device_bound and one.asks(act, role, high_risk=high_risk) for one in self.demanded)
