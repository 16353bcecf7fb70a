"""Row 12: DPIA/ethics outcome gates activation, on all routes."""

import json
import subprocess
from pathlib import Path

from tests.journeys.gates import (
    approve_dpia,
    approve_ethics,
    blocked_at_signing,
    reviewed,
    sign,
    signature,
)
from tests.journeys.papers import LANCASHIRE, POLICE, flow, missing_children_terms
from tests.journeys.world import World, eventually
from tests.servers import REGISTRY


def test_no_step_passes_an_agreement_whose_assessments_are_out(world: World) -> None:
    made = reviewed(world, missing_children_terms())
    assert made["status"] == "assessments_pending"
    assert {"DP-01", "DP-03", "ET-01"} <= blocked_at_signing(world, made)
    path, signatory = f"/agreements/{made['ref']}", world.officer(POLICE, "signatory")
    signatory.refused(f"{path}/sign", signature(made, POLICE), status=409, code="gates-unmet")
    resume = {"scope": {"flow": "f1"}, "reason": "Let it run."}
    world.officer(LANCASHIRE, "siro").refused(f"{path}/resume", resume, status=409, code="nothing-to-resume")
    assert world.officer(LANCASHIRE, "ig_officer").get(path)["status"] == "assessments_pending"


def test_what_a_command_loads_is_a_draft_that_waits_like_any_other(world: World, tmp_path: Path) -> None:
    terms = missing_children_terms(title={"en": "Loaded from a file", "cy": "Wedi'i lwytho o ffeil"})
    (tmp_path / "register.json").write_text(json.dumps({"agreements": [{"terms": terms}]}), encoding="utf-8")
    answer = subprocess.run(
        [REGISTRY, "import", str(tmp_path / "register.json")],
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    officer = world.officer(LANCASHIRE, "ig_officer")
    (found,) = officer.get("/agreements?q=loaded+from+a+file")["results"]
    assert found["status"] == "draft"


def test_a_dpia_that_leaves_a_purpose_out_does_not_count(world: World) -> None:
    terms = missing_children_terms(flows=[flow("f1", POLICE, LANCASHIRE, matching_key="name")])
    made = reviewed(world, terms)
    narrow = {"categories": ["identity"], "purposes": ["missing-persons"], "parties": [LANCASHIRE, POLICE]}
    approve_dpia(world, made, terms, POLICE, scope=narrow)
    assert blocked_at_signing(world, made) == {"DP-05"}


def test_an_approval_of_another_model_does_not_count(world: World) -> None:
    tool = {"name": "Record matcher", "version": "3.0"}
    flows = [flow("f1", POLICE, LANCASHIRE, automation="decision-support", model=tool)]
    terms = missing_children_terms(flows=flows)
    made = reviewed(world, terms)
    approve_dpia(world, made, terms, POLICE)
    approve_ethics(world, made, terms)
    assert blocked_at_signing(world, made) == {"ET-02"}


def test_with_every_assessment_it_can_be_signed(world: World) -> None:
    flows = [flow("f1", POLICE, LANCASHIRE, automation="matching", discloser_function="missing-persons")]
    terms = missing_children_terms(flows=flows)
    made = reviewed(world, terms)
    approve_dpia(world, made, terms, POLICE)
    approve_ethics(world, made, terms)
    officer, path = world.officer(LANCASHIRE, "ig_officer"), f"/agreements/{made['ref']}"
    assert eventually(lambda: officer.get(path)["status"] == "ready_to_sign")
    assert sign(world, made, LANCASHIRE)["status"] == "part_signed"
