"""Row 10, regulator prior consultation (Article 36; DPA 2018 s.65): clocks, and nothing before the reply."""

from datetime import timedelta

from tests.journeys.papers import LANCASHIRE, dpia, missing_children_terms, risk, today
from tests.journeys.world import World

HIGH = {"likelihood": "probable", "severity": "severe"}
STAYS_HIGH = {"residual_likelihood": "probable", "residual_severity": "severe"}
APPROVAL = {"decision": "approve", "reason": "The regulator is content."}


def waiting(world: World) -> str:
    """The address of a DPIA whose residual risk is high, with the DPO's advice."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    terms = missing_children_terms()
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    high = risk("r1", "wrong-person") | HIGH | STAYS_HIGH
    document = dpia(ref, terms) | {"risks": [high, risk("r2", "not-sharing")]}
    path = f"/dpias/{officer.do('/dpias', document)['id']}"
    officer.do(f"{path}/submit")
    advice = {"advice": "support", "text": "Ask the regulator."}
    assert world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", advice)["status"] == "high_residual"
    return path


def test_a_high_residual_risk_is_decided_only_after_the_regulator_has_replied(world: World) -> None:
    path = waiting(world)
    dpo, siro = world.officer(LANCASHIRE, "dpo"), world.officer(LANCASHIRE, "siro")
    siro.refused(f"{path}/decide", APPROVAL, status=409, code="regulator-not-consulted")
    asked = {"reference": "IC-2026-118", "submitted_on": (today() - timedelta(days=10)).isoformat()}
    dpo.do(f"{path}/regulator-consultation", asked)
    siro.refused(f"{path}/decide", APPROVAL, status=409, code="regulator-not-consulted")

    reply = {"replied_on": today().isoformat(), "outcome": "cleared", "text": "No objection."}
    dpo.do(f"{path}/regulator-reply", reply)
    [consultation] = dpo.get(path)["consultations"]
    assert (consultation["outcome"], consultation["clock"]["days_left"]) == ("cleared", None)
    assert siro.do(f"{path}/decide", APPROVAL)["status"] == "approved"


def test_the_clock_runs_eight_weeks_and_its_extension_makes_them_fourteen(world: World) -> None:
    path, dpo = waiting(world), world.officer(LANCASHIRE, "dpo")
    submitted = today() - timedelta(weeks=9)
    dpo.do(
        f"{path}/regulator-consultation", {"reference": "IC-2026-7", "submitted_on": submitted.isoformat()}
    )
    clock = dpo.get(path)["consultations"][0]["clock"]
    assert clock["due_on"] == (submitted + timedelta(weeks=8)).isoformat()
    assert (clock["days_left"], clock["overdue"]) == (-7, True)
    assert clock["cite"] == "UK GDPR Article 36(2)"

    extension = {"extended_on": today().isoformat(), "reason": "The processing is complex."}
    dpo.do(f"{path}/regulator-extension", extension)
    clock = dpo.get(path)["consultations"][0]["clock"]
    assert clock["extended_due_on"] == (submitted + timedelta(weeks=14)).isoformat()
    assert (clock["days_left"], clock["overdue"]) == (35, False)
    dpo.refused(f"{path}/regulator-extension", extension, status=409, code="consultation-extended")


def test_law_enforcement_has_a_clock_of_its_own(world: World) -> None:
    path, dpo = waiting(world), world.officer(LANCASHIRE, "dpo")
    asked = {"reference": "IC-2026-9", "submitted_on": today().isoformat(), "regime": "law-enforcement"}
    dpo.do(f"{path}/regulator-consultation", asked)
    clock = dpo.get(path)["consultations"][0]["clock"]
    assert (clock["days_left"], clock["cite"]) == (42, "Data Protection Act 2018 section 65")
