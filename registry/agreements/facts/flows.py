"""The facts of a flow as it stands: its assessments, signatures, review and incidents."""

from typing import TYPE_CHECKING, Any

from registry.agreements.facts.days import LAST, number_of
from registry.agreements.terms import Flow
from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing

CARE_FUNCTIONS = frozenset({"health", "adult-social-care", "childrens-services", "public-health"})
"""What a body of another kind, a council say, acts as when it is a health or social care authority
(PCSC Act 2022 s.16(4)). A health or care body is one whatever it acts as.
"""

PLANNING = frozenset({"research", "planning-commissioning"})
JOINT = "joint-controller"


def flow_unit(standing: "Standing", flow: Flow) -> Unit:
    """The facts of one flow."""
    pointer = f"/flows/{standing.terms.flows.index(flow)}"
    facts = {
        **_sharing(standing, flow),
        **_tools(standing, flow),
        **_regimes(standing, flow),
        **_standing(standing, flow),
    }
    return Unit("flow", pointer, facts, standing.nations_of(flow))


def criteria(standing: "Standing", flow: Flow) -> list[str]:
    """The DPIA screening criteria that one flow shows (DOMAIN 4.1)."""
    items = standing.terms.items_of(flow)
    if not any(standing.is_personal(item) for item in items):
        return []
    sensitive = any(standing.is_special(item) or standing.is_criminal(item) for item in items)
    groups = [standing.law.subject_groups[code] for code in flow.subject_groups]
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


def _sharing(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """What goes along it, from whom."""
    holder = standing.bodies[flow.from_]
    return {
        "gateways": list(flow.gateways),
        "patient_information": standing.is_about_patients(flow),
        "personal": any(standing.is_personal(item) for item in standing.terms.items_of(flow)),
        "discloser_health_or_social_care": holder.health_or_care or flow.discloser_function in CARE_FUNCTIONS,
        "rests_on_duty": standing.rests_on_duty(flow),
        "caldicott_required": standing.needs_guardian(flow),
        "caldicott_signed": standing.signed_on(flow.from_, "caldicott_guardian") is not None,
        "planning_or_research": not PLANNING.isdisjoint(flow.purposes),
        "opt_out_stated": bool(flow.confidentiality.opt_out),
    }


def _tools(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """What machines do with it, and what was said of that."""
    terms = standing.terms
    ends = [standing.bodies[end] for end in (flow.from_, flow.to)]
    return {
        "automation": flow.automation,
        "biometrics": flow.biometrics,
        "ethics_approved": bool(standing.ethics_approvals()),
        "outside_pilot": standing.outside_pilot(flow),
        "algorithmic_record": bool(terms.assessments.algorithmic_transparency)
        or any(one.limits.public_record for one in standing.ethics_approvals()),
        "central_government": any(body.kind == "government" for body in ends),
        "decision_safeguards": bool(terms.rights.automated_decisions),
        "human_contact": bool(terms.rights.human_contact),
        "equality_assessment": bool(terms.assessments.equality or terms.transparency.equality),
        "police": any(body.kind == "police" for body in ends),
        "biometrics_statement": bool(terms.assessments.biometrics_commissioner),
    }


def _regimes(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """Law enforcement, and who decides together."""
    arranged = standing.terms.governance.joint_controllers
    roles = {party.organisation: party.roles for party in standing.terms.parties}
    joint = all(JOINT in roles[end] for end in (flow.from_, flow.to))
    part3 = any(basis.regime == "law-enforcement" for basis in flow.bases)
    logged = standing.terms.security.disclosure_log
    return {
        "law_enforcement": part3,
        "disclosure_log": bool(logged) or any(one.code == "log-disclosure" for one in flow.obligations),
        "joint_controllers": joint,
        "joint_arrangement": bool(arranged.arrangement),
        "joint_essence": bool(arranged.essence),
        "joint_contact_point": bool(arranged.contact_point),
    }


def _standing(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """Who has signed, and how its days and incidents stand."""
    days = [standing.signed_on(end, "signatory") for end in standing.ends(flow)]
    return {
        "unsigned_controllers": standing.unsigned(flow),
        "protective": flow.protective,
        "starts_on_day": standing.terms.starts_on.toordinal(),
        "signed_by_day": max((number_of(day, absent=LAST) for day in days), default=LAST),
        "review_on_day": (standing.review_on or standing.terms.review_on).toordinal(),
        "severe_incident": flow.id in standing.severe_incidents,
    }
