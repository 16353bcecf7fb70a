"""How journeys meet the gates: what a submission is refused for, and what holds up a signature."""

from copy import deepcopy

from tests.journeys.papers import LANCASHIRE, dpia, ethics
from tests.journeys.world import Json, World

Rules = set[str]


def figures(world: World, **changes: object) -> Json:
    """Terms that need no assessment and pass every gate: figures of a council and a hospital trust."""
    terms: Json = {name: said for name, said in world.demo["terms_example"].items() if name != "salt"}
    return deepcopy(terms) | changes


def blocked_at_submit(world: World, terms: Json) -> Rules:
    """The rules for which the terms stay a draft; none when they are handed to review."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    if officer.call("POST", f"/agreements/{ref}/submit").status_code == 200:
        return set()
    problem = officer.refused(f"/agreements/{ref}/submit", status=409, code="gates-unmet")
    return _blocking(problem)


def reviewed(world: World, terms: Json) -> Json:
    """A new agreement that a second officer has accepted."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    ref = officer.do("/agreements", {"terms": terms})["ref"]
    officer.do(f"/agreements/{ref}/submit")
    return colleague.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})


def blocked_at_signing(world: World, made: Json, organisation: str = LANCASHIRE) -> Rules:
    """The rules for which nobody can sign yet."""
    problem = world.officer(organisation, "signatory").refused(
        f"/agreements/{made['ref']}/sign", signature(made, organisation), status=409, code="gates-unmet"
    )
    return _blocking(problem)


def sign(world: World, made: Json, *organisations: str) -> Json:
    """The version after each of these has signed it."""
    for organisation in organisations:
        made = world.officer(organisation, "signatory").do(
            f"/agreements/{made['ref']}/sign", signature(made, organisation)
        )
    return made


def signature(made: Json, organisation: str) -> Json:
    """A signatory's word for the present text."""
    facts = {"organisation": organisation, "role": "signatory", "decision": "sign"}
    return facts | {"version": made["version"], "hash": made["hash"]}


def approve_dpia(world: World, made: Json, terms: Json, *adopters: str, **changes: object) -> None:
    """A DPIA of the county council, advised on, approved, and adopted by others."""
    document = dpia(made["ref"], terms) | changes
    path = "/dpias/" + world.officer(LANCASHIRE, "ig_officer").do("/dpias", document)["id"]
    world.officer(LANCASHIRE, "ig_officer").do(f"{path}/submit")
    world.officer(LANCASHIRE, "dpo").do(f"{path}/advice", {"advice": "support", "text": "Well considered."})
    world.officer(LANCASHIRE, "siro").do(f"{path}/decide", {"decision": "approve", "reason": "Low risk."})
    for organisation in adopters:
        world.officer(organisation, "siro").do(f"{path}/adopt", {"organisation": organisation})


def approve_ethics(world: World, made: Json, terms: Json) -> None:
    """A data-ethics assessment of the county council, shown to its panel and approved."""
    document = ethics(made["ref"], terms)
    path = "/ethics-assessments/"
    path += world.officer(LANCASHIRE, "ig_officer").do("/ethics-assessments", document)["id"]
    world.officer(LANCASHIRE, "ig_officer").do(f"{path}/submit")
    world.officer(LANCASHIRE, "ethics_lead").do(
        f"{path}/panel-advice", {"advice": "support", "text": "The panel supports it."}
    )
    world.officer(LANCASHIRE, "siro").do(f"{path}/decide", {"decision": "approve", "reason": "Supported."})


def _blocking(problem: Json) -> Rules:
    return {one["rule"] for one in problem["unmet"] if one["severity"] == "block"}
