"""The fixtures that must be refused, over HTTP, each for its own reason."""

from typing import Any

from tests.journeys.papers import (
    LANCASHIRE,
    MORECAMBE_BAY,
    POLICE,
    basis,
    dpia,
    flow,
    item,
    missing_children_terms,
)
from tests.journeys.world import Json, World, eventually


def test_facial_recognition_stays_blocked_until_its_ethics_assessment_is_approved(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    reviewer = world.officer(POLICE, "ig_officer")  # of another controller, because the risk is high
    watchlist = flow("f1", POLICE, LANCASHIRE, biometrics="facial-live", automation="matching")
    terms = missing_children_terms(flows=[watchlist])
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    officer.do(f"/agreements/{ref}/submit")
    reviewer.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    _approve_dpia(world, ref, terms)

    assert not eventually(
        lambda: officer.get(f"/agreements/{ref}")["status"] != "assessments_pending", within_seconds=1
    )
    version = officer.get(f"/agreements/{ref}")
    signature = {
        "organisation": LANCASHIRE,
        "role": "signatory",
        "version": 1,
        "hash": version["hash"],
        "decision": "sign",
    }
    signatory = world.officer(LANCASHIRE, "signatory")
    problem = signatory.refused(f"/agreements/{ref}/sign", signature, status=409, code="gates-unmet")
    assert [one["rule"] for one in problem["unmet"] if one["severity"] == "block"] == ["ET-01"]


def test_a_council_on_recognised_legitimate_interests_is_refused(world: World) -> None:
    flows = [flow("f1", LANCASHIRE, POLICE, bases=[basis(LANCASHIRE, art6="ea"), basis(POLICE)])]
    unmet = _unmet_at_submit(world, missing_children_terms(flows=flows))
    assert ("LB-08", "/flows/0/bases/0") in {(one["rule"], one["pointer"]) for one in unmet}


def test_a_hospital_flow_on_the_serious_violence_power_is_refused_with_that_clause(world: World) -> None:
    terms = missing_children_terms(
        parties=[
            {"organisation": LANCASHIRE, "roles": ["controller"]},
            {"organisation": MORECAMBE_BAY, "roles": ["controller"]},
        ],
        items=[
            item(
                "i1",
                "assault-attendance",
                "health-physical",
                "Attendance",
                special=True,
                patient_information=True,
            )
        ],
        flows=[
            flow(
                "f1",
                MORECAMBE_BAY,
                LANCASHIRE,
                items=["i1"],
                purposes=["serious-violence-case"],
                gateways=["PCSC22-16"],
                confidentiality={"route": "public-interest", "caldicott_review": ""},
            )
        ],
    )
    unmet = _unmet_at_submit(world, terms)
    clause = next(one for one in unmet if one["rule"] == "GW-03")
    assert clause["pointer"] == "/flows/0"
    assert "16(4)" in clause["cite"]


def test_an_author_reviews_and_signs_nothing_of_their_own(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": missing_children_terms()})["ref"]
    officer.do(f"/agreements/{ref}/submit")
    problem = officer.refused(
        f"/agreements/{ref}/qa-review",
        {"outcome": "accept", "comments": []},
        status=409,
        code="gates-unmet",
    )
    assert [one["rule"] for one in problem["unmet"]] == ["SD-01"]
    assert officer.get(f"/agreements/{ref}")["status"] == "in_review"


def _unmet_at_submit(world: World, terms: Json) -> list[Any]:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    problem = officer.refused(f"/agreements/{ref}/submit", status=409, code="gates-unmet")
    assert officer.get(f"/agreements/{ref}")["status"] == "draft"
    unmet: list[Any] = problem["unmet"]
    return unmet


def _approve_dpia(world: World, ref: str, terms: Json) -> None:
    path = "/dpias/" + world.officer(LANCASHIRE, "ig_officer").do("/dpias", dpia(ref, terms))["id"]
    world.officer(LANCASHIRE, "ig_officer").do(f"{path}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Fine."})
    world.officer(LANCASHIRE, "siro").do(f"{path}/decide", {"decision": "approve", "reason": "Low risk."})
    world.officer(POLICE, "siro").do(f"{path}/adopt", {"organisation": POLICE})
