"""Row 38: Joint controller (Art 26) arrangement."""

from tests.journeys.gates import blocked_at_signing, figures, reviewed, sign
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY
from tests.journeys.world import Json, World

ARRANGED = {
    "arrangement": "The trust informs patients; either body takes a request and answers for both.",
    "essence": "https://uhmb.test/privacy#falls",
    "contact_point": "rights@uhmb.test",
}


def together(world: World, **arranged: str) -> Json:
    """Figures for which both bodies decide together."""
    terms = figures(world)
    for party in terms["parties"]:
        party["roles"] = ["joint-controller"]
    terms["governance"] |= {"joint_controllers": arranged, "joint_controller_lead": MORECAMBE_BAY}
    return terms


def test_joint_controllers_cannot_sign_without_an_arrangement(world: World) -> None:
    made = reviewed(world, together(world))
    assert made["status"] == "assessments_pending"
    assert blocked_at_signing(world, made) == {"SD-06-JOINT"}


def test_an_arrangement_whose_essence_nobody_can_read_is_not_enough(world: World) -> None:
    made = reviewed(world, together(world, arrangement=ARRANGED["arrangement"]))
    assert blocked_at_signing(world, made, MORECAMBE_BAY) == {"SD-06-JOINT"}


def test_with_the_arrangement_both_sign_and_it_is_active(world: World) -> None:
    made = reviewed(world, together(world, **ARRANGED))
    assert made["status"] == "ready_to_sign"
    assert sign(world, made, LANCASHIRE, MORECAMBE_BAY)["status"] == "active"
    agreed = world.officer(MORECAMBE_BAY, "ig_officer").get(f"/agreements/{made['ref']}")["terms"]
    assert agreed["governance"]["joint_controllers"] == ARRANGED
