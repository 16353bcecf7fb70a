"""Row 8, DPIA screening logic: Article 35(3), the regulator's ten, the nine of WP248, and Part 3."""

from tests.journeys.papers import LANCASHIRE, dpia, missing_children_terms
from tests.journeys.world import Json, Officer, World


def screened(officer: Officer, *criteria: str) -> Json:
    """What the registry says where these criteria apply."""
    return officer.get("/dpias/screening?" + "&".join(f"criterion={code}" for code in criteria))


def test_the_lists_say_whether_a_dpia_is_needed_and_why(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    always = screened(officer, "large-scale-special")
    assert (always["needed"], always["presumed"]) == (True, False)
    [reason] = always["reasons"]
    assert (reason["list"], reason["cite"]) == ("article-35-3", "UK GDPR Article 35(3)")
    assert reason["en"] != reason["cy"]

    assert not screened(officer, "sensitive-data")["needed"]
    two = screened(officer, "sensitive-data", "vulnerable-subjects")
    assert (two["needed"], two["presumed"]) == (True, True)
    assert screened(officer, "part3-high-risk")["reasons"][0]["cite"].endswith("section 64")


def test_innovative_technology_counts_only_with_one_of_wp248(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    alone = screened(officer, "innovative-technology")
    assert (alone["needed"], alone["reasons"][0]["counts"]) == (False, False)
    together = screened(officer, "innovative-technology", "matching")
    assert together["needed"]
    assert all(reason["counts"] for reason in together["reasons"])
    problem = officer.call("GET", "/dpias/screening?criterion=astrology").json()
    assert (problem["code"], problem["errors"][0]["parameter"]) == ("invalid-parameters", "criterion")


def test_no_dpia_needed_is_the_view_of_the_dpo_too(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    screening = {"outcome": "not_required", "reason": "Counts only; nobody can be identified."}
    path = "/dpias/" + officer.do("/dpias", {"covers": [ref], "screening": screening})["id"]
    assert officer.do(f"{path}/submit")["status"] == "dpo_advice"
    siro = world.officer(LANCASHIRE, "siro")
    decision = {"decision": "approve", "reason": "Agreed."}
    siro.refused(f"{path}/decide", decision, status=409, code="advice-not-given")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Agreed."})
    assert siro.do(f"{path}/decide", decision)["status"] == "not_required"


def test_the_screening_of_a_dpia_is_answered_in_it(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    found = officer.get("/dpias/" + officer.do("/dpias", dpia(ref, terms))["id"])
    assert found["screening"]["needed"]
    met = {one["code"] for one in found["screening"]["lists"] if one["met"]}
    assert met == {"ico", "wp248"}
