"""The facts of basis lines and gateways: on what law each end of each flow relies."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from registry.agreements.facts.days import FIRST, LAST, number_of
from registry.agreements.terms import Basis, Flow
from registry.policy import Unit
from registry.policy.entries import Gateway

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing

SCHEDULED = frozenset({"real-time", "daily", "weekly", "fortnightly", "monthly", "quarterly", "annually"})
"""Frequencies of routine sharing."""

UNLAWFUL_ACTS = "10"
"""The paragraph of Schedule 1 that needs no policy document for what goes to a competent authority."""

CARE_KINDS = frozenset({"council"})
CARE_FUNCTIONS = frozenset({"", "health", "adult-social-care", "public-health"})
"""When a council is an adult social care body; children's services are not in HSCA 2012 s.251B."""

DIRECT_CARE = frozenset({"direct-care", "care-coordination"})


def basis_units(standing: "Standing") -> list[Unit]:
    """One unit a basis line, for every controller end of every flow, present or not."""
    return [
        unit
        for index, flow in enumerate(standing.terms.flows)
        for end in standing.ends(flow)
        for unit in _lines(standing, index, flow, end)
    ]


def gateway_units(standing: "Standing", only: Flow | None = None) -> list[Unit]:
    """One unit for each gateway of each flow, or of one."""
    return [
        Unit(
            "gateway",
            f"/flows/{index}/gateways/{place}",
            _gateway_facts(standing, flow, standing.law.gateways[code]),
            standing.nations_of(flow),
        )
        for index, flow in enumerate(standing.terms.flows)
        if only is None or flow is only
        for place, code in enumerate(flow.gateways)
    ]


def _lines(standing: "Standing", index: int, flow: Flow, end: str) -> Iterator[Unit]:
    nations = standing.nations_of(flow)
    found = False
    for place, basis in enumerate(flow.bases):
        if basis.party == end:
            found = True
            facts = _basis_facts(standing, flow, end, basis)
            yield Unit("basis_line", f"/flows/{index}/bases/{place}", facts, nations)
    if not found:
        facts = _basis_facts(standing, flow, end, None)
        yield Unit("basis_line", f"/flows/{index}/bases", facts, nations)


def _basis_facts(standing: "Standing", flow: Flow, end: str, line: Basis | None) -> dict[str, Any]:
    body = standing.bodies[end]
    items = standing.terms.items_of(flow)
    basis = line or Basis(party=end, regime="uk-gdpr")
    condition = standing.law.art9[basis.art9].schedule1_part if basis.art9 else None
    return {
        "party": end,
        "has_basis": bool(basis.art6 or basis.s35),
        "regime": line.regime if line else "none",
        "art6": basis.art6,
        "art9": basis.art9,
        "domestic_basis": basis.domestic_basis,
        "s35": basis.s35,
        "public_authority": body.public_authority,
        "competent_authority": body.competent_authority,
        "law_enforcement_purpose": standing.is_law_enforcement(flow),
        "special_items": any(standing.is_special(item) for item in items),
        "criminal_items": any(standing.is_criminal(item) for item in items),
        "only_uk_gdpr": all(one.regime == "uk-gdpr" for one in flow.bases if one.party == end),
        "schedule1_part_needed": condition or 0,
        "schedule1_parts": sorted({standing.law.schedule1[one].part for one in _paragraphs(standing, basis)}),
        "criminal_condition": bool(basis.art10 or basis.sch1),
        "strictly_necessary": bool(basis.strictly_necessary),
        "schedule8": list(basis.sch8),
        "policy_document_required": _needs_policy_document(standing, flow, basis),
        "policy_document": bool(basis.policy_document),
        "policy_document_reviewed_day": number_of(basis.policy_document_reviewed_on, absent=LAST),
        "annex1": basis.annex1,
        "request_recorded": bool(basis.request_record),
        "scheduled": flow.frequency in SCHEDULED,
    }


def _paragraphs(standing: "Standing", basis: Basis) -> list[str]:
    """The paragraphs of Schedule 1 that a line names and that there are."""
    return [one for one in basis.sch1.split(",") if one in standing.law.schedule1]


def _needs_policy_document(standing: "Standing", flow: Flow, basis: Basis) -> bool:
    """Whether an appropriate policy document is required (DPA 2018 s.42; Schedule 1 Part 4)."""
    items = standing.terms.items_of(flow)
    special = any(standing.is_special(item) for item in items)
    if basis.regime == "law-enforcement":
        return special
    if not (special or any(standing.is_criminal(item) for item in items)):
        return False
    return any(
        standing.law.schedule1[one].policy_document
        and not (one == UNLAWFUL_ACTS and standing.bodies[flow.to].competent_authority)
        for one in _paragraphs(standing, basis)
    )


def _gateway_facts(standing: "Standing", flow: Flow, gateway: Gateway) -> dict[str, Any]:
    asked, confidentiality = flow.digital_economy, flow.confidentiality
    ends = [standing.bodies[end] for end in (flow.from_, flow.to)]
    entered, approved = asked.register_entered_on, asked.pilot_approved_on
    return {
        "code": gateway.code,
        "party": flow.from_,
        "in_extent": not ends[0].nations or not ends[0].nations.isdisjoint(gateway.extent),
        "announced": gateway.mark == "announced",
        "commenced": gateway.commenced,
        "caution": gateway.caution,
        "in_force_from_day": number_of(gateway.in_force_from, absent=FIRST),
        "in_force_until_day": number_of(gateway.in_force_until, absent=LAST),
        "starts_on_day": standing.terms.starts_on.toordinal(),
        "limits": list(gateway.limits),
        "personal": any(standing.is_personal(item) for item in standing.terms.items_of(flow)),
        "objective_listed": _is_listed(standing, flow, gateway),
        "register_entry": bool(asked.register_entry),
        "register_entered": entered is not None and entered <= standing.today,
        "pilot_approved": bool(asked.pilot_approval) and approved is not None and approved <= standing.today,
        "between_care_bodies": _is_between_care_bodies(standing, flow),
        "direct_care": DIRECT_CARE.issuperset(flow.purposes),
        "cag_reference": bool(confidentiality.cag_reference),
        "cag_until_day": number_of(confidentiality.cag_expires_on, absent=FIRST),
        "party_in_scotland": any("S" in body.nations for body in ends),
    }


def _is_listed(standing: "Standing", flow: Flow, gateway: Gateway) -> bool:
    """Whether both ends are of kinds that are listed for the objective the flow names."""
    kinds = {standing.bodies[flow.from_].kind, standing.bodies[flow.to].kind}
    named = [one for one in gateway.objectives if one.code == flow.digital_economy.objective]
    return any(kinds <= set(one.kinds) for one in named)


def _is_between_care_bodies(standing: "Standing", flow: Flow) -> bool:
    """Whether both ends commission or provide health or adult social care."""
    council = flow.discloser_function in CARE_FUNCTIONS
    return all(
        body.health_or_care or (body.kind in CARE_KINDS and council)
        for body in (standing.bodies[flow.from_], standing.bodies[flow.to])
    )
