"""The template document, `template/1`: terms in which places stand for organisations, and no days.

Where the terms name an organisation, a template may write `slot:` and the id of one of its places instead.
Localising puts bodies in the places and sets the days; what a body writes on top of that is its own delta.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from registry.agreements.projections import replaced
from registry.agreements.terms import Terms
from registry.web.body import WireModel
from registry.web.documents import Bilingual, Code, SaltedDocument

Json = dict[str, Any]
DAYS = ("starts_on", "expires_on", "review_on")
EXAMPLE_DAYS = (date(2000, 1, 1), date(2000, 12, 31), date(2000, 6, 30))
"""Days under which a template is checked: it has none of its own."""


class Slot(WireModel):
    """A place that an organisation takes. One that is optional may stay empty, and its flows fall away."""

    id: Code
    title: Bilingual
    optional: bool = False


class Template(SaltedDocument):
    """The whole document. `pattern` names the kind of sharing, `terms` is `terms/1` without days and salt."""

    schema_: Literal["template/1"] = Field(alias="schema")
    title: Bilingual
    pattern: Code
    slots: Annotated[list[Slot], Field(min_length=1, max_length=50)]
    terms: Json


def filled(template: Template, parties: Mapping[str, str], days: tuple[date, date, date]) -> Json:
    """The terms with organisations in their places, by slot, and these days; empty optional places go."""
    empty = {f"slot:{slot.id}" for slot in template.slots if slot.optional and slot.id not in parties}
    names = {f"slot:{slot}": organisation for slot, organisation in parties.items()}
    document: Json = replaced(_without(json.loads(json.dumps(template.terms)), empty), names)
    return document | {name: day.isoformat() for name, day in zip(DAYS, days, strict=True)}


def emptied(terms: Json, places: Mapping[str, str]) -> Json:
    """The terms of an agreement as those of a template: slots, by organisation, in the bodies' places."""
    names = {organisation: f"slot:{slot}" for organisation, slot in places.items()}
    kept: Json = replaced(terms, names)
    return {name: said for name, said in kept.items() if name not in (*DAYS, "salt")}


def terms_of(template: Template, parties: Mapping[str, str], days: tuple[date, date, date]) -> Terms:
    """The terms that localising gives, to be compared."""
    return Terms.model_validate_json(json.dumps(filled(template, parties, days)))


def _without(terms: Json, empty: set[str]) -> Json:
    """The terms without some parties: their flows, and the items that no flow carries any more, go too."""
    if not empty:
        return terms
    flows = [flow for flow in terms["flows"] if not {flow["from"], flow["to"]} & empty]
    for flow in flows:
        if "onward_recipients" in flow:
            flow["onward_recipients"] = [one for one in flow["onward_recipients"] if one not in empty]
    carried = {item for flow in flows for item in flow["items"]}
    return terms | {
        "parties": [party for party in terms["parties"] if party["organisation"] not in empty],
        "items": [item for item in terms["items"] if item["id"] in carried],
        "flows": flows,
    }
