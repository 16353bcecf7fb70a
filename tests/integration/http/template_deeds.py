"""The write operations on templates, and those that make one agreement out of another."""

import json
from datetime import timedelta

from registry import clock
from tests.integration.http.deed import Deed, Thing, says
from tests.integration.http.world import Json, World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, terms

TEMPLATES = "/api/v1/templates"
PLACES = {LANCASHIRE: "county", BLACKPOOL: "district"}
SLOTS = [{"id": place, "title": {"en": place.title(), "cy": place.title()}} for place in PLACES.values()]


def days() -> Json:
    today = clock.london_day(clock.now())
    spans = {"starts_on": 0, "review_on": 350, "expires_on": 700}
    return {name: (today + timedelta(days=span)).isoformat() for name, span in spans.items()}


def clone(world: World, thing: Thing) -> Json:
    return days()


def template(world: World, thing: Thing) -> Json:
    text = json.dumps({name: said for name, said in terms().items() if not name.endswith("_on")})
    for body, place in PLACES.items():
        text = text.replace(body, f"slot:{place}")
    return {
        "template": {
            "schema": "template/1",
            "title": {"en": "Empty homes", "cy": "Cartrefi gwag"},
            "pattern": "empty-homes",
            "slots": SLOTS,
            "terms": json.loads(text),
        }
    }


def from_agreement(world: World, thing: Thing) -> Json:
    slots = [slot | {"organisation": body} for slot, body in zip(SLOTS, PLACES, strict=True)]
    ref = thing.id
    return {"ref": ref, "pattern": "empty-homes", "title": {"en": "Empty homes"}, "slots": slots}


def localised(world: World, thing: Thing) -> Json:
    return {"parties": {place: body for body, place in PLACES.items()}} | days()


PUBLISH = Deed(f"POST {TEMPLATES}", "nothing", template)
LOCALISE = Deed(f"POST {TEMPLATES}/{{identifier}}/localise", "template", localised)
TEMPLATE_DEEDS = (
    PUBLISH,
    LOCALISE,
    Deed(f"POST {TEMPLATES}/from-agreement", "agreement draft", from_agreement),
    Deed(f"POST {TEMPLATES}/{{identifier}}/versions", "template", template),
    Deed("POST /api/v1/agreements/{ref}/localisation", "agreement localised", says(version=1), beside=True),
    Deed("POST /api/v1/agreements/{ref}/clone", "agreement active", clone, beside=True),
)
TEMPLATE_STAGES: dict[str, tuple[str, tuple[Deed, ...], Json | None]] = {
    "template": ("nothing", (PUBLISH,), None),
    "agreement localised": ("template", (LOCALISE,), None),
}
