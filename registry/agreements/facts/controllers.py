"""The facts of controllers: each answers for its own DPIA, and tells people what it does."""

from typing import TYPE_CHECKING, Any

from registry.agreements.facts.days import months_between
from registry.assessments.queries import CoveringAssessment
from registry.assessments.transitions import Kind
from registry.policy import Unit

if TYPE_CHECKING:
    from registry.agreements.facts.standing import Standing


def controller_unit(standing: "Standing", controller: str) -> Unit:
    """The facts of one controller."""
    places = {party.organisation: index for index, party in enumerate(standing.terms.parties)}
    own = _assessments_of(standing, controller)
    flows = [flow for flow in standing.terms.flows if controller in (flow.from_, flow.to)]
    duty = bool(flows) and all(standing.rests_on_duty(flow) for flow in flows)
    transparency = standing.terms.transparency
    facts = {
        "party": controller,
        **_dpia(standing, controller, own, duty=duty),
        "rests_on_duty": duty,
        "privacy_notice": bool(transparency.privacy_notices.get(controller)),
        "notice_exemption": bool(transparency.exemption),
    }
    return Unit("version_controller", f"/parties/{places[controller]}", facts)


def _dpia(
    standing: "Standing", controller: str, own: list[CoveringAssessment], *, duty: bool
) -> dict[str, Any]:
    screening = standing.screening()
    exempted = any(_exempts(standing, one, controller) for one in own)
    wp248 = {criterion.code for criterion in standing.law.dpia_screening["wp248"].criteria}
    valid = [one for one in own if one.is_valid(standing.today)]
    best = min(valid, key=lambda one: (len(standing.uncovered(one)), one.id), default=None)
    said = standing.findings_of(best)
    return {
        "dpia_required": standing.law.requires_dpia(screening) and not exempted,
        "dpia_approved": bool(valid),
        "dpia_uncovered": standing.uncovered(best) if best else [],
        "dpo_designated": standing.bodies[controller].dpo_designated,
        # A duty goes ahead without a DPIA (DP-01-DUTY), so there is none to advise on.
        "dpo_advice_given": any(one.advised for one in own) or (duty and not own),
        "screened_out": exempted,
        "wp248_count": len(wp248 & screening),
        "residual_high": said.residual_risk == "high",
        "regulator_answered": said.regulator_answered,
        "advice_overruled": said.overruled,
        "overruling_reasons": said.overruling_reasons,
        "dpia_age_months": months_between(said.decided_on, standing.today) if said.decided_on else 0,
    }


def _assessments_of(standing: "Standing", controller: str) -> list[CoveringAssessment]:
    return [
        one
        for one in standing.assessments
        if one.kind == Kind.DPIA and (one.owner == controller or controller in one.adopted_by)
    ]


def _exempts(standing: "Standing", assessment: CoveringAssessment, controller: str) -> bool:
    """Whether a controller's own screening says that no DPIA is needed, its DPO has spoken, and it holds."""
    run_out = assessment.valid_until is not None and assessment.valid_until < standing.today
    heard = assessment.advised or not standing.bodies[assessment.owner].dpo_designated
    return assessment.not_required and assessment.owner == controller and heard and not run_out
