"""A supposed change, and what it does to the policies and to the facts of one version. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

from registry.agreements.facts import Standing
from registry.errors import Forbidden, NotFound
from registry.organisations.mandates import Assured
from registry.policy import Law, Policies


class MayNotAskWhatIf(Forbidden):
    """Only those who look after agreements ask what a change would do."""

    code = "may-not-ask-what-if"


class NothingToChange(NotFound):
    """The change speaks of a gateway, rule, organisation or assessment that there is not."""

    code = "nothing-to-change"


@dataclass(frozen=True, slots=True)
class GatewayDates:
    """A gateway holds from one day to another; a day that is None is open. Never, when not `commenced`."""

    gateway: str
    first_on: date | None
    last_on: date | None
    commenced: bool = True

    def policies(self, present: Policies) -> Policies:
        """The policies with the gateway's other days.

        Raises:
            NothingToChange: there is no such gateway.
        """
        gateways = present.law.gateways
        if self.gateway not in gateways:
            raise NothingToChange(name=self.gateway)
        days = {"in_force_from": self.first_on, "in_force_until": self.last_on, "commenced": self.commenced}
        changed = gateways[self.gateway].model_copy(update=days)
        law = present.law.model_copy(update={"gateways": {**gateways, self.gateway: changed}})
        return replace(present, law=law)

    def standing(self, present: Standing, changed: Policies) -> Standing:
        """The same facts, worked out by the changed law."""
        return replace(present, law=changed.law)

    def relying(self, present: Standing, supposed: Standing) -> frozenset[str]:
        """The flows that name the gateway, where it begins or ceases to hold on that day."""
        held = [one.law.gateways[self.gateway].is_in_force(one.today) for one in (present, supposed)]
        if held[0] == held[1]:
            return frozenset()
        return frozenset(flow.id for flow in present.terms.flows if self.gateway in flow.gateways)


@dataclass(frozen=True, slots=True)
class RuleDates:
    """A rule is asked from one day to another, or not at all."""

    rule: str
    enabled: bool
    first_on: date | None
    last_on: date | None

    def policies(self, present: Policies) -> Policies:
        """The policies with the rule's other days, or without the rule.

        Raises:
            NothingToChange: there is no such rule.
        """
        rules = dict(present.gates.rules)
        if self.rule not in rules:
            raise NothingToChange(name=self.rule)
        if self.enabled:
            rules[self.rule] = replace(rules[self.rule], first_on=self.first_on, last_on=self.last_on)
        else:
            del rules[self.rule]
        return replace(present, gates=replace(present.gates, rules=rules))

    def standing(self, present: Standing, changed: Policies) -> Standing:
        """The same facts."""
        return present


@dataclass(frozen=True, slots=True)
class AssuranceLapse:
    """A body cannot show one kind of assurance any more."""

    organisation: str
    assurance: str

    def policies(self, present: Policies) -> Policies:
        """The same policies."""
        return present

    def standing(self, present: Standing, changed: Policies) -> Standing:
        """The facts with that assurance run out the day before."""
        shown: Mapping[str, Assured] = present.assurances.get(self.organisation, {})
        yesterday = present.today - timedelta(days=1)
        known = shown.get(self.assurance, Assured(self.assurance, "", "", "", yesterday))
        lapsed = replace(known, expires_on=min(known.expires_on, yesterday))
        return replace(
            present,
            assurances={**present.assurances, self.organisation: {**shown, self.assurance: lapsed}},
        )


@dataclass(frozen=True, slots=True)
class AssessmentEnd:
    """A DPIA or data-ethics assessment is revoked, or has run out."""

    assessment: str
    outcome: Literal["revoked", "expired"]

    def policies(self, present: Policies) -> Policies:
        """The same policies."""
        return present

    def standing(self, present: Standing, changed: Policies) -> Standing:
        """The facts without that approval."""
        ended = (
            {"approved": False}
            if self.outcome == "revoked"
            else {"valid_until": present.today - timedelta(days=1)}
        )
        return replace(
            present,
            assessments=[
                replace(one, **ended) if one.id == self.assessment else one for one in present.assessments
            ],
        )


@dataclass(frozen=True, slots=True)
class ProposedOverlay:
    """A deployment's own entries of law that were proposed count. `law`: with them, once they are found."""

    digest: str
    law: Law | None = None

    def policies(self, present: Policies) -> Policies:
        """The policies with the law as it would be.

        Raises:
            NothingToChange: the entries have not been found.
        """
        if self.law is None:
            raise NothingToChange(name=self.digest)
        return replace(present, law=self.law)

    def standing(self, present: Standing, changed: Policies) -> Standing:
        """The same facts, worked out by the law as it would be."""
        return replace(present, law=changed.law)


@dataclass(frozen=True, slots=True)
class DraftInForce:
    """The newest text of an agreement is in force, signed by everyone, and replaces what it amends."""

    ref: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An agreement, or one flow of it, lets nothing flow any more."""

    ref: str
    flow: str | None = None


Change: TypeAlias = GatewayDates | RuleDates | AssuranceLapse | AssessmentEnd | ProposedOverlay
