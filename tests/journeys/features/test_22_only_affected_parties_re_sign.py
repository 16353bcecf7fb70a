"""Row 22: Amendment: only affected parties re-sign."""

from tests.journeys.circle import CIRCLE, amended, circle_terms, first_version
from tests.journeys.gates import sign, signature
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import World


def test_the_ends_of_a_changed_flow_sign_again_and_are_told_why(world: World) -> None:
    made = first_version(world)
    ref = made["ref"]
    assert sign(world, made, *CIRCLE)["status"] == "active"
    terms = circle_terms(world)
    terms["flows"][0]["frequency"] = "weekly"
    newer = amended(world, ref, terms)

    needed = {one["organisation"]: one["because"] for one in newer["signatures_needed"]}
    assert needed.keys() == {LANCASHIRE, MORECAMBE_BAY}
    (because,) = needed[LANCASHIRE]
    assert (because["code"], because["pointers"]) == ("flow", ["/flows/0/frequency"])
    assert because["en"] != because["cy"]

    (carried,) = newer["carried"]
    assert (carried["organisation"], carried["version"], carried["hash"]) == (POLICE, 1, made["hash"])
    assert newer["signatures"] == []
    assert newer["hash"] != made["hash"]

    # The force has signed already; with the two others the version is in force and the old one replaced.
    world.officer(POLICE, "signatory").refused(
        f"/agreements/{ref}/sign", signature(newer, POLICE), status=409, code="already-signed"
    )
    last = sign(world, newer, LANCASHIRE, MORECAMBE_BAY)
    assert {flow["state"] for flow in last["flows"]} == {"live"}
    assert world.officer(POLICE, "dpo").get(f"/agreements/{ref}/versions/1")["status"] == "superseded"


def test_signatures_that_an_edit_does_not_touch_carry_over_while_part_signed(world: World) -> None:
    made = first_version(world)
    sign(world, made, POLICE)
    terms = circle_terms(world)
    terms["flows"][0]["frequency"] = "weekly"
    newer = amended(world, made["ref"], terms)
    assert [one["organisation"] for one in newer["carried"]] == [POLICE]

    # The next edit touches the force: its signature, carried over once, does not survive it.
    terms["flows"][1]["frequency"] = "weekly"
    last = amended(world, made["ref"], terms)
    assert last["carried"] == []
    assert {one["organisation"] for one in last["signatures_needed"]} == set(CIRCLE)


def test_a_change_of_the_title_alone_asks_nobody_to_sign(world: World) -> None:
    made = first_version(world)
    sign(world, made, *CIRCLE)
    title = {"en": "Figures that go round", "cy": "Ffigurau sy'n mynd o gwmpas"}
    newer = amended(world, made["ref"], circle_terms(world, title=title))
    assert (newer["status"], newer["signatures_needed"]) == ("active", [])
    assert {one["organisation"] for one in newer["carried"]} == set(CIRCLE)
