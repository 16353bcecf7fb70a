"""What is done to assessments once they are drafted, and the stages that this brings them to."""

from dataclasses import replace
from typing import Any

from tests.integration.http.deed import Deed, says
from tests.integration.http.world import Json
from tests.samples.agreements import BLACKPOOL
from tests.samples.assessments import risk

DPIA, ETHICS = "/api/v1/dpias", "/api/v1/ethics-assessments"
NAMES = {DPIA: "dpia", ETHICS: "ethics"}

HIGH = [
    risk(residual_likelihood="probable", residual_severity="severe"),
    risk(id="r2", code="not-sharing", source="A child is harmed unseen."),
]
ADVICE = says(advice="support", text="As discussed.")
DECISION = says(
    decision="approve_with_conditions",
    reason="The risk is acceptable.",
    conditions=[{"text": "Look again.", "owner": "Head of housing", "due_on": "2099-01-01"}],
)
CONSULTATION = says(
    reference="ICO-1", submitted_on="2026-01-01", replied_on="2026-02-01", outcome="cleared", text="Go on."
)


def _assessment(home: str, act: str, stage: str, **more: Any) -> Deed:
    kind = NAMES[home]
    more["wrong_stage"] = f"{kind} {more['wrong_stage']}"
    return Deed(f"POST {home}/{{identifier}}/{act}", f"{kind} {stage}", match="honoured", **more)


OPEN_CONSULTATION = says(reference="ICO-1", submitted_on="2026-01-01")
CONSULT = _assessment(
    DPIA, "regulator-consultation", "high", body=CONSULTATION, role="dpo", wrong_stage="draft"
)

ASSESSMENT_DEEDS: tuple[Deed, ...] = (
    _assessment(DPIA, "submit", "draft", body=None, wrong_stage="approved"),
    _assessment(ETHICS, "submit", "draft", body=None, wrong_stage="approved"),
    _assessment(DPIA, "advice", "submitted", body=ADVICE, role="dpo", wrong_stage="draft"),
    _assessment(ETHICS, "panel-advice", "submitted", body=ADVICE, role="ethics_lead", wrong_stage="draft"),
    CONSULT,
    _assessment(
        DPIA,
        "regulator-extension",
        "asked",
        body=says(extended_on="2026-02-01", reason="It is complex."),
        role="dpo",
        wrong_stage="high",
    ),
    _assessment(
        DPIA,
        "regulator-reply",
        "asked",
        body=says(replied_on="2026-02-01", outcome="advice", text="Keep less."),
        role="dpo",
        wrong_stage="high",
    ),
    _assessment(
        DPIA,
        "call-review",
        "approved",
        body=says(trigger="breach", text="A flag went astray."),
        wrong_stage="draft",
    ),
    _assessment(
        DPIA,
        "confirm-review",
        "approved",
        body=says(reason="All holds."),
        role="siro",
        wrong_stage="draft",
    ),
    Deed(f"POST {DPIA}/risk-matrix", "nothing", says(cells={"significant": {"remote": "low"}}), role="siro"),
    _assessment(
        ETHICS,
        "reopen",
        "approved",
        body=says(trigger="drift", text="More false alerts."),
        role="ethics_lead",
        wrong_stage="draft",
    ),
    _assessment(ETHICS, "roll-out", "approved", body=says(rolled_out_on="2026-02-01"), wrong_stage="draft"),
    _assessment(
        ETHICS,
        "effect",
        "approved",
        body=says(outcome="partly", text="Some.", evidence="Report 1", reviewed_on="2026-02-01"),
        wrong_stage="draft",
    ),
    *(
        deed
        for home in (DPIA, ETHICS)
        for deed in (
            Deed(
                f"POST {home}/revisions",
                f"{NAMES[home]} approved",
                lambda world, thing: {"revises": thing.id},
                wrong_stage=f"{NAMES[home]} draft",
            ),
            _assessment(
                home,
                "advice-answer",
                "departed",
                body=says(reason="The concern is met."),
                role="siro",
                wrong_stage="draft",
            ),
            _assessment(
                home,
                "condition-met",
                "approved",
                body=says(number=1, evidence="Minute 3", met_on="2026-02-01"),
                wrong_stage="draft",
            ),
        )
    ),
    _assessment(DPIA, "decide", "advised", body=DECISION, role="siro", wrong_stage="draft"),
    _assessment(ETHICS, "decide", "advised", body=DECISION, role="siro", wrong_stage="draft"),
    _assessment(DPIA, "revoke", "approved", body=says(reason="New facts."), role="siro", wrong_stage="draft"),
    _assessment(
        ETHICS, "revoke", "approved", body=says(reason="New facts."), role="siro", wrong_stage="draft"
    ),
    *(
        _assessment(
            home,
            "adopt",
            "approved",
            body=says(organisation=BLACKPOOL),
            role="siro",
            organisation=BLACKPOOL,
            wrong_stage="draft",
        )
        for home in (DPIA, ETHICS)
    ),
)
BY_ROUTE = {deed.route: deed for deed in ASSESSMENT_DEEDS}

ASSESSMENT_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "dpia submitted": ("dpia draft", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/submit"],), None),
    "dpia advised": ("dpia submitted", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/advice"],), None),
    "dpia approved": ("dpia advised", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/decide"],), None),
    "dpia high": (
        "dpia draft of high risk",
        tuple(BY_ROUTE[f"POST {DPIA}/{{identifier}}/{act}"] for act in ("submit", "advice")),
        None,
    ),
    "dpia revised": ("dpia approved", (BY_ROUTE[f"POST {DPIA}/revisions"],), None),
    "dpia asked": ("dpia high", (replace(CONSULT, body=OPEN_CONSULTATION),), None),
    "dpia warned of": (
        "dpia submitted",
        (BY_ROUTE[f"POST {DPIA}/{{identifier}}/advice"],),
        {"advice": "against"},
    ),
    "dpia departed": ("dpia warned of", (BY_ROUTE[f"POST {DPIA}/{{identifier}}/decide"],), None),
    "ethics submitted": ("ethics draft", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/submit"],), None),
    "ethics advised": ("ethics submitted", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/panel-advice"],), None),
    "ethics revised": ("ethics approved", (BY_ROUTE[f"POST {ETHICS}/revisions"],), None),
    "ethics warned of": (
        "ethics submitted",
        (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/panel-advice"],),
        {"advice": "more-work"},
    ),
    "ethics departed": ("ethics warned of", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/decide"],), None),
    "ethics approved": ("ethics advised", (BY_ROUTE[f"POST {ETHICS}/{{identifier}}/decide"],), None),
}
"""How an assessment that was drafted comes to a stage: see `deeds.STAGES`."""
