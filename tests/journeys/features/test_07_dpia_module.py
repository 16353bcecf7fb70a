"""Row 7, DPIA module: one DPIA for many agreements, its conditions, its reviews, its versions."""

from tests.journeys.papers import LANCASHIRE, POLICE, dpia, missing_children_terms, risk, today
from tests.journeys.world import Json, Officer, World

CONDITION = {"text": "Train every user.", "owner": "Head of service", "due_on": today().isoformat()}


def draft(officer: Officer, **changes: object) -> tuple[str, Json]:
    """An agreement of the journey's own, and its terms."""
    terms = missing_children_terms(**changes)
    return officer.do("/agreements", {"terms": terms})["ref"], terms


def approved(world: World, document: Json, decision: Json | None = None) -> str:
    """The address of a DPIA of Lancashire that has been decided."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    path = f"/dpias/{officer.do('/dpias', document)['id']}"
    officer.do(f"{path}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Sound."})
    wanted = decision or {"decision": "approve", "reason": "The risk is low."}
    world.officer(LANCASHIRE, "siro").do(f"{path}/decide", wanted)
    return path


def test_one_dpia_covers_two_agreements_and_says_what_it_leaves_out_of_each(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    first, terms = draft(officer)
    wider = missing_children_terms()
    wider["flows"][1]["purposes"] = ["missing-persons", "child-safeguarding"]
    second = officer.do("/agreements", {"terms": wider})["ref"]
    path = approved(world, dpia(first, terms) | {"covers": [first, second]})

    coverage = {one["ref"]: one for one in officer.get(path)["coverage"]}
    assert coverage[first] == {
        "ref": first,
        "covered": True,
        "missing_categories": [],
        "missing_purposes": [],
        "missing_parties": [],
    }
    assert not coverage[second]["covered"]
    assert coverage[second]["missing_purposes"] == ["child-safeguarding"]


def test_a_condition_is_met_with_evidence_and_a_review_is_called_and_held(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, terms = draft(officer)
    decision = {
        "decision": "approve_with_conditions",
        "reason": "Worth it.",
        "conditions": [CONDITION],
    }
    path = approved(world, dpia(ref, terms), decision)
    assert officer.get(path)["conditions"][0]["met_on"] is None
    met = {"number": 1, "evidence": "Training register, page 4", "met_on": today().isoformat()}
    officer.do(f"{path}/condition-met", met)
    officer.refused(f"{path}/condition-met", met, status=409, code="no-open-condition")

    officer.do(f"{path}/call-review", {"trigger": "breach", "text": "A flag went to the wrong ward."})
    found = officer.get(path)
    assert found["conditions"][0]["evidence"] == "Training register, page 4"
    assert (found["status"], found["review"]["state"]) == ("approved_with_conditions", "called")
    assert found["review"]["triggers"] == ["breach"]
    officer.refused(f"{path}/confirm-review", {"reason": "Fine."}, status=403, code="author-decides")
    world.officer(LANCASHIRE, "siro").do(f"{path}/confirm-review", {"reason": "The measures hold."})
    assert officer.get(path)["review"]["state"] == "current"


def test_a_decided_dpia_is_revised_into_a_new_version_and_the_difference_is_shown(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, terms = draft(officer)
    document = dpia(ref, terms)
    path = approved(world, document)
    revised = officer.do("/dpias/revisions", {"revises": path.rpartition("/")[2]})
    again = f"/dpias/{revised['id']}"
    etag = officer.call("GET", again).headers["etag"]
    changed = document | {"risks": [*document["risks"], risk("r3", "function-creep")]}
    officer.do(again, changed | {"supersedes": path.rpartition("/")[2]}, method="PUT", if_match=etag)
    found = officer.get(f"{again}/differences")
    assert (found["before"]["number"], found["after"]["number"]) == (1, 2)
    assert [one["pointer"] for one in found["differences"]] == ["/risks/2"]
    assert found["differences"][0]["after"]["code"] == "function-creep"
    assert officer.get(path)["status"] == "approved"

    officer.do(f"{again}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{again}/advice", {"advice": "support", "text": "Better."})
    siro = world.officer(LANCASHIRE, "siro")
    siro.do(f"{again}/decide", {"decision": "approve", "reason": "Creep is weighed now."})
    assert officer.get(path)["status"] == "superseded"
    siro.do(f"{again}/revoke", {"reason": "The service ends."})
    assert officer.get(again)["status"] == "revoked"


def test_another_controller_adopts_it_rather_than_writing_its_own(world: World) -> None:
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref, terms = draft(officer)
    path = approved(world, dpia(ref, terms))
    world.officer(POLICE, "dpo").do(f"{path}/adopt", {"organisation": POLICE})
    assert [one["organisation"] for one in officer.get(path)["adoptions"]] == [POLICE]
