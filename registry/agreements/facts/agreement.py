"""The facts of the agreement as a whole."""

from typing import TYPE_CHECKING

from registry.agreements.facts.days import months_between
from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing


def agreement_unit(standing: "Standing") -> Unit:
    """The facts of one version."""
    terms = standing.terms
    contacts = [party.contacts for party in terms.parties]
    tools = any(flow.automation != "none" or flow.biometrics != "none" for flow in terms.flows)
    facts = {
        "publication": terms.publication,
        "foi_exemption": bool(terms.transparency.foi_exemption),
        "withheld_reviewer": bool(terms.transparency.withheld_reviewer),
        "countries": list(terms.international.countries),
        "transfer_mechanism": bool(terms.international.mechanism),
        "transfer_risk_assessment": bool(
            terms.international.risk_assessment or terms.assessments.transfer_risk
        ),
        "complaints_contact": bool(terms.rights.complaints) or any(one.complaints for one in contacts),
        "rights_lead": bool(terms.rights.subject_access) or any(one.rights for one in contacts),
        "months_to_review": months_between(terms.starts_on, terms.review_on),
        "high_risk": tools or standing.is_high_risk(),
        "exit_plan": bool(terms.governance.exit),
        "notice_period": bool(terms.governance.notice_period),
        "contacts_tested_day": (terms.incidents.contacts_tested_on or terms.starts_on).toordinal(),
    }
    return Unit("agreement", "", facts, frozenset(terms.jurisdictions))
