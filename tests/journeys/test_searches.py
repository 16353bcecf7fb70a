"""The searches over the demo: whoever is permitted something finds it, and what is found is permitted."""

import pytest

from tests.journeys.world import Json, World

SEARCHED = {"subject": "type", "resource": "type", "action": None}


@pytest.mark.parametrize("searched", SEARCHED)
def test_every_permitted_example_is_found_and_what_is_found_is_permitted(world: World, searched: str) -> None:
    permitted = [example for example in world.demo["examples"] if example["decision"]]
    assert permitted
    for example in permitted:
        partner, asked = world.partner(example["client_id"]), example["request"]
        results = partner.ask(without_name(asked, searched), path=f"/access/v1/search/{searched}")["results"]
        assert results, example["name"]
        for entity in results[:3]:
            plain = {name: value for name, value in entity.items() if name != "obligations"}
            answer = partner.ask({**asked, searched: plain})
            assert answer["decision"] is True, (example["name"], plain)
            said = answer["context"]["obligations"]
            assert said == entity.get("obligations", [])


def without_name(asked: Json, searched: str) -> Json:
    """The search for one entity of a question."""
    kind = SEARCHED[searched]
    entity = {kind: asked[searched][kind]} if kind else None
    rest = {name: value for name, value in asked.items() if name != searched}
    return {**rest, searched: entity} if entity else rest
