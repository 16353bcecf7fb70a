"""Over HTTP: a system asks for another body while that body lets it; an emergency leads to its record."""

import time
from typing import Any

import pytest

from registry import clock
from registry.callers import Caller
from tests.integration.http.deeds import stage
from tests.integration.http.record_deeds import emergency
from tests.integration.http.test_rights import QUESTION
from tests.integration.http.world import Json, World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TRUST
from tests.samples.clients import let_in, speaking

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

GRANTS = "/api/v1/asking-grants"
PATIENCE_SECONDS = 10.0


def ask(world: World, caller: Caller, **context: Any) -> tuple[int, Json]:
    body = QUESTION | {"context": QUESTION["context"] | context}
    answer = world.send("POST", "/access/v1/evaluation", caller, body)
    return answer.status_code, answer.json()


def test_a_system_asks_for_another_body_from_the_grant_to_its_end(world: World) -> None:
    stage(world, "agreement active")
    client, today = let_in(world.db, TRUST), clock.london_day(clock.now()).isoformat()
    system, officer = speaking(client, TRUST), world.cast(BLACKPOOL, "siro")
    assert ask(world, system)[1]["code"] == "not-an-end"
    assert ask(world, system, on_behalf_of=BLACKPOOL)[1]["code"] == "not-granted"

    wanted = {"client_id": client, "starts_on": today, "ends_on": today}
    given = world.send("POST", GRANTS, officer, wanted)
    assert given.status_code == 201
    status, said = ask(world, system, on_behalf_of=BLACKPOOL)
    assert (status, said["decision"]) == (200, True)
    assert [one["id"] for one in world.send("GET", GRANTS, system).json()["received"]] == [given.json()["id"]]

    assert world.send("POST", f"{GRANTS}/{given.json()['id']}/end", officer).status_code == 200
    status, said = ask(world, system, on_behalf_of=BLACKPOOL)
    assert (status, said["code"]) == (403, "not-granted")
    assert said["advice"]["cy"]


def test_in_a_batch_the_item_that_no_grant_covers_is_denied_alone(world: World) -> None:
    stage(world, "agreement active")
    items = [{}, {"context": QUESTION["context"] | {"on_behalf_of": LANCASHIRE}}]
    body = QUESTION | {"evaluations": items}
    answers = world.send("POST", "/access/v1/evaluations", partner(BLACKPOOL, "decisions:ask"), body).json()
    yes, no = answers["evaluations"]
    assert (yes["decision"], no["decision"]) == (True, False)
    assert no["context"]["error"]["code"] == "not-granted"


def test_an_emergency_leads_to_its_record_and_back(world: World) -> None:
    system, officer = partner(LANCASHIRE, "decisions:ask"), world.cast(LANCASHIRE, "ig_officer")
    _, said = ask(world, system, purpose="child-safeguarding", emergency=True)
    evaluation = said["context"]["evaluation_id"]
    assert said["context"]["break_glass"]["en"]

    def records() -> Json:
        found: Json = world.send("GET", f"/api/v1/evaluations/{evaluation}/records", officer).json()
        return found

    until = time.monotonic() + PATIENCE_SECONDS
    while not records()["awaited"] and time.monotonic() < until:
        time.sleep(0.05)
    assert [one["recipient"] for one in records()["awaited"]] == [BLACKPOOL]

    body = emergency(world, stage(world, "agreement active")) | {"evaluation_id": evaluation}
    made = world.send("POST", "/api/v1/break-glass", system, body).json()
    assert records()["awaited"] == []
    assert [one["id"] for one in records()["emergencies"]] == [made["id"]]
