"""The facts of what the text says of a flow, judged when it is submitted."""

from typing import TYPE_CHECKING, Any

from registry.agreements.facts.days import days_of
from registry.agreements.terms import Flow
from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing

INSECURE = frozenset({"email", "post"})
"""Methods by which anyone on the way can read along."""

CHILD_SAFEGUARDING = frozenset({"child-safeguarding", "missing-persons", "early-help"})


def flow_text_units(standing: "Standing") -> list[Unit]:
    """One unit a flow."""
    return [
        Unit(
            "flow_text",
            f"/flows/{index}",
            {
                **_confidentiality(standing, flow),
                **_reuse(standing, flow),
                **_handling(standing, flow),
                **_people(standing, flow),
            },
            standing.nations_of(flow),
        )
        for index, flow in enumerate(standing.terms.flows)
    ]


def _confidentiality(standing: "Standing", flow: Flow) -> dict[str, Any]:
    gateways = [standing.law.gateways[code] for code in flow.gateways]
    items = standing.terms.items_of(flow)
    return {
        "patient_information": standing.is_about_patients(flow),
        "confidentiality_route": flow.confidentiality.route,
        "only_general_powers": bool(gateways) and all("general-power" in one.limits for one in gateways),
        "identifiable_special": any(
            standing.is_special(item) and item.identifiability == "identifiable" for item in items
        ),
    }


def _reuse(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """Law-enforcement data that goes to other purposes (DPA 2018 s.36(4))."""
    items = standing.terms.items_of(flow)
    part3 = [basis for basis in flow.bases if basis.regime == "law-enforcement"]
    received = [basis for basis in flow.bases if basis.party == flow.to and basis.regime == "uk-gdpr"]
    decides = flow.to in standing.terms.controllers()
    special = any(standing.is_special(item) for item in items)
    criminal = any(standing.is_criminal(item) for item in items)
    return {
        "part3_disclosed": any(basis.party == flow.from_ for basis in part3),
        "other_purpose": not all(standing.law.purposes[code].law_enforcement for code in flow.purposes),
        "reuse_authorised": bool(flow.reuse_authorisation or flow.gateways),
        "recipient_art6": not decides or any(basis.art6 for basis in received),
        "recipient_art9": not decides or not special or any(basis.art9 for basis in received),
        "recipient_art10": not decides
        or not criminal
        or any(basis.art10 or basis.sch1 for basis in received),
    }


def _handling(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """How it travels and how long it is kept."""
    items = standing.terms.items_of(flow)
    return {
        "sensitive": any(standing.is_special(item) or standing.is_criminal(item) for item in items),
        "insecure_methods": sorted(INSECURE & set(flow.methods)),
        "verbal": "verbal" in flow.methods,
        "minutes": bool(flow.minutes),
        "retention_period": flow.retention.period,
        "retention_trigger": flow.retention.trigger,
        "retention_days": days_of(flow.retention.period),
        "schedule_days": days_of(flow.retention.schedule),
    }


def _people(standing: "Standing", flow: Flow) -> dict[str, Any]:
    """Children and victims."""
    personal = any(standing.is_personal(item) for item in standing.terms.items_of(flow))
    asked = flow.victims_request
    return {
        "children": personal and "child" in flow.subject_groups,
        "best_interests": bool(flow.best_interests),
        "child_safeguarding": not CHILD_SAFEGUARDING.isdisjoint(flow.purposes),
        "decisions_recorded": any(one.code == "record-decision" for one in flow.obligations),
        "victims": personal and "victim" in flow.subject_groups,
        "on_request": flow.frequency == "request",
        "to_police": standing.bodies[flow.to].kind == "police",
        "victims_necessity": bool(asked.necessity),
        "victims_notice": bool(asked.notice or asked.notice_exception),
        "victims_counselling": bool(asked.counselling),
    }
