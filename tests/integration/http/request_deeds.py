"""The one write operation on requests for access: a denied question becomes a draft."""

from tests.integration.http.deed import Deed, Thing
from tests.integration.http.world import Json, World, partner
from tests.samples.agreements import BLACKPOOL, LANCASHIRE

REQUESTS = "/api/v1/access-requests"


def denied(**context: object) -> Json:
    """A question of the district that no agreement covers."""
    return {
        "subject": {"type": "organisation", "id": BLACKPOOL},
        "action": {"name": "receive"},
        "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~vehicle"},
        "context": {"purpose": "licensing", "subject_group": "parent-carer", "volume": "one", **context},
    }


def evaluate(world: World, asked: Json) -> Json:
    """The answer that the district's system gets."""
    system = partner(BLACKPOOL, "decisions:ask")
    answer = world.send("POST", "/access/v1/evaluation", system, asked)
    assert answer.status_code == 200, answer.text
    said: Json = answer.json()
    return said


def taken_up(world: World, asked: Json) -> Json:
    """The request that a denial leads to."""
    said = evaluate(world, asked)
    offer = said["context"]["access_request"]
    binding = {"binding_token": offer["binding_token"], "expires_at": offer["expires_at"]}
    return {**asked, "denial": {**binding, "evaluation_id": said["context"]["evaluation_id"]}}


def requested(world: World, thing: Thing) -> Json:
    return taken_up(world, denied())


REQUEST_DEEDS = (Deed(f"POST {REQUESTS}", "nothing", requested),)
