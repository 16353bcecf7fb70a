"""What somebody chose: a question in codes alone, so that its address can name nobody.

Whatever is not a code of the law's lists or a body of the register is no choice: it is left out, and never
repeated. An item that no agreement has becomes "something else".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from registry.decisions.index import Index
from registry.policy import Law

Parameters = Sequence[tuple[str, str]]

US, THEM = "us", "them"
NOT_LISTED = "~"
"""An item that no agreement has: codes of items have no tilde."""

LISTS: Mapping[str, str] = {
    "category": "categories",
    "subject_group": "subject_groups",
    "purpose": "purposes",
    "volume": "volumes",
    "regime": "regimes",
    "age_band": "age_bands",
    "method": "methods",
    "identifiability": "identifiability",
}
"""The facts that are stated in codes, each with the list of the law that has them."""

USES = ("match", "automated_use")
"""What may be done with information beyond giving and taking it, of what a person asks about."""

REQUIRED = ("held_by", "other", "subject_group", "category", "purpose", "volume")
"""What every question says, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One question as far as it was answered. `other` is the body at the other end, by primary identifier."""

    held_by: str = ""
    other: str = ""
    use: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    urgent: bool = False

    def chosen(self, name: str) -> str:
        """The code that was chosen for a fact, or none."""
        if name in ("held_by", "other", "use"):
            return str(getattr(self, name))
        return dict(self.facts).get(name, "")

    def missing(self) -> tuple[str, ...]:
        """What is left to choose, in the order of the page."""
        return tuple(name for name in REQUIRED if not self.chosen(name))

    def pair(self, ours: str) -> tuple[str, str]:
        """Who holds the information and who is to receive it, where `ours` is the body of who asks."""
        return (ours, self.other) if self.held_by == US else (self.other, ours)

    def query(self) -> str:
        """The choices as the query of an address."""
        pairs = [(name, self.chosen(name)) for name in ("held_by", "other", "use")]
        pairs += [*self.facts, *(("items", item) for item in self.items)]
        pairs += [("urgent", "yes")] if self.urgent else []
        return urlencode([(name, value) for name, value in pairs if value])

    def without(self, *names: str) -> "Choices":
        """The same question, with some facts not said."""
        return replace(self, facts=tuple(fact for fact in self.facts if fact[0] not in names))

    def question(self, ours: str) -> dict[str, Any]:
        """The question as the permission check takes it (CONTRACT, Permission check)."""
        holder, recipient = self.pair(ours)
        gives = self.held_by == US and not self.use
        context: dict[str, Any] = {**dict(self.facts), "initiated_by": "person"}
        if gives:
            context["recipient"] = recipient
        if self.items:
            context["items"] = list(self.items)
        if self.urgent:
            context["emergency"] = True
        return {
            "subject": {"type": "organisation", "id": holder if gives else recipient},
            "action": {"name": self.use or ("disclose" if gives else "receive")},
            "resource": {"type": "data_holding", "id": f"{holder}~{self.chosen('category')}"},
            "context": {name: value for name, value in context.items() if name != "category"},
        }


def read_choices(parameters: Parameters, *, ours: str, law: Law, index: Index) -> Choices:
    """What of some parameters is a choice, for somebody of the body `ours`."""
    said = dict(parameters)
    other = index.primary(said.get("other", ""))
    return Choices(
        held_by=_one_of(said.get("held_by"), (US, THEM)),
        other=other if other in index.bodies and other != ours else "",
        use=_one_of(said.get("use"), USES),
        facts=tuple(_facts(said, law)),
        items=tuple(sorted({_item(item, index) for name, item in parameters if name == "items"})),
        urgent=said.get("urgent") == "yes",
    )


def _facts(said: Mapping[str, str], law: Law) -> Iterator[tuple[str, str]]:
    for name, listed in LISTS.items():
        code = _one_of(said.get(name), getattr(law, listed))
        if code:
            yield name, code


def _one_of(value: str | None, codes: Mapping[str, Any] | Sequence[str]) -> str:
    return value if value is not None and value in codes else ""


def _item(code: str, index: Index) -> str:
    """The item, or what stands for any that no agreement has: leaving it out would ask for less."""
    return code if index.has_items({code}) else NOT_LISTED
