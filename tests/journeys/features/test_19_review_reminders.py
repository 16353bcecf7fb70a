"""Feature 19: Review reminders."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import icalendar
import requests

from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, today
from tests.journeys.world import Json, Partner, World, eventually

REVIEWS = {"review-in-3-months", "review-in-1-month", "review-overdue"}


def test_whoever_has_a_review_to_hold_is_reminded_in_both_languages_and_what_is_overdue_comes_first(
    world: World,
) -> None:
    reminded = set()
    for organisation in sorted({person["organisation"] for person in world.demo["people"]}):
        if not _has_officer(world, organisation):
            continue
        officer = world.officer(organisation, "ig_officer")
        tasks = officer.get("/tasks")["results"]
        assert all(one["due_on"] <= another["due_on"] for one, another in pairwise(tasks))
        for task in tasks:
            assert task["en"]
            assert task["cy"]
            assert task["overdue"] is (task["due_on"] < today().isoformat())
        for task in (one for one in tasks if one["kind"] in REVIEWS):
            agreement = officer.get(f"/agreements/{task['subject']}")
            assert agreement["terms"]["review_on"] == task["due_on"]
            reminded.add(task["kind"])
    assert reminded


def test_a_task_is_for_a_role_and_ends_with_its_cause(world: World) -> None:
    organisation = next(
        person["organisation"]
        for person in world.demo["people"]
        if person["roles"] == ["ig_officer"] and _reviews(world, person["organisation"])
    )
    officer = world.officer(organisation, "ig_officer")
    review = _reviews(world, organisation)[0]
    assert review in officer.get("/tasks?mine=true")["results"]
    officer.refused(f"/tasks/{review['id']}/done", status=409, code="task-ends-itself")


def test_the_notes_of_a_review_end_when_every_controller_has_answered(world: World) -> None:
    ref = in_force(world, review_on=(today() + timedelta(days=20)).isoformat())
    world.command("daily-pass")

    def notes() -> dict[str, list[object]]:
        return {
            body: [task["kind"] for task in _reviews(world, body) if task["subject"] == ref]
            for body in (LANCASHIRE, MORECAMBE_BAY)
        }

    waiting = ["review-in-1-month"]
    assert notes() == {LANCASHIRE: waiting, MORECAMBE_BAY: waiting}
    answers = {
        "achieved": "yes",
        "evidence": "Fewer people fall.",
        "helped_or_harmed": "People over 75 were helped; nobody was harmed.",
        "continue": True,
        "next_review_on": (today() + timedelta(days=300)).isoformat(),
    }
    world.officer(LANCASHIRE, "siro").do(f"/agreements/{ref}/confirm", answers)
    assert MORECAMBE_BAY in {body for body, kinds in notes().items() if kinds}
    world.officer(MORECAMBE_BAY, "siro").do(f"/agreements/{ref}/confirm", answers)
    assert eventually(lambda: not any(notes().values()), within_seconds=10)
    given = world.officer(LANCASHIRE, "auditor").get(f"/agreements/{ref}")["review_answers"]
    assert [(one["organisation"], one["continues"]) for one in given] == [
        (LANCASHIRE, True),
        (MORECAMBE_BAY, True),
    ]


def test_a_review_finds_what_partner_systems_reported_of_each_flow_and_month(world: World) -> None:
    ref = in_force(world)
    records = world.partner("morecambe-bay-records")
    for run, count in enumerate((3, 4), 1):
        report = {
            "evaluation_id": f"{uuid4()}.{run}",
            "ref": ref,
            "flow": "hospital-to-council",
            "count": count,
            "on": today().isoformat(),
            "method": "api-mtls",
        }
        assert _report(records, report) == (201, None)
    assert _report(records, report) == (409, "disclosures-already-reported")
    stranger = world.partner("glasgow-housing")
    assert _report(stranger, report) == (404, "no-such-record")

    (line,) = world.officer(LANCASHIRE, "ig_officer").get(f"/disclosures?ref={ref}")["results"]
    assert (line["flow"], line["month"]) == ("hospital-to-council", f"{today():%Y-%m}")
    assert (line["reported_by"], line["reports"], line["count"]) == (MORECAMBE_BAY, 2, 7)


def _report(partner: Partner, report: Json) -> tuple[int, str | None]:
    answer = partner.session.post(f"{partner.world.url}/api/v1/disclosures", json=report)
    return answer.status_code, answer.json().get("code")


def _reviews(world: World, organisation: str) -> list[dict[str, object]]:
    tasks = world.officer(organisation, "ig_officer").get("/tasks")["results"]
    return [task for task in tasks if task["kind"] in REVIEWS]


def _has_officer(world: World, organisation: str) -> bool:
    return any(
        person["organisation"] == organisation and "ig_officer" in person["roles"]
        for person in world.demo["people"]
    )


def test_a_calendar_program_reads_the_days_at_an_address_until_it_is_taken_back(world: World) -> None:
    ref = in_force(world)
    officer = world.officer(LANCASHIRE, "ig_officer")
    made = officer.do("/calendar-addresses")
    listed = {one["id"]: one for one in officer.get("/calendar-addresses")["results"]}
    address = listed[made["id"]]["address"]

    answer = requests.get(address, timeout=10)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert len([event for event in events if str(event["summary"]).endswith(ref)]) == 3

    officer.do(f"/calendar-addresses/{made['id']}/revoke")
    again, guessed = (requests.get(one, timeout=10) for one in (address, f"{address[:-6]}xy.ics"))
    assert (again.status_code, again.json()["code"]) == (404, "no-such-calendar")
    assert (guessed.status_code, guessed.json()["detail"]) == (404, again.json()["detail"])
