"""Row 46: what a change of law or policy would touch, before it is made, and without making it."""

from typing import Any

from tests.journeys.papers import LANCASHIRE, POLICE, dpia, ethics, missing_children_terms
from tests.journeys.world import Json, Officer, World, eventually

GW_OFF = {"change": {"rule": {"rule": "SD-06", "enabled": False}}}


def ask(officer: Officer, change: Json, **how: Any) -> Json:
    return officer.do("/what-if", {"change": change, **how})


def test_an_officer_sees_whom_the_end_of_a_power_would_touch(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    change = {"gateway": {"code": "CA04-10", "in_force_until": "2020-01-01"}}
    found = ask(officer, change)

    assert found["agreements"]
    for one in found["agreements"]:
        terms = officer.get(f"/agreements/{one['ref']}/versions/{one['version']}")["terms"]
        gateways = {flow["id"]: flow["gateways"] for flow in terms["flows"]}
        for flow in one["flows"]:
            assert "CA04-10" in gateways[flow["id"]]
            assert flow["effect"] == "blocked"
            assert {turn["rule"] for turn in flow["how"]} >= {"GW-02"}
            assert all(turn["en"] and turn["cy"] and turn["becomes"] == "unmet" for turn in flow["how"])
    assert {client["organisation"] for client in found["clients"]}
    asked_again = ask(officer, change)  # nothing has come of it, so it would touch the same
    assert [one["ref"] for one in asked_again["agreements"]] == [one["ref"] for one in found["agreements"]]


def test_a_revoked_approval_is_foreseen_down_to_the_flow_that_stops(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, approval = _live_with_a_tool(world, officer)
    found = ask(officer, {"assessment": {"id": approval, "outcome": "revoked"}})

    assert [one["ref"] for one in found["agreements"]] == [ref]
    stopped = {flow["id"]: flow["how"] for flow in found["agreements"][0]["flows"] if flow["stops_now"]}
    assert {turn["rule"] for turn in stopped["f1"]} >= {"ET-01"}
    assert {client["organisation"] for client in found["clients"]} <= {LANCASHIRE, POLICE}
    states = {flow["id"]: flow["state"] for flow in officer.get(f"/agreements/{ref}")["flows"]}
    assert states["f1"] == "live"


def test_the_dpo_asks_and_a_signatory_does_not(world: World) -> None:
    assert ask(world.officer(LANCASHIRE, "dpo"), GW_OFF["change"])["looked_at"] > 0
    world.officer(LANCASHIRE, "signatory").refused("/what-if", GW_OFF, status=403, code="may-not-ask-what-if")


def test_exactly_one_change_is_asked_about(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    problem = officer.refused("/what-if", {"change": {}}, status=422, code="invalid-fields")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [("/change", "one-change")]


def _live_with_a_tool(world: World, officer: Officer) -> tuple[str, str]:
    """An agreement whose first flow is live on the strength of an ethics approval: its ref, the approval."""
    terms = missing_children_terms()
    made = officer.do("/agreements", {"terms": terms})
    ref = made["ref"]
    officer.do(f"/agreements/{ref}/submit")
    accepted = {"outcome": "accept", "comments": []}
    world.officer(POLICE, "ig_officer").do(f"/agreements/{ref}/qa-review", accepted)
    siro, approval = world.officer(LANCASHIRE, "siro"), {"decision": "approve", "reason": "The risk is low."}

    assessed = officer.do("/dpias", dpia(ref, terms))["id"]
    officer.do(f"/dpias/{assessed}/submit")
    advice = {"advice": "support", "text": "Well considered."}
    world.officer(LANCASHIRE, "dpo").do(f"/dpias/{assessed}/advice", advice)
    siro.do(f"/dpias/{assessed}/decide", approval)
    world.officer(POLICE, "siro").do(f"/dpias/{assessed}/adopt", {"organisation": POLICE})

    weighed = officer.do("/ethics-assessments", ethics(ref, terms))["id"]
    officer.do(f"/ethics-assessments/{weighed}/submit")
    world.officer(LANCASHIRE, "ethics_lead").do(f"/ethics-assessments/{weighed}/panel-advice", advice)
    siro.do(f"/ethics-assessments/{weighed}/decide", approval)

    assert eventually(lambda: officer.get(f"/agreements/{ref}")["status"] == "ready_to_sign")
    for body in (LANCASHIRE, POLICE):
        signature = {"organisation": body, "role": "signatory", "version": 1, "hash": made["hash"]}
        world.officer(body, "signatory").do(f"/agreements/{ref}/sign", signature | {"decision": "sign"})
    assert officer.get(f"/agreements/{ref}")["status"] == "active"
    return ref, weighed
