"""Feature 44: Reports and KPIs (time to sign, overdue)."""

import csv
import io

from tests.journeys.circle import first_version
from tests.journeys.features.test_03_many_party_sign_off import signature
from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import World


def test_time_to_sign_says_who_is_waited_for(world: World) -> None:
    version = first_version(world)
    world.officer(LANCASHIRE, "signatory").do(
        f"/agreements/{version['ref']}/sign", signature(LANCASHIRE, version)
    )
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


def test_overdue_reviews_are_counted_in_days(world: World) -> None:
    found = 0
    for organisation in sorted({person["organisation"] for person in world.demo["people"]}):
        roles = {
            role
            for one in world.demo["people"]
            for role in one["roles"]
            if one["organisation"] == organisation
        }
        if "ig_officer" not in roles:
            continue
        officer = world.officer(organisation, "ig_officer")
        for line in officer.get("/reports/overdue")["results"]:
            agreement = officer.get(f"/agreements/{line['ref']}/versions/{line['version']}")
            assert line["days_overdue"] > 0
            assert line["status"] == agreement["status"]
            found += 1
        table = officer.call("GET", "/reports/overdue?format=csv")
        assert table.text.splitlines()[0].startswith("ref,version,status,review_on,days_overdue")
    assert found >= 0
