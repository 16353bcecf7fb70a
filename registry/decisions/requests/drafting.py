"""The draft agreement that a bound question asks for: what it says is filled in, the rest is for officers."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from registry.decisions.index import Body
from registry.decisions.words.wording import Said, wording
from registry.policy import Law

Json = Mapping[str, Any]

REVIEWED_AFTER = timedelta(days=365)
ENDS_AFTER = timedelta(days=730)
NATIONS = ("E", "W", "S", "NI")


def draft_of(asked: Json, holder: Body, recipient: Body, law: Law, *, on: date, until: date | None) -> Json:
    """The terms of an agreement that would cover a question in its bound form, from a London day on.

    They name both bodies with their contacts, one flow, and the items asked about, or where none were, one
    item that stands for the category. Nobody's lawful basis is guessed.
    """
    context, category = asked["context"], asked["resource"]["id"].partition("~")[2]
    expires_on = until or on + ENDS_AFTER
    said = _said(law, holder, recipient, context["purpose"], category)
    return {
        "schema": "terms/1",
        "title": wording().advice["request-title"].filled(**said)._asdict(),
        "kind": "dda",
        "publication": "full",
        "marking": "OFFICIAL",
        "jurisdictions": [nation for nation in NATIONS if nation in holder.nations | recipient.nations],
        "starts_on": on.isoformat(),
        "expires_on": expires_on.isoformat(),
        "review_on": min(on + REVIEWED_AFTER, expires_on).isoformat(),
        "summary": wording().advice["request-summary"].filled(**said)._asdict(),
        "parties": [_party(holder), _party(recipient)],
        "items": list(_items(context, category, law)),
        "flows": [_flow(asked, holder, recipient, law)],
    }


def _said(law: Law, holder: Body, recipient: Body, purpose: str, category: str) -> dict[str, str | Said]:
    entries = {"purpose": law.purposes[purpose], "category": law.categories[category]}
    named = {name: Said(entry.en, entry.cy) for name, entry in entries.items()}
    bodies = {"holder": holder, "recipient": recipient}
    return {**named, **{end: Said(body.name_en, body.name_cy) for end, body in bodies.items()}}


def _party(body: Body) -> Json:
    contacts = {"ig": body.ig_contact, "duty": body.duty_contact}
    return {"organisation": body.id, "roles": ["controller"], "contacts": contacts}


def _items(context: Json, category: str, law: Law) -> Iterable[Json]:
    entry = law.categories[category]
    for number, code in enumerate(context.get("items") or [category], 1):
        yield {
            "id": f"i{number}",
            "code": code,
            "category": category,
            "name": entry.en if code == category else "",
            "identifiability": context.get("identifiability", "identifiable"),
            "special": entry.special,
            "criminal": entry.criminal,
            "patient_information": False,
        }


def _flow(asked: Json, holder: Body, recipient: Body, law: Law) -> Json:
    context = asked["context"]
    return {
        "id": "f1",
        "from": holder.id,
        "to": recipient.id,
        "actions": [asked["action"]["name"]],
        "items": [f"i{number}" for number, _ in enumerate(context.get("items") or [""], 1)],
        "purposes": [context["purpose"]],
        "subject_groups": [context["subject_group"]],
        "age_bands": [context["age_band"]] if "age_band" in context else [],
        "volume": context["volume"],
        "methods": [context["method"]] if "method" in context else [],
        "frequency": "request",
        "protective": law.purposes[context["purpose"]].protective,
        "automation": "none",
        "biometrics": "none",
        "onward_recipients": [context["recipient"]] if "recipient" in context else [],
    }
