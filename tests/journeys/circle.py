"""Three bodies that pass figures round, council to hospital to force: steps of their agreement's life."""

from copy import deepcopy
from typing import Any

from tests.journeys.gates import figures, reviewed
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY, POLICE
from tests.journeys.world import Json, World

CIRCLE = (LANCASHIRE, MORECAMBE_BAY, POLICE)


def circle_terms(world: World, **changes: Any) -> Json:
    """Figures from each of three bodies to the next, by flows f1 to f3."""
    document = figures(world)
    flow, party = document["flows"][0], document["parties"][0]
    legs = zip(CIRCLE, (*CIRCLE[1:], CIRCLE[0]), strict=True)
    document["parties"] = [party | {"organisation": body, "roles": ["controller"]} for body in CIRCLE]
    document["flows"] = [
        deepcopy(flow)
        | {"id": f"f{place}", "from": holder, "to": recipient}
        | {"bases": [flow["bases"][0] | {"party": end} for end in (holder, recipient)]}
        for place, (holder, recipient) in enumerate(legs, 1)
    ]
    return document | changes


def amended(world: World, ref: str, terms: Json) -> Json:
    """A further version that a colleague has accepted, as it reads then."""
    officer = world.officer(LANCASHIRE, "ig_officer")
    colleague = world.officer(LANCASHIRE, "ig_officer", other_than=officer)
    officer.do(f"/agreements/{ref}/amend", {"terms": terms})
    officer.do(f"/agreements/{ref}/submit")
    colleague.do(f"/agreements/{ref}/qa-review", {"outcome": "accept", "comments": []})
    return officer.get(f"/agreements/{ref}")


def first_version(world: World, **changes: Any) -> Json:
    """The first version of a new agreement of the three, accepted and ready to sign."""
    return reviewed(world, circle_terms(world, **changes))
