"""Which act an assessment waits for, as the transition table has it."""

import pytest

from registry.assessments.transitions import Kind, Status
from registry.signing.steps import STEPS, WRITING, step_of


@pytest.mark.parametrize(
    ("kind", "status", "name", "roles"),
    [
        (Kind.DPIA, Status.DPO_ADVICE, "advise", ("dpo",)),
        (Kind.DPIA, Status.APPROVAL, "decide", ("siro", "asset_owner")),
        (Kind.ETHICS, Status.PANEL_ADVICE, "advise", ("ethics_lead",)),
        (Kind.ETHICS, Status.DECISION, "decide", ("siro", "ethics_lead")),
    ],
)
def test_an_open_assessment_waits_for_one_act(
    kind: Kind, status: Status, name: str, roles: tuple[str, ...]
) -> None:
    step = step_of(kind, status)
    assert step is not None
    assert (step.name, step.roles) == (name, roles)


def test_nothing_that_is_written_or_settled_waits_for_an_approver() -> None:
    assert not {status for _, status in STEPS} & WRITING
    assert step_of(Kind.DPIA, Status.APPROVED) is None
