"""Feature 20: Automatic expiry/suspension effects.

Days cannot pass in a running demo: its own history shows what was ended on its day, and at a desk of the same
registry the days are walked through.
"""

from datetime import timedelta

import pytest

from registry.db import Database
from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, today
from tests.journeys.world import Json, World, eventually
from tests.samples.agreements import BLACKPOOL, NOW, TODAY, flow, furnish
from tests.samples.desk import Desk

DAY = timedelta(days=1)
NEAR = (TODAY + 10 * DAY).isoformat()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))


def test_what_ended_by_date_is_answered_as_expired_and_never_permitted(world: World) -> None:
    examples = [one for one in world.demo["examples"] if one["outcome"] == "EXPIRED"]
    assert examples
    for example in examples:
        answer = world.partner(example["client_id"]).ask(example["request"])
        assert (answer["decision"], answer["context"]["outcome"]) == (False, "EXPIRED")


def test_a_suspension_stops_the_answer_at_once_and_ends_only_with_two_people(world: World) -> None:
    ref = in_force(world)
    dpo = world.officer(MORECAMBE_BAY, "dpo")
    stopped = dpo.do(
        f"/agreements/{ref}/suspend", {"scope": {"organisation": MORECAMBE_BAY}, "reason": "A breach."}
    )
    assert (stopped["status"], {one["state"] for one in stopped["flows"]}) == ("suspended", {"suspended"})
    resumed = dpo.do(f"/agreements/{ref}/resume", {"reason": "It is over."})
    assert (resumed["pending"], resumed["status"]) == ("second-person", "suspended")
    siro = world.officer(MORECAMBE_BAY, "siro")
    assert siro.do(f"/agreements/{ref}/resume", {"reason": "It is over."})["status"] == "active"


def test_notice_is_kept_and_whoever_leaves_at_once_learns_what_still_binds(world: World) -> None:
    ref = in_force(world)
    siro = world.officer(LANCASHIRE, "siro")
    soon = {"reason": "A new system.", "effective_on": (today() + DAY).isoformat()}
    problem = siro.refused(f"/agreements/{ref}/terminate", soon, status=422, code="invalid-fields")
    assert [error["code"] for error in problem["errors"]] == ["before-notice-ends"]

    left = siro.do(f"/agreements/{ref}/terminate", {"reason": "A new system."})
    assert left["status"] == "terminated"
    assert left["surviving"]
    assert (
        world.officer(MORECAMBE_BAY, "ig_officer").get(f"/agreements/{ref}")["surviving"] == left["surviving"]
    )


def test_whoever_received_shows_that_it_returned_or_destroyed_what_it_held(world: World) -> None:
    ref = in_force(world)
    officer, partner = world.officer(LANCASHIRE, "ig_officer"), world.officer(MORECAMBE_BAY, "ig_officer")
    world.officer(LANCASHIRE, "siro").do(f"/agreements/{ref}/terminate", {"reason": "A new system."})

    def duties() -> dict[str, Json]:
        return {one["organisation"]: one for one in partner.get(f"/exits?ref={ref}")["results"]}

    assert eventually(lambda: duties().keys() == {LANCASHIRE, MORECAMBE_BAY}, within_seconds=10)
    duty = duties()[LANCASHIRE]
    assert (duty["status"], duty["ended_on"]) == ("due", today().isoformat())

    def waiting() -> set[str]:
        return {task["kind"] for task in officer.get("/tasks")["results"] if task["subject"] == duty["id"]}

    assert waiting() == {"exit-evidence"}
    shown = {"method": "destroyed", "certificate": f"sha256:{7:064x}", "done_on": today().isoformat()}
    path = f"/exits/{duty['id']}"
    partner.refused(f"{path}/evidence", shown, status=403, code="record-may-not")
    officer.do(f"{path}/evidence", shown)
    seen = partner.get(path)
    assert (seen["status"], seen["certificate"]) == ("evidenced", shown["certificate"])
    assert waiting() == set()
    officer.refused(f"{path}/evidence", shown, status=409, code="wrong-record-status")


def test_the_last_day_ends_every_flow_and_the_status_follows_after_a_week(desk: Desk) -> None:
    ref = desk.active(expires_on=NEAR, review_on=NEAR).ref
    desk.daily_pass(NOW + 10 * DAY)
    assert desk.flows(ref) == {"f1": "live"}
    desk.daily_pass(NOW + 11 * DAY)
    assert (desk.status(ref), desk.sharing(ref).ended_by) == ("under_review", "expired")
    desk.daily_pass(NOW + 18 * DAY)
    assert desk.status(ref) == "expired"


def test_a_review_long_overdue_stops_figures_and_never_what_protects_someone(desk: Desk) -> None:
    figures = desk.active(review_on=NEAR).ref
    protective = desk.active(review_on=NEAR, flows=[flow(protective=True)]).ref
    desk.daily_pass(NOW + 101 * DAY)
    assert (desk.status(figures), desk.flows(figures)) == ("suspended", {"f1": "suspended"})
    assert (desk.status(protective), desk.flows(protective)) == ("under_review", {"f1": "live"})
    assert "RV-02" in desk.sharing(protective).warned_of

    for body in (LANCASHIRE, BLACKPOOL):
        desk.confirm(figures, desk.cast(body, "siro"), TODAY + 400 * DAY, now=NOW + 102 * DAY)
    assert desk.flows(figures) == {"f1": "live"}
