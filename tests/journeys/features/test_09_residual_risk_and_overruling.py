"""Row 9, residual risk, DPO advice, overruling with reasons."""

from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE, dpia, missing_children_terms, risk
from tests.journeys.world import Json, World

SAID = {"decision": "approve", "reason": "Children come first."}


def submitted(world: World, **changes: object) -> tuple[str, Json]:
    """The address of a DPIA that waits for advice, and the agreement it covers."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    path = "/dpias/" + officer.do("/dpias", dpia(ref, terms) | changes)["id"]
    officer.do(f"{path}/submit")
    return path, {"ref": ref, "terms": terms}


def test_a_dpo_is_overruled_with_reasons_and_by_name_of_a_role(world: World) -> None:
    path, _ = submitted(world)
    dpo, siro = world.officer(LANCASHIRE, "dpo"), world.officer(LANCASHIRE, "siro")
    dpo.do(f"{path}/advice", {"advice": "against", "text": "Too much is kept."})
    dpo.refused(f"{path}/decide", SAID, status=403, code="adviser-decides")
    siro.do(f"{path}/decide", SAID)
    [decision] = siro.get(path)["decisions"]
    assert (decision["departs"], decision["departure"], decision["role"]) == (True, "", "siro")

    siro.do(f"{path}/advice-answer", {"reason": "What is kept is cut to a month in the new terms."})
    [decision] = siro.get(path)["decisions"]
    assert decision["departure"].startswith("What is kept")
    assert siro.get(path)["history"][-1]["type"] == "dpia.advice_answered"


def test_an_approval_against_the_advice_lets_nothing_go_ahead_until_it_has_reasons(world: World) -> None:
    path, agreement = submitted(world)
    ref = agreement["ref"]
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "against", "text": "No."})
    siro = world.officer(LANCASHIRE, "siro")
    siro.do(f"{path}/decide", SAID)
    world.officer(POLICE, "siro").do(f"{path}/adopt", {"organisation": POLICE})
    officer = world.officer(LANCASHIRE, "ig_officer")
    officer.do(f"/agreements/{ref}/submit")
    world.officer(POLICE, "ig_officer").do(
        f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []}
    )
    signature = {
        "organisation": LANCASHIRE,
        "role": "signatory",
        "version": 1,
        "hash": officer.get(f"/agreements/{ref}")["hash"],
        "decision": "sign",
    }
    signatory = world.officer(LANCASHIRE, "signatory")
    unmet = signatory.refused(f"/agreements/{ref}/sign", signature, status=409, code="gates-unmet")["unmet"]
    assert "DP-04" in {one["rule"].removesuffix("-BLOCK") for one in unmet if one["severity"] == "block"}


def test_a_body_tightens_the_matrix_and_cannot_loosen_it(world: World) -> None:
    siro = world.officer(MORECAMBE_BAY, "siro")
    looser = {"cells": {"severe": {"possible": "low"}}}
    problem = siro.refused("/dpias/risk-matrix", looser, status=422, code="invalid-fields")
    assert problem["errors"][0]["pointer"] == "/cells/severe/possible"

    siro.do("/dpias/risk-matrix", {"cells": {"minimal": {"probable": "medium"}}})
    found = siro.get("/dpias/risk-matrix")
    assert found["tightened"] == {"minimal": {"probable": "medium"}}
    assert found["overall"]["severe"]["possible"] == "high"
    others = world.officer(LANCASHIRE, "siro").get("/dpias/risk-matrix")
    assert others["overall"]["minimal"]["probable"] == "low"


def test_a_level_below_the_matrix_needs_its_reason_and_the_harm_of_not_sharing_is_weighed(
    world: World,
) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    lowered = risk("r1", "wrong-person") | {"overall": "low"}
    path = "/dpias/" + officer.do("/dpias", dpia(ref, terms) | {"risks": [lowered]})["id"]
    problem = officer.refused(f"{path}/submit", status=409, code="assessment-unfinished")
    assert {(one["pointer"], one["code"]) for one in problem["errors"]} == {
        ("/risks/0/why_lower", "missing"),
        ("/risks", "no-risk-of-not-sharing"),
    }
