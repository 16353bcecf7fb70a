"""Terms for generated agreements: a council and a police force or health body of its nation, both ways.

They are chosen so that no DPIA or ethics assessment is required and every gate is met: adults who are not
vulnerable, no special category or criminal offence data, one person at a time, no automation.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

CATEGORIES = (
    "contact",
    "demographics",
    "education",
    "employment",
    "family",
    "finance",
    "housing",
    "identity",
    "location",
    "social-care-record",
    "vehicle",
)
PURPOSES = {
    "early-help": ("early help", "cymorth cynnar"),
    "homelessness-duty-to-refer": ("preventing homelessness", "atal digartrefedd"),
    "special-educational-needs": ("special educational needs", "anghenion addysgol arbennig"),
    "fuel-poverty": ("warm homes", "cartrefi cynnes"),
    "public-health": ("public health", "iechyd y cyhoedd"),
    "education-attendance": ("school attendance", "presenoldeb yn yr ysgol"),
    "licensing": ("licensing", "trwyddedu"),
    "fraud-prevention": ("preventing fraud", "atal twyll"),
}
SUBJECT_GROUPS = ("household-member", "parent-carer", "service-user", "tenant")
GATEWAYS = {
    ("E", "police"): "CDA98-115",
    ("E", "health"): "NHSA06-82/75",
    ("W", "police"): "CDA98-115",
    ("W", "health"): "SSWB14-162/164",
    ("S", "police"): "MOSA05-1/10",
    ("S", "health"): "PBJW14",
}
"""Which power carries what a council shares, by its nation and the kind of the other body."""


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as patterns need it. `family` is council, police or health."""

    id: str
    name_en: str
    name_cy: str
    nations: str
    family: str


def pairs_of(bodies: Sequence[Body]) -> list[tuple[Body, Body]]:
    """Every council with every force and health body that acts in its nation."""
    councils = [body for body in bodies if body.family == "council"]
    partners = [body for body in bodies if body.family != "council"]
    return [
        (council, partner)
        for council in councils
        for partner in partners
        if council.nations in partner.nations
    ]


def terms_of(council: Body, partner: Body, *, today: date, chance: Random) -> bytes:
    """The canonical bytes of one terms document, in force from today."""
    purposes = chance.sample(sorted(PURPOSES), 2)
    categories = chance.sample(CATEGORIES, 4)
    expires_on = today + timedelta(days=chance.randrange(560, 1090))
    (about_en, about_cy), (also_en, also_cy) = (PURPOSES[code] for code in purposes)
    gateway = GATEWAYS[council.nations, partner.family]
    flow = _flow(purposes, chance.choice(SUBJECT_GROUPS), gateway, council, partner)
    return canonical(
        {
            "schema": "terms/1",
            "salt": base64.urlsafe_b64encode(chance.randbytes(16)).rstrip(b"=").decode(),
            "title": {
                "en": f"{council.name_en} and {partner.name_en}: {about_en} and {also_en}",
                "cy": f"{council.name_cy} a {partner.name_cy}: {about_cy} a {also_cy}",
            },
            "kind": "isp",
            "parent": None,
            "publication": "full",
            "marking": "OFFICIAL",
            "jurisdictions": [council.nations],
            "starts_on": today.isoformat(),
            "expires_on": expires_on.isoformat(),
            "review_on": (today + timedelta(days=365)).isoformat(),
            "summary": {
                "en": f"What both bodies need for {about_en} and {also_en}, one person at a time. Generated.",
                "cy": f"Yr hyn sydd ei angen ar y ddau ar gyfer {about_cy} a {also_cy}. Wedi'i gynhyrchu.",
            },
            "parties": [
                {"organisation": council.id, "roles": ["controller", "lead"]},
                {"organisation": partner.id, "roles": ["controller"]},
            ],
            "items": [_item(place, category) for place, category in enumerate(categories, 1)],
            "flows": [
                {"id": "from-council", "from": council.id, "to": partner.id, "items": ["i1", "i2"]} | flow,
                {"id": "to-council", "from": partner.id, "to": council.id, "items": ["i3", "i4"]} | flow,
            ],
            "governance": {
                "exit": "Returned or destroyed within 30 days, and confirmed in writing.",
                "notice_period": "P3M",
            },
        }
    )


def canonical(document: dict[str, Any]) -> bytes:
    """RFC 8785 JSON of a document whose keys are ASCII and whose numbers are whole: the fast way there."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _item(place: int, category: str) -> dict[str, Any]:
    return {
        "id": f"i{place}",
        "code": f"{category}-summary",
        "category": category,
        "necessity": "Needed to act for the person concerned.",
        "identifiability": "identifiable",
        "special": False,
        "criminal": False,
        "patient_information": False,
    }


def _flow(purposes: list[str], group: str, gateway: str, council: Body, partner: Body) -> dict[str, Any]:
    """What both flows of an agreement share."""
    basis = {"regime": "uk-gdpr", "art6": "e", "domestic_basis": gateway}
    return {
        "actions": ["receive"],
        "purposes": purposes,
        "subject_groups": [group],
        "volume": "one",
        "methods": ["api-mtls", "secure-email"],
        "frequency": "event",
        "protective": False,
        "automation": "none",
        "biometrics": "none",
        "bases": [{"party": council.id} | basis, {"party": partner.id} | basis],
        "gateways": [gateway],
        "retention": {"period": "P2Y", "trigger": "closure of the case"},
        "obligations": [{"code": "no-onward"}],
    }
