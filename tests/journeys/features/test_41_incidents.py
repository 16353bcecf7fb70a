"""Feature 41: Incident/breach linked, can suspend."""

from datetime import UTC, datetime, timedelta

from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE, today
from tests.journeys.world import Json, World

FLOW = "hospital-to-council"


def reported(world: World, ref: str, **changes: object) -> str:
    """An incident that the council found today, reported; its id."""
    incident: Json = {
        "ref": ref,
        "flow": FLOW,
        "kind": "wrong-recipient",
        "severity": "severe",
        "discovered_on": today().isoformat(),
        "narrative": "The monthly figures were sent to the wrong council.",
    }
    identifier: str = world.officer(LANCASHIRE, "ig_officer").do("/incidents", incident | changes)["id"]
    return identifier


def test_an_incident_runs_two_clocks_until_partner_and_regulator_have_been_told(world: World) -> None:
    ref = in_force(world)
    identifier = reported(world, ref)
    dpo = world.officer(LANCASHIRE, "dpo")
    seen = world.officer(MORECAMBE_BAY, "ig_officer").get(f"/incidents/{identifier}")
    due = [datetime.fromisoformat(seen[clock]["due_at"]) for clock in ("partner_notice", "regulator_notice")]
    assert due[1] - due[0] == timedelta(hours=72 - 24)

    def waiting() -> set[str]:
        tasks = dpo.get("/tasks?mine=true")["results"]
        return {task["kind"] for task in tasks if task["subject"] == identifier}

    assert waiting() == {"incident-partner", "incident-regulator"}
    contained = {"outcome": "contained"}
    dpo.refused(f"/incidents/{identifier}/close", contained, status=409, code="clock-still-runs")
    now = datetime.now(UTC).isoformat()
    dpo.do(f"/incidents/{identifier}/update", {"partner_told_at": now, "regulator_told_at": now})
    assert waiting() == set()
    assert dpo.do(f"/incidents/{identifier}/close", contained)["status"] == "closed"


def test_whoever_looks_after_information_suspends_because_of_it(world: World) -> None:
    ref = in_force(world)
    identifier = reported(world, ref)
    because = {"scope": {"flow": FLOW}, "reason": "Until we know why.", "incident": identifier}
    stopped = world.officer(MORECAMBE_BAY, "dpo").do(f"/agreements/{ref}/suspend", because)
    assert {flow["id"]: flow["state"] for flow in stopped["flows"]}[FLOW] == "suspended"
    incident = world.officer(LANCASHIRE, "auditor").get(f"/incidents/{identifier}")
    assert incident["suspended_flows"] == [FLOW]


def test_nobody_else_learns_of_an_incident(world: World) -> None:
    identifier = reported(world, in_force(world))
    stranger = world.officer(POLICE, "dpo")
    stranger.refused(f"/incidents/{identifier}", method="GET", status=404, code="no-such-record")
