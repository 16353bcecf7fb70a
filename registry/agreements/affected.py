"""Whom a new text touches: the organisations whose flows, duties or risks differ, and why (DOMAIN 3.5).

Whoever is touched signs again. Every difference is judged by the rule table of `policies/amending`; nothing
here decides for itself, and what no rule foresees touches every controller.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.agreements.differences import Difference, differences
from registry.agreements.terms import Flow, Terms
from registry.policy.amending import Amending, Whom


@dataclass(frozen=True, slots=True)
class Because:
    """Why an organisation signs, in both languages, and the places of the terms that are the reason."""

    code: str
    en: str
    cy: str
    pointers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """An earlier text and the one made from it."""

    old: Terms
    new: Terms

    def touched(self, rules: Amending) -> dict[str, list[Because]]:
        """Every organisation that is touched, each with every reason, in the order of the rule table."""
        places: dict[tuple[str, str], list[str]] = {}
        reasons = {reason.code: reason for reason in (*rules.changes, rules.otherwise)}
        for difference in differences(self.old, self.new):
            reason, whom, named = rules.judge(difference.path)
            for organisation in self._whom(whom, named, difference):
                places.setdefault((reason.code, organisation), []).append(difference.pointer)
        found: dict[str, list[Because]] = {}
        for code, reason in reasons.items():
            for (given, organisation), pointers in places.items():
                if given == code:
                    because = Because(code, reason.en, reason.cy, tuple(pointers))
                    found.setdefault(organisation, []).append(because)
        return found

    def _whom(self, whom: Whom, named: tuple[str, ...], difference: Difference) -> frozenset[str]:
        if whom == "nobody":
            return frozenset()
        if whom == "named":
            return frozenset(named[-1:])
        if whom == "ends":
            return _ends(flow for flow in self._flows() if flow.id == named[0])
        if whom == "carriers":
            return _ends(flow for flow in self._flows() if named[0] in flow.items)
        if whom == "partners":
            return self._partners(named[0])
        return self._controllers()

    def _partners(self, party: str) -> frozenset[str]:
        """A party and those it shares with; where it is at no flow's end, every controller answers for it."""
        sharing = _ends(flow for flow in self._flows() if party in (flow.from_, flow.to))
        return frozenset({party}) | (sharing or self._controllers())

    def _controllers(self) -> frozenset[str]:
        return frozenset((*self.old.controllers(), *self.new.controllers()))

    def _flows(self) -> list[Flow]:
        return [*self.old.flows, *self.new.flows]


def _ends(flows: Iterable[Flow]) -> frozenset[str]:
    return frozenset(end for flow in flows for end in (flow.from_, flow.to))
