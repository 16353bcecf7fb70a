"""Row 23: partner assurance - registration, toolkit, certificates - with expiry that gates."""

from datetime import timedelta

from tests.journeys.colleagues import figures, ready_to_sign, signature
from tests.journeys.papers import LANCASHIRE, today
from tests.journeys.world import Json, Officer, World

SOMERSET, AMBULANCE = "gss:E06000066", "ods:RRU"


def registration(days_left: int) -> Json:
    return {
        "kind": "regulator-registration",
        "reference": "ZA000000",
        "evidence": "The regulator's public register of fee payers",
        "expires_on": (today() + timedelta(days=days_left)).isoformat(),
    }


def show(officer: Officer, assurance: Json) -> Json:
    return officer.do(f"/organisations/{SOMERSET}/assurances", assurance)


def test_a_registration_that_ran_out_long_ago_stops_a_new_agreement_until_it_is_renewed(world: World) -> None:
    officer = world.officer(SOMERSET, "ig_officer")
    show(officer, registration(-90))
    version = ready_to_sign(world, figures(world, council=SOMERSET, trust=AMBULANCE), SOMERSET)
    assert version["status"] == "assessments_pending"
    path = f"/agreements/{version['ref']}/sign"
    signatory = world.officer(SOMERSET, "signatory")
    problem = signatory.refused(path, signature(version, SOMERSET), status=409, code="gates-unmet")
    blocking = [one["rule"] for one in problem["unmet"] if one["severity"] == "block"]
    assert blocking == ["PR-02-BLOCK"]

    show(officer, registration(300))
    signatory.do(path, signature(version, SOMERSET))
    signed = world.officer(AMBULANCE, "signatory").do(path, signature(version, AMBULANCE))
    assert signed["status"] == "active"


def test_every_partner_sees_what_a_body_can_show(world: World) -> None:
    officer = world.officer(SOMERSET, "ig_officer")
    toolkit = registration(200) | {"kind": "dspt", "level": "standards-met", "reference": "8A1"}
    recorded = show(officer, toolkit)
    assert recorded["log_size"] == recorded["log_index"] + 1
    seen = world.officer(LANCASHIRE, "auditor").get(f"/organisations/{SOMERSET}/assurances")
    assert seen["organisation"] == SOMERSET
    assert ("dspt", "standards-met") in {(one["kind"], one["level"]) for one in seen["results"]}
    officer.refused(f"/organisations/{LANCASHIRE}/assurances", toolkit, status=403, code="not-authorised")
