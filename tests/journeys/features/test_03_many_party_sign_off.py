"""Feature 3: Many-party electronic sign-off."""

from tests.journeys.circle import CIRCLE, first_version
from tests.journeys.gates import sign, signature
from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import Json, World


def states(version: Json) -> dict[str, str]:
    return {flow["id"]: flow["state"] for flow in version["flows"]}


def live(version: Json) -> list[str]:
    return sorted(flow for flow, state in states(version).items() if state == "live")


def test_three_bodies_sign_one_text_and_each_flow_waits_for_its_own_two(world: World) -> None:
    version = first_version(world)
    path = f"/agreements/{version['ref']}"
    seen = []
    for organisation in CIRCLE:
        signed = sign(world, version, organisation)
        seen.append((signed["status"], live(signed)))
    assert seen == [("part_signed", []), ("active", ["f1"]), ("active", ["f1", "f2", "f3"])]

    read = world.officer(POLICE, "ig_officer").get(path)
    assert [one["organisation"] for one in read["signatures"]] == list(CIRCLE)
    assert {one["hash"] for one in read["signatures"]} == {version["hash"]}


def test_one_refusal_with_its_reason_rejects_a_text_of_which_nothing_is_live(world: World) -> None:
    version = first_version(world)
    path = f"/agreements/{version['ref']}/sign"
    sign(world, version, LANCASHIRE)
    trust = world.officer(MORECAMBE_BAY, "signatory")
    refusal = signature(version, MORECAMBE_BAY) | {"decision": "refuse"}
    trust.refused(path, refusal, status=422, code="invalid-fields")
    refused = trust.do(path, refusal | {"reason": "Too much data."})
    assert (refused["status"], set(states(refused).values())) == ("rejected", {"ended"})


def test_nobody_signs_for_another_body_nor_another_text(world: World) -> None:
    version = first_version(world)
    path = f"/agreements/{version['ref']}/sign"
    signer = world.officer(LANCASHIRE, "signatory")
    signer.refused(path, signature(version, POLICE), status=403, code="not-your-organisation")
    other = signature(version, LANCASHIRE) | {"hash": f"sha256:{0:064}"}
    unmet = signer.refused(path, other, status=409, code="gates-unmet")["unmet"]
    assert "SD-05" in {one["rule"] for one in unmet}


def test_a_party_joins_later_and_signs_for_itself(world: World) -> None:
    ref = in_force(world)
    officer = world.officer(LANCASHIRE, "ig_officer")
    flow = officer.get(f"/agreements/{ref}")["terms"]["flows"][0]
    joins = flow | {
        "id": "council-to-police",
        "from": LANCASHIRE,
        "to": POLICE,
        "bases": [flow["bases"][0] | {"party": end} for end in (LANCASHIRE, POLICE)],
    }
    deed = {"party": {"organisation": POLICE, "roles": ["controller"]}, "flows": [joins]}
    drafted = officer.do(f"/agreements/{ref}/accede", deed)
    assert (drafted["version"], drafted["status"]) == (2, "draft")
    seen = world.officer(POLICE, "ig_officer").get(f"/agreements/{ref}/versions/2")
    assert [party["organisation"] for party in seen["terms"]["parties"]] == [
        LANCASHIRE,
        MORECAMBE_BAY,
        POLICE,
    ]
    assert officer.get(f"/agreements/{ref}/versions/1")["status"] == "active"
