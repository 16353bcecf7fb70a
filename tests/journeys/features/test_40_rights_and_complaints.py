"""Feature 40: Rights, complaints (s.164A), FOI contacts per agreement."""

from datetime import timedelta

import requests

from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, today
from tests.journeys.world import World


def test_anyone_finds_out_who_answers_without_signing_in(world: World) -> None:
    ref = in_force(world)
    answer = requests.get(f"{world.url}/agreements/{ref}/contacts", timeout=10)
    found = answer.json()
    assert found["complaints"] == "complaints@lancashire.test"
    assert found["complaints_acknowledged_days"] == 30
    assert {body["organisation"] for body in found["bodies"]} == {LANCASHIRE, MORECAMBE_BAY}


def test_who_answers_under_a_withheld_agreement_is_not_told_to_everyone(world: World) -> None:
    ref = in_force(world, publication="withheld")
    answer = requests.get(f"{world.url}/agreements/{ref}/contacts", timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-record")


def test_a_complaint_is_acknowledged_within_thirty_days_and_answered(world: World) -> None:
    ref = in_force(world)
    received = today() - timedelta(days=3)
    dpo, officer = world.officer(LANCASHIRE, "dpo"), world.officer(LANCASHIRE, "ig_officer")
    complaint = {"ref": ref, "received_on": received.isoformat(), "channel": "online-form"}
    identifier = officer.do("/complaints", complaint)["id"]
    path = f"/complaints/{identifier}"
    kept = dpo.get(path)
    assert kept["acknowledge_by"] == (received + timedelta(days=30)).isoformat()
    assert kept["overdue"] is False
    assert identifier in {task["subject"] for task in dpo.get("/tasks?mine=true")["results"]}

    early = {"outcome": "upheld", "closed_on": today().isoformat()}
    dpo.refused(f"{path}/close", early, status=409, code="wrong-record-status")
    dpo.do(f"{path}/acknowledge", {"acknowledged_on": today().isoformat()})
    assert identifier not in {task["subject"] for task in dpo.get("/tasks?mine=true")["results"]}
    assert dpo.do(f"{path}/close", early)["status"] == "closed"
    world.officer(MORECAMBE_BAY, "dpo").refused(path, method="GET", status=404, code="no-such-record")
