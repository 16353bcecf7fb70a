"""Row 21: Version history with field diff."""

from tests.journeys.circle import amended, circle_terms, first_version
from tests.journeys.gates import sign
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import World


def test_a_new_version_shows_field_by_field_and_word_by_word_what_it_changed(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = circle_terms(world)
    terms["governance"]["exit"] = "Returned or destroyed within a month."
    ref = first_version(world, governance=terms["governance"])["ref"]
    terms["flows"][1]["frequency"] = "weekly"
    terms["flows"].reverse()
    terms["governance"] = terms["governance"] | {"exit": "Destroyed within a month."}
    amended(world, ref, terms)

    found = officer.get(f"/agreements/{ref}/versions/2/differences")
    assert found["compared_with"] == 1
    said = {one["pointer"]: one for one in found["differences"]}
    assert said.keys() == {"/flows/1/frequency", "/governance/exit"}
    assert said["/flows/1/frequency"]["place"] == "flows / f2 / frequency"
    assert said["/flows/1/frequency"]["after"] == "weekly"
    words = said["/governance/exit"]["words"]
    assert [(run["kind"], run["text"].strip()) for run in words] == [
        ("removed", "Returned or destroyed"),
        ("added", "Destroyed"),
        ("same", "within a month."),
    ]
    assert all(one["en"] != one["cy"] for one in found["differences"])


def test_any_two_versions_are_compared_and_old_ones_stay_readable(world: World) -> None:
    terms = circle_terms(world)
    made = first_version(world)
    ref = made["ref"]
    sign(world, made, LANCASHIRE, MORECAMBE_BAY, POLICE)
    for frequency in ("weekly", "daily"):
        terms["flows"][0]["frequency"] = frequency
        newer = amended(world, ref, terms)
        sign(world, newer, LANCASHIRE, MORECAMBE_BAY)

    reader = world.officer(POLICE, "dpo")
    found = reader.get(f"/agreements/{ref}/versions/3/differences?from=1")
    (change,) = found["differences"]
    assert (change["after"], found["compared_with"]) == ("daily", 1)
    assert reader.get(f"/agreements/{ref}/versions/1")["status"] == "superseded"


def test_nobody_sees_the_difference_to_a_draft_they_may_not_read(world: World) -> None:
    made = first_version(world)
    sign(world, made, LANCASHIRE, MORECAMBE_BAY, POLICE)
    terms = circle_terms(world) | {"marking": "OFFICIAL-SENSITIVE"}
    amended(world, made["ref"], terms)
    stranger = world.officer("gss:W06000015", "ig_officer")
    assert stranger.get(f"/agreements/{made['ref']}/versions/1")["status"] == "active"
    answer = stranger.call("GET", f"/agreements/{made['ref']}/versions/2/differences")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-agreement")
