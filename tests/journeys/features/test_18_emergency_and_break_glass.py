"""Feature 18: Emergency answer and break-glass record."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE, today
from tests.journeys.world import Json, World

CHILD_AT_RISK = {
    "subject": {"type": "organisation", "id": POLICE},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": f"{MORECAMBE_BAY}~health-mental"},
    "context": {
        "purpose": "child-safeguarding",
        "subject_group": "child",
        "volume": "one",
        "initiated_by": "person",
        "emergency": {"kind": "threat-to-life"},
    },
}
RISK = "She told the ward that he waits for her outside."


def record_of(evaluation: str | None = None, **changes: Any) -> Json:
    """What a nurse records after she told the police."""
    return {
        "decision": "share",
        "evaluation_id": evaluation,
        "role": "nurse",
        "recipient": POLICE,
        "purpose": "child-safeguarding",
        "categories": ["health-mental"],
        "basis": "vital-interests",
        "decided_at": (datetime.now(UTC) - timedelta(minutes=10)).isoformat(),
        "risk": RISK,
        "why_now": "She was about to leave.",
        "consent": {"sought": False, "why_not": "There was no time."},
        "informed": {"told": True},
        "notified": ["manager"],
    } | changes


def test_an_uncovered_emergency_is_answered_shared_recorded_read_and_reviewed(world: World) -> None:
    nurse = world.officer(MORECAMBE_BAY, "ig_officer")
    answer = nurse.do("/advice", CHILD_AT_RISK)["context"]
    assert answer["advice"]["may_proceed_on_professional_judgement"] is True

    # The address in the answer leads to where the decision is recorded, for this very evaluation.
    address = answer["advice"]["record_url"]
    form = requests.get(address, timeout=10).json()
    assert parse_qs(urlsplit(address).query)["evaluation"] == [form["evaluation_id"]]
    assert form["evaluation_id"] == answer["evaluation_id"]
    assert form["en"]
    assert form["cy"]

    path = form["href"].removeprefix("/api/v1")
    identifier = nurse.do(path, record_of(form["evaluation_id"]))["id"]
    kept = nurse.get(f"{path}/{identifier}")
    assert (kept["owner"], kept["late"], kept["outcome"]) == (MORECAMBE_BAY, False, None)
    assert "risk" not in kept

    guardian = world.officer(MORECAMBE_BAY, "caldicott_guardian")
    due = [task for task in guardian.get("/tasks?mine=true")["results"] if task["subject"] == identifier]
    assert [(task["kind"], task["overdue"]) for task in due] == [("break-glass-review", False)]
    assert guardian.get(f"{path}/{identifier}/words")["risk"] == RISK

    guardian.do(f"{path}/{identifier}/review", {"outcome": "proportionate"})
    assert guardian.get(f"{path}/{identifier}")["outcome"] == "proportionate"
    assert identifier not in {task["subject"] for task in guardian.get("/tasks?mine=true")["results"]}


def test_the_words_are_for_three_roles_of_the_owner_and_a_decision_not_to_share_is_kept_too(
    world: World,
) -> None:
    officer = world.officer(MORECAMBE_BAY, "ig_officer")
    withheld = record_of(decision="withhold", basis="detriment-to-child", purpose="missing-persons")
    identifier = officer.do("/break-glass", withheld)["id"]
    words = f"/break-glass/{identifier}/words"
    officer.refused(words, method="GET", status=403, code="record-may-not")
    world.officer(LANCASHIRE, "dpo").refused(words, method="GET", status=404, code="no-such-record")
    assert world.officer(MORECAMBE_BAY, "siro").get(words)["consent_why_not"] == "There was no time."


def test_a_third_use_within_ninety_days_proposes_an_agreement(world: World) -> None:
    officer = world.officer(MORECAMBE_BAY, "ig_officer")

    def proposals() -> list[Json]:
        found = officer.get("/tasks?mine=true")["results"]
        return [one for one in found if one["subject"] == f"{LANCASHIRE}~homelessness-duty-to-refer"]

    for use in range(3):
        assert proposals() == []
        again = record_of(recipient=LANCASHIRE, purpose="homelessness-duty-to-refer", role=f"adviser-{use}")
        officer.do("/break-glass", again)
    (proposal,) = proposals()
    assert proposal["kind"] == "propose-agreement"
    assert proposal["due_on"] > today().isoformat()
    officer.do(f"/tasks/{proposal['id']}/done")
    assert proposals() == []
