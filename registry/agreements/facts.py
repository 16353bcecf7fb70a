"""From the terms to plain facts: what Cedar judges, worked out in Python, unit by unit (DESIGN 2.8).

Cedar has no quantifiers and no months; it judges facts. Here every unit - a basis line, an item, a flow, a
controller, an act - gets every fact its kind has. Nothing here decides anything.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.agreements.terms import Basis, Flow, Item, Terms
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind
from registry.policy import Law, Unit

CARE_FUNCTIONS = frozenset({"health", "adult-social-care", "childrens-services", "public-health"})
"""What a body of another kind, a council say, acts as when it is a health or social care authority
(PCSC Act 2022 s.16(4)). A health or care body is one whatever it acts as.
"""

NEVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Body:
    """The facts about an organisation that rules judge."""

    id: str
    public_authority: bool
    competent_authority: bool
    health_or_care: bool
    dpo_designated: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature or refusal: of which body, in which role, on which London day."""

    organisation: str
    role: str
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about one version that its gates may ask, on one day."""

    terms: Terms
    bodies: Mapping[str, Body]
    assessments: Sequence[CoveringAssessment]
    signatures: Collection[Signed]
    law: Law
    today: date
    refusals: Collection[Signed] = ()

    def submit_units(self) -> list[Unit]:
        """The units judged when a version is submitted."""
        return [*self.basis_units(), *self.item_units(), *self.flow_units()]

    def activation_units(self) -> list[Unit]:
        """The units judged before any flow may go live."""
        return [*self.flow_units(), *self.controller_units(self.terms.controllers())]

    def basis_units(self) -> list[Unit]:
        """One unit a basis line, for every controller end of every flow, present or not."""
        return [
            unit
            for index, flow in enumerate(self.terms.flows)
            for end in (flow.from_, flow.to)
            if end in self.terms.controllers()
            for unit in self._basis_units(index, flow, end)
        ]

    def item_units(self) -> list[Unit]:
        """One unit an item for each flow that lists it."""
        places = {item.id: index for index, item in enumerate(self.terms.items)}
        return [
            Unit(
                "item",
                f"/items/{places[item.id]}",
                {
                    "code": item.code,
                    "special": self._is_special(item),
                    "criminal": self._is_criminal(item),
                    "uk_gdpr_bases_without_art9": [
                        basis.party for basis in flow.bases if basis.regime == "uk-gdpr" and not basis.art9
                    ],
                    "necessity_given": bool(item.necessity),
                },
            )
            for flow in self.terms.flows
            for item in self.terms.items_of(flow)
        ]

    def flow_units(self) -> list[Unit]:
        """One unit a flow."""
        return [self.flow_unit(flow) for flow in self.terms.flows]

    def flow_unit(self, flow: Flow) -> Unit:
        """The facts of one flow."""
        items = self.terms.items_of(flow)
        holder = self.bodies[flow.from_]
        patient = any(item.patient_information for item in items)
        return Unit(
            "flow",
            f"/flows/{self.terms.flows.index(flow)}",
            {
                "gateways": list(flow.gateways),
                "patient_information": patient,
                "personal": any(self._is_personal(item) for item in items),
                "discloser_health_or_social_care": holder.health_or_care
                or flow.discloser_function in CARE_FUNCTIONS,
                "rests_on_duty": self._rests_on_duty(flow),
                "caldicott_required": patient and holder.health_or_care,
                "caldicott_signed": self._signed(flow.from_, "caldicott_guardian") is not None,
                "automation": flow.automation,
                "biometrics": flow.biometrics,
                "ethics_approved": bool(self._ethics_approvals()),
                "unsigned_controllers": self.unsigned(flow),
                "protective": flow.protective,
                "starts_on_day": self.terms.starts_on.toordinal(),
                "signed_by_day": self._signed_by_day(flow),
            },
        )

    def controller_units(self, controllers: Collection[str]) -> list[Unit]:
        """One unit a controller: each answers for its own DPIA."""
        places = {party.organisation: index for index, party in enumerate(self.terms.parties)}
        return [self._controller_unit(places[controller], controller) for controller in controllers]

    def ends(self, flow: Flow) -> tuple[str, ...]:
        """The controllers at the ends of a flow: those whose signatures it needs."""
        return tuple(end for end in (flow.from_, flow.to) if end in self.terms.controllers())

    def unsigned(self, flow: Flow) -> list[str]:
        """The controllers at the ends of a flow that have not signed."""
        return [end for end in self.ends(flow) if self._signed(end, "signatory") is None]

    def signatures_needed(self) -> frozenset[tuple[str, str]]:
        """Every (organisation, role) this version asks to sign (DOMAIN 3.6).

        The signatory of every controller; the Caldicott Guardian of each health or care body that discloses
        confidential patient information.
        """
        guardians = {
            (flow.from_, "caldicott_guardian")
            for flow in self.terms.flows
            if self.flow_unit(flow).facts["caldicott_required"]
        }
        return frozenset({(controller, "signatory") for controller in self.terms.controllers()} | guardians)

    def has_answered(self, organisation: str, role: str) -> bool:
        """Whether a body has signed or refused in a role."""
        answers = (*self.signatures, *self.refusals)
        return any((one.organisation, one.role) == (organisation, role) for one in answers)

    def lapses_on(self, flow: Flow) -> date | None:
        """The first day without an ethics approval for a flow that needs one now and has it; else None."""
        if flow.automation == flow.biometrics == "none":
            return None
        approvals = [one.valid_until for one in self._ethics_approvals()]
        if not approvals or None in approvals:
            return None
        return max(until for until in approvals if until is not None) + timedelta(days=1)

    def all_signed(self) -> bool:
        """Whether every signature asked for is there."""
        return self.signatures_needed() <= {(one.organisation, one.role) for one in self.signatures}

    def screening(self) -> frozenset[str]:
        """The DPIA screening criteria that the terms themselves show (DOMAIN 4.1)."""
        return frozenset(code for flow in self.terms.flows for code in self._criteria(flow))

    def _basis_units(self, index: int, flow: Flow, end: str) -> list[Unit]:
        lines = [(place, basis) for place, basis in enumerate(flow.bases) if basis.party == end]
        if not lines:
            return [Unit("basis_line", f"/flows/{index}/bases", self._basis_facts(flow, end, None))]
        return [
            Unit("basis_line", f"/flows/{index}/bases/{place}", self._basis_facts(flow, end, basis))
            for place, basis in lines
        ]

    def _basis_facts(self, flow: Flow, end: str, basis: Basis | None) -> dict[str, bool | str]:
        body = self.bodies[end]
        return {
            "party": end,
            "has_basis": basis is not None and bool(basis.art6 or basis.s35),
            "regime": basis.regime if basis else "none",
            "art6": basis.art6 if basis else "",
            "art9": basis.art9 if basis else "",
            "domestic_basis": basis.domestic_basis if basis else "",
            "s35": basis.s35 if basis else "",
            "public_authority": body.public_authority,
            "competent_authority": body.competent_authority,
            "law_enforcement_purpose": any(self.law.purposes[code].law_enforcement for code in flow.purposes),
            "special_items": any(self._is_special(item) for item in self.terms.items_of(flow)),
            "only_uk_gdpr": all(line.regime == "uk-gdpr" for line in flow.bases if line.party == end),
        }

    def _controller_unit(self, place: int, controller: str) -> Unit:
        own = [
            one for one in self.assessments if one.kind == Kind.DPIA and self._answers_for(one, controller)
        ]
        exempted = any(
            one.not_required
            and one.owner == controller
            and self._is_heard(one)
            and not self._has_run_out(one)
            for one in own
        )
        flows = [flow for flow in self.terms.flows if controller in (flow.from_, flow.to)]
        duty = bool(flows) and all(self._rests_on_duty(flow) for flow in flows)
        return Unit(
            "version_controller",
            f"/parties/{place}",
            {
                "party": controller,
                "dpia_required": self.law.requires_dpia(self.screening()) and not exempted,
                "dpia_approved": any(one.is_valid(self.today) and self._covers(one) for one in own),
                "dpo_designated": self.bodies[controller].dpo_designated,
                # A duty goes ahead without a DPIA (DP-01-DUTY), so there is none to advise on.
                "dpo_advice_given": any(one.advised for one in own) or (duty and not own),
                "rests_on_duty": duty,
            },
        )

    def _is_personal(self, item: Item) -> bool:
        return self.law.identifiability[item.identifiability].personal

    def _is_special(self, item: Item) -> bool:
        """Special category data, as the item says or its category does where it points at persons."""
        return item.special or (self.law.categories[item.category].special and self._is_personal(item))

    def _is_criminal(self, item: Item) -> bool:
        """Criminal offence data, as the item says or its category does where it points at persons."""
        return item.criminal or (self.law.categories[item.category].criminal and self._is_personal(item))

    def _answers_for(self, assessment: CoveringAssessment, controller: str) -> bool:
        return assessment.owner == controller or controller in assessment.adopted_by

    def _has_run_out(self, assessment: CoveringAssessment) -> bool:
        return assessment.valid_until is not None and assessment.valid_until < self.today

    def _is_heard(self, assessment: CoveringAssessment) -> bool:
        """Whether the owner's data protection officer has advised, where it has designated one."""
        return assessment.advised or not self.bodies[assessment.owner].dpo_designated

    def _covers(self, assessment: CoveringAssessment) -> bool:
        """Whether it speaks of every category, purpose and party of the terms (UK GDPR Article 35(7))."""
        return (
            {item.category for item in self.terms.items} <= assessment.scope_categories
            and {code for flow in self.terms.flows for code in flow.purposes} <= assessment.scope_purposes
            and {party.organisation for party in self.terms.parties} <= assessment.scope_parties
        )

    def _ethics_approvals(self) -> list[CoveringAssessment]:
        return [
            one
            for one in self.assessments
            if one.kind == Kind.ETHICS
            and one.is_valid(self.today)
            and self._covers(one)
            and one.owner in self.terms.controllers()
        ]

    def _rests_on_duty(self, flow: Flow) -> bool:
        gateways = [self.law.gateways[code] for code in flow.gateways]
        return any(gateway.is_duty and gateway.is_in_force(self.today) for gateway in gateways)

    def _signed(self, organisation: str, role: str) -> date | None:
        return next(
            (one.on for one in self.signatures if (one.organisation, one.role) == (organisation, role)), None
        )

    def _signed_by_day(self, flow: Flow) -> int:
        days = [self._signed(end, "signatory") for end in self.ends(flow)]
        return max((day.toordinal() if day else NEVER for day in days), default=NEVER)

    def _criteria(self, flow: Flow) -> list[str]:
        items = self.terms.items_of(flow)
        if not any(self._is_personal(item) for item in items):
            return []
        sensitive = any(self._is_special(item) or self._is_criminal(item) for item in items)
        groups = [self.law.subject_groups[code] for code in flow.subject_groups]
        shown = {
            "sensitive-data": sensitive,
            "large-scale": flow.volume == "bulk",
            "large-scale-special": sensitive and flow.volume == "bulk",
            "matching": bool(flow.matching_key) or flow.automation == "matching",
            "vulnerable-subjects": any(group.vulnerable for group in groups),
            "evaluation-scoring": flow.automation == "decision-support",
            "automated-decision": flow.automation == "automated-decision",
            "systematic-evaluation": flow.automation == "automated-decision",
            "innovative-use": flow.automation != "none",
            "biometric": flow.biometrics != "none",
        }
        return [code for code, applies in shown.items() if applies]
