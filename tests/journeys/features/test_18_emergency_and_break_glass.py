"""Feature 18: Emergency answer and break-glass record.

Years cannot pass in a running demo: what happens after the words' retention is walked through at a desk.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from registry.db import Database
from registry.records.actions import emergencies, erasing
from registry.records.queries import EMERGENCY, find
from registry.records.rules import WordsErased
from registry.records.vault import Vault, create_records_key
from tests.integration.records.conftest import Office
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE, today
from tests.journeys.world import Json, World
from tests.samples.agreements import NOW, furnish
from tests.samples.desk import Desk

AFTER_RETENTION = NOW + timedelta(days=2193)

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


def test_the_words_are_kept_until_their_last_day_whoever_asks(world: World) -> None:
    identifier = world.officer(MORECAMBE_BAY, "ig_officer").do("/break-glass", record_of())["id"]
    path = f"/break-glass/{identifier}"
    dpo = world.officer(MORECAMBE_BAY, "dpo")
    assert dpo.get(path)["erase_on"] == (today() + timedelta(days=2192)).isoformat()
    dpo.refused(f"{path}/erase", status=409, code="retention-runs")
    assert dpo.get(f"{path}/words")["risk"] == RISK


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    key = tmp_path / "keys" / "records.key"
    create_records_key(key)
    return Office(Desk(database, furnish(database)), Vault(key))


@pytest.mark.parametrize("way", ["two people", "the daily pass"])
def test_after_their_retention_the_words_go_and_the_log_keeps_who_recorded_and_who_read(
    office: Office, way: str
) -> None:
    identifier = office.record().id
    with office.db.write() as tx:
        emergencies.read_words(tx, identifier, acting=office.acting("dpo"), vault=office.vault)
    if way == "two people":
        for role, status in (("dpo", "erasure-asked"), ("siro", "erased")):
            with office.db.write() as tx:
                acting = office.acting(role, now=AFTER_RETENTION)
                assert erasing.erase(tx, identifier, acting=acting).status == status
    else:
        office.remind(AFTER_RETENTION)

    with pytest.raises(WordsErased), office.db.write() as tx:
        emergencies.read_words(tx, identifier, acting=office.acting("dpo"), vault=office.vault)
    kept = [event.type for event in office.events("emergency") if event.subject_id == identifier]
    assert kept[:2] == ["emergency.recorded", "emergency.read"]
    assert kept[-1] == "emergency.erased"
    with office.db.read() as reading:
        row = find(reading, EMERGENCY, identifier)
    assert row is not None
    assert row.words is None
