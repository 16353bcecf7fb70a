"""An agreement in force for a journey of its own: figures that a council and a hospital trust exchange."""

from copy import deepcopy
from typing import Any

from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY
from tests.journeys.world import Json, World


def in_force(world: World, **changes: Any) -> str:
    """The reference of a new agreement, written, reviewed and signed by both."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    terms: Json = {name: said for name, said in world.demo["terms_example"].items() if name != "salt"}
    ref: str = officer.do("/agreements", {"terms": deepcopy(terms) | changes})["ref"]
    officer.do(f"/agreements/{ref}/submit")
    made = colleague.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    for organisation in (LANCASHIRE, MORECAMBE_BAY):
        signature = {
            "organisation": organisation,
            "role": "signatory",
            "version": made["version"],
            "hash": made["hash"],
            "decision": "sign",
        }
        made = world.officer(organisation, "signatory").do(f"/agreements/{ref}/sign", signature)
    assert made["status"] == "active", made
    return ref
