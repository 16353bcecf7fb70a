"""Feature 44: Reports and KPIs (time to sign, overdue)."""

import csv
import io
from datetime import timedelta

from registry.db import Database
from registry.reports.actions import overdue
from tests.journeys.circle import first_version
from tests.journeys.gates import sign
from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import World
from tests.samples.agreements import BLACKPOOL, NOW, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk


def test_time_to_sign_says_who_is_waited_for(world: World) -> None:
    version = first_version(world)
    sign(world, version, LANCASHIRE)
    report = world.officer(POLICE, "ig_officer").get("/reports/time-to-sign?limit=500")
    lines = {one["organisation"]: one for one in report["results"] if one["ref"] == version["ref"]}
    assert lines.keys() == {LANCASHIRE, MORECAMBE_BAY, POLICE}
    assert (lines[LANCASHIRE]["blocking"], lines[LANCASHIRE]["days_from_submission"]) == (False, 0.0)
    assert (lines[POLICE]["blocking"], lines[POLICE]["days_waiting"]) == (True, 0.0)


def test_approvals_given_at_once_are_shown_without_names_and_as_a_table(world: World) -> None:
    ref = in_force(world)
    siro = world.officer(LANCASHIRE, "siro")
    report = siro.get("/reports/approvals")
    ours = [one for one in report["approvals"] if one["ref"] == ref]
    assert {one["act"] for one in ours} == {"quality-review", "signature"}
    assert all(one["quick"] and one["seconds"] < report["quick_seconds"] for one in ours)
    names = [person["username"] for person in world.demo["people"]]
    assert not [name for name in names if name in str(report)]

    table = siro.call("GET", "/reports/approvals", accept="text/csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == len(report["approvals"])
    officer = world.officer(LANCASHIRE, "ig_officer")
    officer.refused("/reports/approvals", method="GET", status=403, code="may-not")


def test_a_review_called_today_is_not_overdue_before_tomorrow(world: World) -> None:
    ref = in_force(world)
    officer = world.officer(LANCASHIRE, "ig_officer")
    called = {"reason_code": "new-item", "reason": "The housing team asks for postcodes."}
    assert officer.do(f"/agreements/{ref}/review-now", called)["status"] == "under_review"
    assert ref not in {line["ref"] for line in officer.get("/reports/overdue?limit=500")["results"]}
    table = officer.call("GET", "/reports/overdue?format=csv")
    assert table.text.splitlines()[0].startswith("ref,version,status,review_on,days_overdue")


def test_overdue_reviews_are_counted_in_days(database: Database) -> None:
    desk = Desk(database, furnish(database))
    ref = desk.active().ref
    desk.call_review(ref, desk.officer())
    for days in (0, 1, 30):
        now = NOW + timedelta(days=days)
        with database.read() as reading:
            report = overdue(
                reading, after="", limit=9, caller=desk.cast(BLACKPOOL, "dpo"), now=now, policies=POLICIES
            )
        assert [(line.ref, line.days_overdue) for line in report.results] == [(ref, days)] * bool(days)
