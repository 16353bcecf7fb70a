"""Feature 27: Peer quality assurance stage."""

from tests.journeys.papers import LANCASHIRE, POLICE, flow, missing_children_terms
from tests.journeys.world import Officer, World

ACCEPT = {"outcome": "accept", "comments": []}


def submitted(world: World, officer: Officer, **changes: object) -> str:
    ref: str = officer.do("/agreements", {"terms": missing_children_terms(**changes)})["ref"]
    officer.do(f"/agreements/{ref}/submit")
    return ref


def test_comments_on_a_field_come_back_to_the_drafter_and_the_text_comes_again(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    ref = submitted(world, officer)
    comment = {"pointer": "/flows/0/retention", "text": "Why a year?"}
    asked = colleague.do(f"/agreements/{ref}/qa-review", {"outcome": "changes", "comments": [comment]})
    assert asked["status"] == "changes_requested"

    read = officer.call("GET", f"/agreements/{ref}")
    [review] = read.json()["reviews"]
    assert (review["organisation"], review["comments"]) == (LANCASHIRE, [comment])
    terms = missing_children_terms()
    terms["flows"][0]["retention"]["period"] = "P6M"
    officer.do(f"/agreements/{ref}/draft", {"terms": terms}, method="PUT", if_match=read.headers["etag"])
    officer.do(f"/agreements/{ref}/submit")
    assert colleague.do(f"/agreements/{ref}/qa-review", ACCEPT)["status"] == "assessments_pending"
    assert [one["outcome"] for one in officer.get(f"/agreements/{ref}")["reviews"]] == ["changes", "accept"]


def test_high_risk_is_for_another_controller_and_interests_are_declared(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    watchlist = flow("f1", POLICE, LANCASHIRE, biometrics="facial-live", automation="matching")
    ref = submitted(world, officer, flows=[watchlist])
    officer.refused(f"/agreements/{ref}/qa-review", ACCEPT, status=409, code="gates-unmet")
    colleague.refused(f"/agreements/{ref}/qa-review", ACCEPT, status=409, code="peer-needed")

    peer = world.officer(POLICE, "ig_officer")
    declared = ACCEPT | {"interests": "I helped to choose the camera vendor."}
    assert peer.do(f"/agreements/{ref}/qa-review", declared)["status"] == "assessments_pending"
    [review] = officer.get(f"/agreements/{ref}")["reviews"]
    assert (review["organisation"], review["interests"]) == (POLICE, declared["interests"])
