"""Row 11, data-ethics assessment: idea, pilot, use; drift opens it again; the public record of the tool."""

import csv
import io
from datetime import timedelta

from tests.journeys.papers import LANCASHIRE, POLICE, ethics, flow, missing_children_terms, today
from tests.journeys.world import Json, Officer, World, eventually

AREA, ELSEWHERE = "E07000123", "E06000009"
PILOT = {
    "area": "Preston",
    "until": (today() + timedelta(days=90)).isoformat(),
    "areas": [AREA],
    "stop_rules": ["Stop above 1% false alerts."],
}


def draft(officer: Officer, area: str = AREA) -> tuple[str, Json]:
    """An agreement whose tool is piloted in an area, and its terms."""
    model = {"name": "Record matcher", "version": "2.1", "pilot_area": area}
    matching = flow("f1", POLICE, LANCASHIRE, automation="decision-support", model=model)
    terms = missing_children_terms(flows=[matching])
    return officer.do("/agreements", {"terms": terms})["ref"], terms


def opinion(world: World, path: str, *, advice: str = "support") -> str:
    """Have the panel advise and the SIRO decide on what is written; the status it comes to."""
    world.officer(LANCASHIRE, "ig_officer").do(f"{path}/submit")
    panel = world.officer(LANCASHIRE, "ethics_lead")
    panel.do(f"{path}/panel-advice", {"advice": advice, "text": "The panel met."})
    decided = world.officer(LANCASHIRE, "siro").do(
        f"{path}/decide",
        {"decision": "approve", "reason": "It is needed.", "departure": "More work follows the pilot."},
    )
    return str(decided["status"])


def edited(officer: Officer, path: str, document: Json) -> None:
    """Write the next stage into the same assessment."""
    etag = officer.call("GET", path).headers["etag"]
    officer.do(path, document, method="PUT", if_match=etag)


def test_one_assessment_goes_from_the_idea_through_a_pilot_to_use_and_its_effect_is_reviewed(
    world: World,
) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, terms = draft(officer)
    whole = ethics(ref, terms)
    idea = {name: whole[name] for name in ("scope", "triggers")} | {"stage": "idea", "covers": [ref]}
    path = "/ethics-assessments/" + officer.do("/ethics-assessments", idea)["id"]
    assert opinion(world, path) == "idea_supported"

    edited(officer, path, whole | {"stage": "before-pilot", "pilot": PILOT})
    assert opinion(world, path, advice="more-work") == "approved_for_pilot"
    assert officer.get(path)["decisions"][-1]["departs"]
    officer.do(f"{path}/reopen", {"trigger": "stop-rule", "text": "Two per cent of alerts were false."})
    edited(officer, path, whole | {"stage": "before-use"})
    assert opinion(world, path) == "approved"
    assert [one["stage"] for one in officer.get(path)["decisions"]] == ["idea", "before-pilot", "before-use"]

    officer.do(f"{path}/roll-out", {"rolled_out_on": (today() - timedelta(days=370)).isoformat()})
    assert officer.get(path)["effect"]["state"] == "due"
    finding = {
        "outcome": "achieved",
        "text": "Children were found sooner.",
        "evidence": "Report 12",
        "reviewed_on": today().isoformat(),
    }
    officer.do(f"{path}/effect", finding)
    assert officer.get(path)["effect"]["state"] == "reviewed"


def test_a_pilot_permits_nothing_elsewhere_and_drift_ends_what_it_permitted(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    reviewer = world.officer(POLICE, "ig_officer")
    here, terms = draft(officer)
    there, _ = draft(officer, ELSEWHERE)
    document = ethics(here, terms) | {"stage": "before-pilot", "pilot": PILOT, "covers": [here, there]}
    path = "/ethics-assessments/" + officer.do("/ethics-assessments", document)["id"]
    assert opinion(world, path) == "approved_for_pilot"
    for ref in (here, there):
        officer.do(f"/agreements/{ref}/submit")
        reviewer.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    assert {"ET-01", "ET-02"} & blocking(world, officer, here) == set()
    assert {"ET-01", "ET-02"} & blocking(world, officer, there) == {"ET-02"}

    lead = world.officer(LANCASHIRE, "ethics_lead")
    assert lead.do(f"{path}/reopen", {"trigger": "drift", "text": "Errors doubled."})["status"] == "reopened"
    assert eventually(lambda: "ET-01" in blocking(world, officer, here))


def test_the_public_record_of_the_tool_is_written_from_it(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, terms = draft(officer)
    said = {
        "description": "Matches two registers to find missing children.",
        "contact": "data@lancashire.test",
        "senior_owner": "Director of children's services",
        "how_it_works": "Names and dates of birth are compared.",
        "human_decisions": "A person checks each match.",
        "tags": ["children", "matching"],
    }
    document = ethics(ref, terms) | {"public_record": said}
    path = "/ethics-assessments/" + officer.do("/ethics-assessments", document)["id"]
    record = officer.get(f"{path}/atrs")
    assert (record["name"], record["phase"], record["missing"]) == (
        "Record matcher",
        "production",
        ["appeals"],
    )
    answer = officer.call("GET", f"{path}/atrs.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    heading, row = csv.reader(io.StringIO(answer.text))
    shown = dict(zip(heading, row, strict=True))
    assert shown["1.1 name"] == "Record matcher"
    assert shown["metadata: tags"] == "children; matching"


def blocking(world: World, officer: Officer, ref: str) -> set[str]:
    """The rules that stop a signature now."""
    signature = {
        "organisation": LANCASHIRE,
        "role": "signatory",
        "version": 1,
        "hash": officer.get(f"/agreements/{ref}")["hash"],
        "decision": "sign",
    }
    signatory = world.officer(LANCASHIRE, "signatory")
    problem = signatory.refused(f"/agreements/{ref}/sign", signature, status=409, code="gates-unmet")
    return {one["rule"] for one in problem["unmet"] if one["severity"] == "block"}
