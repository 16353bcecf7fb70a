"""Row 39: Processors, onward sharing chain."""

from tests.journeys.gates import blocked_at_submit, figures, reviewed, sign
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import Json, World

HOSTING = "Hosting Northern Ltd"


def test_a_processor_needs_a_contract(world: World) -> None:
    listed = figures(world)
    listed["security"] |= {"processors": [HOSTING]}
    assert blocked_at_submit(world, listed) == {"PR-01"}
    listed["security"] |= {"processor_contracts": {HOSTING: "Contract 2026/114"}}
    assert blocked_at_submit(world, listed) == set()


def test_so_does_a_party_that_processes_for_others(world: World) -> None:
    terms = figures(world)
    processor = {"organisation": POLICE, "roles": ["processor"]}
    terms["parties"].append(processor)
    assert blocked_at_submit(world, terms) == {"PR-01"}
    terms["parties"][-1] = processor | {"processing_contract": "Contract 2026/115"}
    assert blocked_at_submit(world, terms) == set()


def test_what_was_received_goes_on_to_those_the_originator_named(world: World) -> None:
    terms = figures(world)
    terms["flows"] = terms["flows"][:1]
    terms["flows"][0] |= {
        "actions": ["receive", "onward_share"],
        "purposes": ["planning-commissioning"],
        "onward_recipients": [POLICE],
    }
    terms["onward"] = {"rule": "listed", "conditions": "Figures only."}
    made = sign(world, reviewed(world, terms), LANCASHIRE, MORECAMBE_BAY)
    assert made["status"] == "active"

    client = next(one for one in world.demo["clients"] if one["organisation"] == LANCASHIRE)
    partner = world.partner(str(client["client_id"]))
    permitted = partner.ask(onward_to(POLICE))
    assert permitted["decision"] is True
    assert permitted["context"]["agreement"]["ref"] == made["ref"]
    assert partner.ask(onward_to("gss:E06000009"))["decision"] is False


def onward_to(recipient: str) -> Json:
    """May the council pass the trust's figures on?"""
    return {
        "subject": {"type": "organisation", "id": LANCASHIRE},
        "action": {"name": "onward_share"},
        "resource": {"type": "data_holding", "id": f"{MORECAMBE_BAY}~statistics"},
        "context": {
            "recipient": recipient,
            "purpose": "planning-commissioning",
            "subject_group": "service-user",
            "volume": "bulk",
        },
    }
