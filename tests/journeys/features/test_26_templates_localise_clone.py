"""Row 26: Template library, localise/clone."""

import json
from datetime import timedelta

from tests.journeys.circle import CIRCLE, circle_terms, first_version
from tests.journeys.gates import reviewed, sign
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE, today
from tests.journeys.world import Json, Officer, World

PATTERNS = {
    "safeguarding-hub",
    "domestic-abuse-conference",
    "youth-justice",
    "supporting-families",
    "channel-panel",
    "serious-violence-duty",
    "hospital-discharge",
    "antisocial-behaviour",
}


def days() -> Json:
    spans = {"starts_on": 0, "review_on": 300, "expires_on": 600}
    return {name: (today() + timedelta(days=span)).isoformat() for name, span in spans.items()}


def template(world: World, **changes: object) -> Json:
    """A template of figures from a council to a hospital trust, and from there to a force."""
    terms = circle_terms(world, **changes)
    kept = {name: said for name, said in terms.items() if name not in days()}
    places = dict(zip(CIRCLE, ("council", "hospital", "force"), strict=True))
    text = json.dumps(kept)
    for body, place in places.items():
        text = text.replace(body, f"slot:{place}")
    return {
        "schema": "template/1",
        "title": {"en": "Figures between services", "cy": "Ffigurau rhwng gwasanaethau"},
        "pattern": "figures",
        "slots": [{"id": place, "title": {"en": place, "cy": place}} for place in places.values()],
        "terms": json.loads(text),
    }


def localised(officer: Officer, made: Json) -> Json:
    parties = {"council": LANCASHIRE, "hospital": MORECAMBE_BAY, "force": POLICE}
    return officer.do(f"/templates/{made['id']}/localise", {"parties": parties} | days())


def with_vehicles(world: World) -> Json:
    """Terms that count vehicles too, as no other agreement of the three does: it is the most alike."""
    terms = circle_terms(world)
    terms["items"].append(terms["items"][0] | {"id": "v1", "code": "vehicles-seen", "category": "vehicle"})
    for flow in terms["flows"]:
        flow["items"].append("v1")
    return terms


def test_the_library_holds_every_pattern_in_both_languages(world: World) -> None:
    officer = world.officer(POLICE, "ig_officer")
    library = officer.get("/templates?limit=200")["results"]
    assert {line["pattern"] for line in library} >= PATTERNS
    for line in library:
        assert line["title"]["en"] != line["title"]["cy"]
        read = officer.get(f"/templates/{line['id']}")["template"]
        assert {party["organisation"] for party in read["terms"]["parties"]} == {
            f"slot:{slot['id']}" for slot in read["slots"]
        }


def test_a_pattern_is_localised_by_other_bodies(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    library = officer.get("/templates?limit=200")["results"]
    (made,) = [line for line in library if line["pattern"] == "hospital-discharge"]
    parties = {"hospital": MORECAMBE_BAY, "council": LANCASHIRE, "commissioner": "ods:QE1"}
    draft = officer.do(f"/templates/{made['id']}/localise", {"parties": parties} | days())
    assert (draft["status"], draft["version"]) == ("draft", 1)
    told = officer.get(f"/agreements/{draft['ref']}/localisation")
    assert (told["template"], told["behind"], told["differences"]) == (made["id"], False, [])


def test_every_localisation_sees_its_own_delta_and_what_the_template_changed(world: World) -> None:
    officer, partner = world.officer(LANCASHIRE, "ig_officer"), world.officer(MORECAMBE_BAY, "ig_officer")
    made = officer.do("/templates", {"template": template(world)})
    ours, theirs = localised(officer, made), localised(partner, made)
    terms = officer.get(f"/agreements/{ours['ref']}")["terms"] | {"marking": "OFFICIAL-SENSITIVE"}
    officer.do(f"/agreements/{ours['ref']}/draft", {"terms": terms}, method="PUT", If_Match="*")
    told = officer.get(f"/agreements/{ours['ref']}/localisation")
    assert [one["pointer"] for one in told["differences"]] == ["/marking"]

    newer = template(world)
    newer["terms"]["flows"][0]["frequency"] = "weekly"
    officer.do(f"/templates/{made['id']}/versions", {"template": newer})
    for ref in (ours["ref"], theirs["ref"]):
        told = partner.get(f"/agreements/{ref}/localisation")
        assert (told["behind"], told["template_version"], told["latest"]) == (True, 1, 2)
        assert [one["pointer"] for one in told["template_differences"]] == ["/flows/0/frequency"]
    seen = {one["ref"]: one["behind"] for one in officer.get(f"/templates/{made['id']}")["localisations"]}
    assert seen == {ours["ref"]: True, theirs["ref"]: True}

    officer.do(f"/agreements/{ours['ref']}/localisation", {"version": 2})
    assert officer.get(f"/agreements/{ours['ref']}/localisation")["behind"] is False


def test_an_agreement_is_cloned_under_new_days(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    made = first_version(world)
    clone = officer.do(f"/agreements/{made['ref']}/clone", days())
    old, new = (officer.get(f"/agreements/{one['ref']}")["terms"] for one in (made, clone))
    assert clone["status"] == "draft"
    assert new["salt"] != old["salt"]
    assert (new["flows"], new["starts_on"]) == (old["flows"], days()["starts_on"])


def test_a_similar_agreement_is_found_before_and_while_drafting(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = with_vehicles(world)
    made = reviewed(world, terms)
    found = officer.do("/agreements/similar", {"terms": terms})["results"]
    alike = next(one for one in found if one["ref"] == made["ref"])
    assert set(alike["parties"]) == set(CIRCLE)
    assert set(alike["purposes"]) == set(terms["flows"][0]["purposes"])
    assert "vehicle" in alike["categories"]
    again = officer.do("/agreements", {"terms": terms})
    assert again["similar"]
    assert again["ref"] not in {one["ref"] for one in again["similar"]}


def test_whoever_drafts_is_told_who_has_not_signed_up_to_the_memorandum_on_top(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    accord = first_version(world, kind="mou")
    under = circle_terms(world, parent=accord["ref"])
    warned = officer.do("/agreements", {"terms": under})["warnings"]
    assert {one["code"] for one in warned} == {"parent-not-signed"}
    assert len(warned) == len(CIRCLE)
    sign(world, accord, *CIRCLE)
    assert officer.do("/agreements", {"terms": under})["warnings"] == []
