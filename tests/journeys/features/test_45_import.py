"""Row 45: Import from CSV/Word/JSON."""

import csv
import io
from datetime import timedelta
from typing import Any

from tests.journeys.papers import LANCASHIRE, POLICE, today
from tests.journeys.world import Json, Officer, World

PDF = "5e" * 32
HEADINGS = (
    "Agreement",
    "Data provider",
    "Shared with",
    "Purpose",
    "Data subjects",
    "Data",
    "Start date",
    "Expiry date",
    "Date signed",
    "SHA-256",
)


def register(*rows: tuple[str, ...]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([HEADINGS, *rows])
    return written.getvalue().encode()


def row(title: str, **changes: str) -> tuple[str, ...]:
    start = today() - timedelta(days=100)
    cells = {
        "Agreement": title,
        "Data provider": LANCASHIRE,
        "Shared with": POLICE,
        "Purpose": "Licensing",
        "Data subjects": "taxpayer",
        "Data": "Vehicles",
        "Start date": start.strftime("%d/%m/%Y"),
        "Expiry date": (start + timedelta(days=700)).isoformat(),
        "Date signed": (start - timedelta(days=7)).isoformat(),
        "SHA-256": PDF,
    }
    return tuple((cells | changes).values())


def send(officer: Officer, content: bytes) -> Json:
    answer = officer.session.post(
        f"{officer.world.url}/api/v1/imports", data=content, headers={"content-type": "text/csv"}
    )
    assert answer.status_code == 201, answer.text
    sent: Json = answer.json()
    return sent


def mapping(sent: Json) -> dict[str, Any]:
    return {one["field"]: one["column"] for one in sent["columns"] if one["field"]}


def test_a_body_brings_in_what_it_has_signed_elsewhere(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    sent = send(officer, register(row("Taxi licences"), row("Street traders")))
    assert (sent["rows"], sent["ready"], sent["attestable"], sent["errors"]) == (2, 2, 2, [])

    path = f"/imports/{sent['id']}"
    loaded = officer.do(f"{path}/load", {"mapping": mapping(sent), "load_as": "attested"})
    assert loaded["pending"] == "second-person"
    attested = world.officer(LANCASHIRE, "signatory").do(f"{path}/attest")
    assert attested["refs"] == loaded["refs"]

    found = officer.get(f"/agreements/{loaded['refs'][0]}")
    outside = found["signed_outside"]
    assert outside["organisation"] == LANCASHIRE
    assert all(rule in outside["en"] and rule in outside["cy"] for rule in outside["unmet"])
    assert (found["status"], {one["strength"] for one in found["signatures"]}) == ("active", {"attested"})


def test_every_answer_says_that_it_was_signed_outside(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    sent = send(officer, register(row("Scrap metal dealers", Data="Immigration status")))
    path = f"/imports/{sent['id']}"
    officer.do(f"{path}/load", {"mapping": mapping(sent), "load_as": "attested"})
    world.officer(LANCASHIRE, "signatory").do(f"{path}/attest")

    question = {
        "subject": {"type": "organisation", "id": POLICE},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~immigration-status"},
        "context": {"purpose": "licensing", "subject_group": "taxpayer", "volume": "bulk"},
    }
    answer = officer.do("/advice", question)
    assert answer["context"]["outcome"].startswith("PERMIT")
    reasons = {reason["code"]: reason for reason in answer["context"]["reasons"]}
    assert "signed outside" in reasons["attested"]["en"]
    assert "Llofnodwyd" in reasons["attested"]["cy"] or "llofnodwyd" in reasons["attested"]["cy"]


def test_each_fault_names_its_cell_and_nothing_is_loaded(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    wrong = row("Market stalls", **{"Shared with": "Atlantis", "Start date": "spring"})
    sent = send(officer, register(row("Market stalls"), wrong))
    assert sent["ready"] == 1
    assert {(one["row"], one["column"], one["code"]) for one in sent["errors"]} == {
        (3, "C", "unknown-organisation"),
        (3, "G", "not-a-day"),
    }
    assert all(one["en"] and one["cy"] for one in sent["errors"])
    body = {"mapping": mapping(sent), "load_as": "drafts"}
    officer.refused(f"/imports/{sent['id']}/load", body, status=422, code="bad-rows")
    assert officer.get("/agreements?q=market stalls")["results"] == []


def test_an_import_is_taken_back_by_one_call(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    sent = send(officer, register(row("Pavement cafes"), row("Beach huts")))
    path = f"/imports/{sent['id']}"
    loaded = officer.do(f"{path}/load", {"mapping": mapping(sent), "load_as": "drafts"})
    undone = officer.do(f"{path}/undo", {"reason": "It was last year's register."})
    assert undone["refs"] == loaded["refs"]
    assert {officer.get(f"/agreements/{ref}")["status"] for ref in loaded["refs"]} == {"withdrawn"}
