"""Everything about one version that its gates may ask, on one day, and the units they judge."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from registry.agreements.facts import agreement, bases, controllers, flows, items, parties, wording
from registry.agreements.terms import Flow, Item, Terms
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind
from registry.organisations.mandates import Assured
from registry.policy import Law, Unit

NATIONS = {"E": "E", "W": "W", "S": "S", "N": "NI"}
"""The letters stored of an organisation, and those of `policies/law/nations.yaml`."""


@dataclass(frozen=True, slots=True)
class Body:
    """The facts about an organisation that rules judge. `nations` are codes of the law list, `kind` too."""

    id: str
    public_authority: bool
    competent_authority: bool
    health_or_care: bool
    dpo_designated: bool
    kind: str = ""
    nations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature or refusal: of which body, in which role, on which London day, by which person."""

    organisation: str
    role: str
    on: date
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an assessment says beyond its scope; neutral where nothing is known."""

    decided_on: date | None = None
    residual_risk: str = "low"
    regulator_answered: bool = False
    overruled: bool = False
    overruling_reasons: bool = False


NOTHING_KNOWN = Findings()


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about one version that its gates may ask, on one day.

    What another part knows and has not said is neutral. `review_on`: the present review day where it is not
    that of the text. `assurances`: by organisation and kind. `untrained`: by organisation, the roles held
    without current training. `findings`: by assessment. `severe_incidents`: the flows with an open one.
    """

    terms: Terms
    bodies: Mapping[str, Body]
    assessments: Sequence[CoveringAssessment]
    signatures: Collection[Signed]
    law: Law
    today: date
    refusals: Collection[Signed] = ()
    review_on: date | None = None
    assurances: Mapping[str, Mapping[str, Assured]] = field(default_factory=dict)
    untrained: Mapping[str, Collection[str]] = field(default_factory=dict)
    findings: Mapping[str, Findings] = field(default_factory=dict)
    severe_incidents: Collection[str] = ()

    def submit_units(self) -> list[Unit]:
        """The units judged when a version is submitted."""
        return [
            *self.basis_units(),
            *bases.gateway_units(self),
            *self.item_units(),
            *self.flow_units(),
            *wording.flow_text_units(self),
            *parties.processor_units(self),
            *self._whole_units(),
        ]

    def activation_units(self) -> list[Unit]:
        """The units judged before any flow may go live."""
        return [*self.flow_units(), *bases.gateway_units(self), *self._whole_units()]

    def activation_units_of(self, flow: Flow) -> list[Unit]:
        """The units judged before one flow goes live: itself, the bodies at its ends, the agreement."""
        return [
            self.flow_unit(flow),
            *bases.gateway_units(self, flow),
            *self.controller_units(self.ends(flow)),
            *parties.party_units(self, (flow.from_, flow.to)),
            agreement.agreement_unit(self),
        ]

    def daily_units(self) -> list[Unit]:
        """The units judged each day that a version is in force."""
        return [*self.flow_units(), *self._whole_units()]

    def _whole_units(self) -> list[Unit]:
        return [
            *self.controller_units(self.terms.controllers()),
            *parties.party_units(self, [party.organisation for party in self.terms.parties]),
            agreement.agreement_unit(self),
        ]

    def basis_units(self) -> list[Unit]:
        """One unit a basis line, for every controller end of every flow, present or not."""
        return bases.basis_units(self)

    def item_units(self) -> list[Unit]:
        """One unit an item for each flow that lists it."""
        return items.item_units(self)

    def flow_units(self) -> list[Unit]:
        """One unit a flow."""
        return [self.flow_unit(flow) for flow in self.terms.flows]

    def flow_unit(self, flow: Flow) -> Unit:
        """The facts of one flow as it stands."""
        return flows.flow_unit(self, flow)

    def controller_units(self, organisations: Collection[str]) -> list[Unit]:
        """One unit a controller: each answers for its own DPIA."""
        return [controllers.controller_unit(self, organisation) for organisation in organisations]

    def ends(self, flow: Flow) -> tuple[str, ...]:
        """The controllers at the ends of a flow: those whose signatures it needs."""
        return tuple(end for end in (flow.from_, flow.to) if end in self.terms.controllers())

    def unsigned(self, flow: Flow) -> list[str]:
        """The controllers at the ends of a flow that have not signed."""
        return [end for end in self.ends(flow) if self.signed_on(end, "signatory") is None]

    def signed_on(self, organisation: str, role: str) -> date | None:
        """The day a body signed in a role, or None."""
        return next(
            (one.on for one in self.signatures if (one.organisation, one.role) == (organisation, role)), None
        )

    def signatures_needed(self) -> frozenset[tuple[str, str]]:
        """Every (organisation, role) this version asks to sign (DOMAIN 3.6).

        The signatory of every controller; the Caldicott Guardian of each health or care body that discloses
        confidential patient information.
        """
        guardians = {
            (flow.from_, "caldicott_guardian") for flow in self.terms.flows if self.needs_guardian(flow)
        }
        return frozenset({(controller, "signatory") for controller in self.terms.controllers()} | guardians)

    def needs_guardian(self, flow: Flow) -> bool:
        """Whether a health or care body discloses confidential patient information by a flow."""
        return self.is_about_patients(flow) and self.bodies[flow.from_].health_or_care

    def has_answered(self, organisation: str, role: str) -> bool:
        """Whether a body has signed or refused in a role."""
        answers = (*self.signatures, *self.refusals)
        return any((one.organisation, one.role) == (organisation, role) for one in answers)

    def lapses_on(self, flow: Flow) -> date | None:
        """The first day without an ethics approval for a flow that needs one now and has it; else None."""
        if flow.automation == flow.biometrics == "none":
            return None
        approvals = [one.valid_until for one in self.ethics_approvals()]
        if not approvals or None in approvals:
            return None
        return max(until for until in approvals if until is not None) + timedelta(days=1)

    def all_signed(self) -> bool:
        """Whether every signature asked for is there."""
        return self.signatures_needed() <= {(one.organisation, one.role) for one in self.signatures}

    def screening(self) -> frozenset[str]:
        """The DPIA screening criteria that the terms themselves show (DOMAIN 4.1)."""
        return frozenset(code for flow in self.terms.flows for code in flows.criteria(self, flow))

    def is_personal(self, item: Item) -> bool:
        """Whether data protection law applies to an item."""
        return self.law.identifiability[item.identifiability].personal

    def is_special(self, item: Item) -> bool:
        """Special category data, as the item says or its category does where it points at persons."""
        return item.special or (self.law.categories[item.category].special and self.is_personal(item))

    def is_criminal(self, item: Item) -> bool:
        """Criminal offence data, as the item says or its category does where it points at persons."""
        return item.criminal or (self.law.categories[item.category].criminal and self.is_personal(item))

    def is_about_patients(self, flow: Flow) -> bool:
        """Whether a flow carries confidential patient information."""
        return any(item.patient_information for item in self.terms.items_of(flow))

    def is_law_enforcement(self, flow: Flow) -> bool:
        """Whether one of a flow's purposes is a law-enforcement purpose (DPA 2018 s.31)."""
        return any(self.law.purposes[code].law_enforcement for code in flow.purposes)

    def rests_on_duty(self, flow: Flow) -> bool:
        """Whether one of a flow's gateways is a duty in force."""
        gateways = [self.law.gateways[code] for code in flow.gateways]
        return any(gateway.is_duty and gateway.is_in_force(self.today) for gateway in gateways)

    def nations_of(self, flow: Flow) -> frozenset[str]:
        """The nations in which a flow happens: those of its ends, of the ones the agreement names."""
        ends = self.bodies[flow.from_].nations | self.bodies[flow.to].nations
        return ends & set(self.terms.jurisdictions) or ends

    def findings_of(self, assessment: CoveringAssessment | None) -> Findings:
        """What an assessment says beyond its scope, as far as it is known."""
        return self.findings.get(assessment.id, NOTHING_KNOWN) if assessment else NOTHING_KNOWN

    def is_high_risk(self) -> bool:
        """Whether a DPIA that covers the agreement leaves a high residual risk."""
        return any(self.findings_of(one).residual_risk == "high" for one in self.assessments)

    def outside_pilot(self, flow: Flow) -> list[str]:
        """What of a flow's tool lies outside every ethics approval: the version, the area, the day."""
        model = flow.model
        outside = [
            one.outside(self.today, area=model.pilot_area, model_version=model.version)
            for one in self.ethics_approvals()
        ]
        return list(sorted(outside, key=len)[0]) if outside else []

    def uncovered(self, assessment: CoveringAssessment) -> list[str]:
        """The categories, purposes and parties of the terms of which an assessment does not speak."""
        flows_purposes = {code for flow in self.terms.flows for code in flow.purposes}
        missing = (
            {item.category for item in self.terms.items} - assessment.scope_categories,
            flows_purposes - assessment.scope_purposes,
            {party.organisation for party in self.terms.parties} - assessment.scope_parties,
        )
        return sorted(set().union(*missing))

    def ethics_approvals(self) -> list[CoveringAssessment]:
        """The approved, unexpired ethics assessments of controllers that cover the terms."""
        return [
            one
            for one in self.assessments
            if one.kind == Kind.ETHICS
            and one.is_valid(self.today)
            and not self.uncovered(one)
            and one.owner in self.terms.controllers()
        ]
